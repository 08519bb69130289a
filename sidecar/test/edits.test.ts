import type {PostRow} from '../../playground/src/world/records.ts';
import {silentLog, type Log} from '../src/contract/log.ts';
import {comeAboard, questionOf, type Aboard, type AboardOptions, type Person} from './aboard.ts';
import {createConductor} from './conductor.ts';

/** An aboard whose decisions on edits can be read, oldest first. */
async function observed(options: AboardOptions = {}): Promise<[Aboard, string[]]> {
    const decided: string[] = [];
    const log: Log = {
        ...silentLog,
        debug(message, fields) {
            if (message !== 'decided on an edit') return;
            decided.push(`${fields?.['kind']} ${fields?.['reason']}`);
        },
        child: () => log,
    };
    return [await comeAboard({log, ...options}), decided];
}

const edit = (aboard: Aboard, who: Person, post: PostRow, text: string): Promise<void> =>
    aboard.people.edit(aboard.harbor.users[who], post, text);

describe('an edit', () => {
    it('[GATE-13][BR-21] that adds a mention is answered once, and what it says now is asked', async () => {
        const [aboard, decided] = await observed();
        await using _ = aboard;
        const post = aboard.say('alice', 'where is the wifi key?');
        aboard.say('bob', 'good question');
        await aboard.expectIgnored(post);
        await edit(aboard, 'alice', post, '@gangway where is the wifi key?');
        await aboard.expectAnsweredOnce([post]);
        expect(questionOf(aboard.asked.at(-1)!)).toBe('@alice: where is the wifi key?');
        // What is asked stands in no context, neither now nor later.
        await aboard.answerTo(aboard.mention('alice', 'and the door?'));
        expect(JSON.stringify(aboard.asked.at(-1)?.messages).match(/wifi/g)).toHaveLength(2);

        await edit(aboard, 'alice', post, '@gangway where is the WiFi key, please?');
        await aboard.handled();
        await aboard.stop();
        await aboard.start();
        await edit(aboard, 'alice', post, '@gangway where is it?');
        await aboard.handled();
        await aboard.expectAnsweredOnce([post]);
        expect(aboard.answersTo(post)).toHaveLength(1);
        expect(decided).toEqual([
            'answer mention',
            'ignore already_answered',
            'ignore already_answered',
        ]);
    });

    it('[GATE-13] is answered once however many runners hear of it', async () => {
        await using aboard = await comeAboard();
        await aboard.startAnother();
        await aboard.startAnother();
        const posts = [1, 2, 3, 4].map((n) => aboard.say('alice', `where is door ${n}?`));
        await aboard.expectIgnored(...posts);
        for (const post of posts) await edit(aboard, 'alice', post, `@gangway ${post.message}`);
        await aboard.expectAnsweredOnce(posts);
        expect(aboard.asked.filter((turn) => questionOf(turn).includes('where is'))).toHaveLength(
            4,
        );
    });

    it('[GATE-13][BR-21] of a question that was answered, or is being answered, changes nothing but what is known', async () => {
        const conductor = createConductor();
        const [aboard, decided] = await observed({agent: conductor.agent});
        await using _ = aboard;
        const run = (n: number) => aboard.until(`run ${n}`, () => conductor.runs[n]);
        const post = aboard.mention('alice', 'where is the kay?');
        const first = await run(0);
        await edit(aboard, 'alice', post, '@gangway where is the key?');
        await aboard.handled();
        first.done('on the hook');
        await aboard.expectAnsweredOnce([post]);
        await edit(aboard, 'alice', post, '@gangway where was the key?');
        // An admin may edit what others wrote.
        await edit(aboard, 'admin', post, '@gangway where are the keys?');
        const direct = aboard.direct('alice', 'helo');
        (await run(1)).done('hello');
        await aboard.expectAnsweredOnce([direct]);
        await edit(aboard, 'alice', direct, 'hello');
        await aboard.handled();
        const next = aboard.mention('alice', 'what did I ask?');
        const asked = (await run(2)).turn.messages.map(({text}) => text);
        expect(asked).toEqual([
            '@alice: where are the keys?',
            'on the hook',
            '@alice: what did I ask?',
        ]);
        (await run(2)).done('aye');
        await aboard.expectAnsweredOnce([post, direct, next]);
        expect(decided).toEqual([
            'ignore already_answered',
            'ignore already_answered',
            'ignore already_answered',
            'ignore edit_calls_nobody',
        ]);
    });

    it('[GATE-13][BR-21] that comes later than catchUp.maxAgeMinutes is not answered', async () => {
        const [aboard, decided] = await observed({
            settings: {catchUp: {maxAgeMinutes: 60}},
        });
        await using _ = aboard;
        const post = aboard.say('alice', 'where is the wifi key?');
        await aboard.playground.faults.inject({kind: 'shift-clock', ms: 61 * 60_000});
        await edit(aboard, 'alice', post, '@gangway where is the wifi key?');
        await aboard.expectIgnored(post);
        expect(decided).toEqual(['ignore too_old']);
    });

    it('[GATE-13] that makes a post a command is obeyed once', async () => {
        await using aboard = await comeAboard();
        const post = aboard.say('alice', 'status');
        await edit(aboard, 'alice', post, '@gangway status');
        expect((await aboard.answerTo(post)).message).toContain('**Connection**');
        await edit(aboard, 'alice', post, '@gangway  status');
        await aboard.handled();
        expect(aboard.answersTo(post)).toHaveLength(1);
    });

    it('[GATE-13] asks nothing where another way than a mention lets posts in, nor by a pin', async () => {
        const [aboard, decided] = await observed();
        await using _ = aboard;
        const root = aboard.say('alice', 'Shall we sail?');
        const early = aboard.say('bob', 'I wuold', {rootId: root.id});
        await aboard.answerTo(aboard.mention('alice', 'shall we?', {rootId: root.id}));
        await aboard.settled();
        await edit(aboard, 'bob', early, 'I would');
        await aboard.expectIgnored(early);
        expect(decided).toEqual(['ignore edit_calls_nobody']);
    });

    it('[GATE-13][GATE-02] of a program asks nothing: its text may grow still', async () => {
        const [aboard, decided] = await observed();
        await using _ = aboard;
        const {playground, harbor} = aboard;
        const builder = playground.addBot('builder', {
            teams: [harbor.teamId],
            channels: [harbor.deckId],
        });
        aboard.configure({allowBots: [builder.userId]});
        const post = playground.post(builder.userId, harbor.deckId, 'I would ask');
        await edit(aboard, 'admin', post, '@gangway I would ask');
        await aboard.expectIgnored(post);
        expect(decided).toEqual([]);
    });
});
