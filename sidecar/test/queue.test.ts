import type {AccountSettings} from '../src/contract/account-settings.ts';
import type {PostRow} from '../../playground/src/world/records.ts';
import {comeAboard, gangwayOf, questionOf, type Aboard} from './aboard.ts';
import {createConductor, type Conductor, type Run} from './conductor.ts';
import {buttonsOf} from './people.ts';

interface Stage {
    readonly aboard: Aboard;
    readonly conductor: Conductor;
    /** The n-th run, from 0, once it has begun. */
    run(n: number): Promise<Run>;
}

async function stage(settings: Partial<AccountSettings>, deaf = false): Promise<Stage> {
    const conductor = createConductor({deaf});
    const aboard = await comeAboard({agent: conductor.agent, settings});
    return {
        aboard,
        conductor,
        run: (n) => aboard.until(`run ${n}`, () => conductor.runs[n]),
    };
}

const queue = (mode: AccountSettings['queue']['mode'], max = 20): Partial<AccountSettings> => ({
    queue: {mode, max},
});
const questions = ({conductor}: Stage): string[] =>
    conductor.runs.map(({turn}) => questionOf(turn));

describe('messages that come during a turn', () => {
    it('[SES-09] queue: are answered one by one, in order, and sessions do not wait for each other', async () => {
        const scene = await stage(queue('queue'));
        await using aboard = scene.aboard;
        const posts = ['one', 'two', 'three'].map((text) => aboard.mention('alice', text));
        (await scene.run(0)).text('…');
        const direct = aboard.direct('bob', 'elsewhere');
        (await scene.run(1)).done('at once');
        await aboard.answerTo(direct);
        expect(questions(scene)).toEqual(['@alice: one', 'elsewhere']);
        for (const n of [0, 2, 3]) (await scene.run(n)).done('aye');
        await aboard.expectAnsweredOnce(posts);
        expect(questions(scene)).toEqual([
            '@alice: one',
            'elsewhere',
            '@alice: two',
            '@alice: three',
        ]);
        // Each next one knows what was said before.
        expect(scene.conductor.runs[3]?.turn.messages.map(({text}) => text)).toEqual([
            '@alice: one',
            '…aye',
            '@alice: two',
            'aye',
            '@alice: three',
        ]);
    });

    it('[SES-09] queue: are told that they are too many, and which', async () => {
        const scene = await stage(queue('queue', 1));
        await using aboard = scene.aboard;
        const first = aboard.direct('alice', 'one');
        await scene.run(0);
        const second = aboard.direct('alice', 'two');
        const third = aboard.direct('alice', 'three is too many');
        const notice = await aboard.until('a notice', () =>
            aboard
                .answers(first.channel_id)
                .find(({message}) => message.includes('three is too many')),
        );
        expect(notice.message).toContain('Too many messages are waiting');
        (await scene.run(0)).done('aye');
        (await scene.run(1)).done('aye');
        await aboard.expectAnsweredOnce([first, second]);
        await aboard.settled();
        expect(scene.conductor.runs).toHaveLength(2);
        expect(aboard.answersTo(third)).toEqual([]);
    });

    it('[SES-09] collect: become one next turn, whoever wrote them, and one answer', async () => {
        const scene = await stage(queue('collect'));
        await using aboard = scene.aboard;
        const first = aboard.mention('alice', 'one');
        await scene.run(0);
        const others = [aboard.mention('alice', 'two'), aboard.mention('bob', 'three')];
        const elsewhere = aboard.mention('bob', 'four', {rootId: first.id});
        await aboard.handled();
        (await scene.run(1)).done('in the thread');
        (await scene.run(0)).done('aye');
        (await scene.run(2)).done('both');
        await aboard.expectAnsweredOnce([first, others[1]!, elsewhere]);
        expect(questions(scene)).toEqual([
            '@alice: one',
            '@bob: four',
            '@alice: two\n\n@bob: three',
        ]);
        expect(aboard.answers().map(({message}) => message)).toEqual([
            'in the thread',
            'aye',
            'both',
        ]);
        // Nothing is answered again after a restart.
        await aboard.stop();
        await aboard.start();
        await aboard.settled();
        expect(scene.conductor.runs).toHaveLength(3);
    });

    it('[SES-09][SES-01] collect: do not mix direct messages, not even where people share one session', async () => {
        const scene = await stage({
            ...queue('collect'),
            session: {dmScope: 'main', groupScope: 'channel', idleMinutes: undefined},
        });
        await using aboard = scene.aboard;
        const posts = [
            aboard.direct('alice', 'one'),
            aboard.direct('alice', 'two'),
            aboard.direct('bob', 'three'),
        ];
        await scene.run(0);
        await aboard.handled();
        for (const n of [0, 1, 2]) (await scene.run(n)).done(`answer ${n}`);
        await aboard.expectAnsweredOnce(posts);
        expect(questions(scene)).toEqual(['one', 'two', 'three']);
        const texts = (who: 'alice' | 'bob'): string[] =>
            aboard.answers(aboard.directChannel(who)).map(({message}) => message);
        expect(texts('alice')).toEqual(['answer 0', 'answer 1']);
        expect(texts('bob')).toEqual(['answer 2']);
    });

    it('[SES-09] steer: are given to an agent that listens, and belong to its turn', async () => {
        const scene = await stage(queue('steer'));
        await using aboard = scene.aboard;
        const first = aboard.mention('alice', 'one');
        const run = await scene.run(0);
        const heard = run.turn.steering?.[Symbol.asyncIterator]();
        const next = heard?.next();
        const second = aboard.mention('bob', 'two');
        expect((await next)?.value).toBe('@bob: two');
        run.done('both');
        await aboard.expectAnsweredOnce([first]);
        expect(aboard.answers().map(({message}) => message)).toEqual(['both']);
        expect((await heard?.next())?.done).toBe(true);

        const last = aboard.mention('alice', 'three');
        (await scene.run(1)).done('aye');
        await aboard.expectAnsweredOnce([last]);
        expect(scene.conductor.runs[1]?.turn.messages.map(({text}) => text)).toEqual([
            '@alice: one',
            '@bob: two',
            'both',
            '@alice: three',
        ]);
        await aboard.stop();
        await aboard.start();
        await aboard.settled();
        expect(scene.conductor.runs).toHaveLength(2);
        expect(second.id).not.toBe(first.id);
    });

    it('[SES-09] steer: are answered afterwards by an agent that does not listen', async () => {
        const scene = await stage(queue('steer'));
        await using aboard = scene.aboard;
        const posts = [aboard.mention('alice', 'one')];
        await scene.run(0);
        posts.push(aboard.mention('alice', 'two'));
        await aboard.handled();
        (await scene.run(0)).done('aye');
        (await scene.run(1)).done('aye');
        await aboard.expectAnsweredOnce(posts);
    });

    it('[SES-09] interrupt: end the running answer and come next', async () => {
        const scene = await stage(queue('interrupt'));
        await using aboard = scene.aboard;
        const first = aboard.mention('alice', 'one');
        (await scene.run(0)).text('Well, to begin with');
        const draft = await aboard.draftOf(first);
        const second = aboard.mention('alice', 'two');
        (await scene.run(1)).done('aye');
        await aboard.expectAnsweredOnce([first, second]);
        expect(aboard.now(draft).message).toBe(
            'Well, to begin with\n\n_Interrupted by a newer message._',
        );
        expect(scene.conductor.runs[0]?.signal.aborted).toBe(true);
    });
});

describe('stopping an answer', () => {
    /** An answer that has begun; `end` tells how its post ended. */
    async function begun(
        scene: Stage,
        post: PostRow,
    ): Promise<{draft: PostRow; end(): Promise<PostRow>}> {
        (await scene.run(scene.conductor.runs.length === 0 ? 0 : 1)).text('Well, let me see');
        const draft = await scene.aboard.draftOf(post);
        const stopped = (): PostRow | undefined => {
            const now = scene.aboard.now(draft);
            return gangwayOf(now)?.state === 'streaming' ? undefined : now;
        };
        return {draft, end: () => scene.aboard.until('the end of the answer', stopped)};
    }

    it('[SES-10] works by a word in a direct message, with all that waits', async () => {
        const scene = await stage({});
        await using aboard = scene.aboard;
        const post = aboard.direct('alice', 'one');
        const {end} = await begun(scene, post);
        const waiting = aboard.direct('alice', 'two');
        await aboard.handled();
        const word = aboard.direct('alice', 'stop');
        const ended = await end();
        expect(scene.conductor.runs[0]?.signal.aborted).toBe(true);
        expect(ended.message).toBe('Well, let me see\n\n_Stopped._');
        expect(gangwayOf(ended)?.state).toBe('stopped');
        expect(buttonsOf(ended).map(({name}) => name)).toEqual(['Try again']);
        expect((await aboard.answerTo(word)).message).toBe('Stopped, and dropped 1 waiting.');
        await aboard.settled();
        expect(scene.conductor.runs).toHaveLength(1);
        expect(aboard.answersTo(waiting)).toEqual([]);
        const idle = aboard.direct('alice', 'stop');
        expect((await aboard.answerTo(idle)).message).toBe('Nothing is running here.');
    });

    it('[SES-10] works by a reaction of who asked or of an owner, and of nobody else', async () => {
        const scene = await stage({});
        await using aboard = scene.aboard;
        const {people, harbor} = aboard;
        const post = aboard.mention('alice', 'one');
        const {draft, end} = await begun(scene, post);
        const waiting = aboard.mention('bob', 'two');
        await people.react(harbor.users.bob, draft, 'octagonal_sign');
        await people.react(harbor.users.alice, draft, 'heart');
        await aboard.handled();
        expect(scene.conductor.runs[0]?.signal.aborted).toBe(false);
        await people.react(harbor.users.alice, draft, 'octagonal_sign');
        expect((await end()).message).toContain('_Stopped._');

        // What others asked goes on.
        const second = await begun(scene, waiting);
        await people.react(harbor.users.admin, waiting, 'octagonal_sign');
        expect((await second.end()).message).toContain('_Stopped._');
        await aboard.settled();
    });

    it('[SES-10] works by its button, and refuses others who press it', async () => {
        const scene = await stage({});
        await using aboard = scene.aboard;
        const {people, harbor} = aboard;
        const {alice, bob} = harbor.users;
        const {draft, end} = await begun(scene, aboard.mention('alice', 'one'));
        expect(buttonsOf(aboard.now(draft)).map(({name}) => name)).toEqual(['Stop']);
        expect(await people.press(bob, draft, 'Stop')).toBe(200);
        expect(people.whispers(bob)).toEqual(['Only the person who asked can do this.']);
        expect(scene.conductor.runs[0]?.signal.aborted).toBe(false);
        expect(await people.press(alice, draft, 'Stop')).toBe(200);
        expect((await end()).message).toContain('_Stopped._');
        expect(people.whispers(alice)).toEqual([]);
    });

    it('[SES-10] leaves alone what waits behind it, and what waits can be stopped by itself', async () => {
        const scene = await stage({});
        await using aboard = scene.aboard;
        const {people, harbor} = aboard;
        const posts = [aboard.mention('alice', 'one')];
        await scene.run(0);
        posts.push(aboard.mention('bob', 'two'), aboard.mention('alice', 'three'));
        await aboard.handled();
        await people.react(harbor.users.bob, posts[1]!, 'stop_sign');
        await aboard.handled();
        (await scene.run(0)).done('aye');
        (await scene.run(1)).done('aye');
        await aboard.expectAnsweredOnce([posts[0]!, posts[2]!]);
        expect(questions(scene)).toEqual(['@alice: one', '@alice: three']);
    });

    it('[SES-10] ends the answer of an agent that does not listen to its signal', async () => {
        const scene = await stage({}, true);
        await using aboard = scene.aboard;
        const {end} = await begun(scene, aboard.direct('alice', 'one'));
        aboard.direct('alice', '!stop');
        expect((await end()).message).toContain('_Stopped._');
    });

    it('[SES-10] works from another runner: by word, reaction and button', async () => {
        const conductor = createConductor();
        await using aboard = await comeAboard({agent: conductor.agent});
        const {people, harbor} = aboard;
        const {alice} = harbor.users;
        const replies: PostRow[] = [];
        const ways: ((draft: PostRow, otherUrl: string) => Promise<unknown>)[] = [
            async () => replies.push(aboard.mention('alice', 'stop')),
            (draft) => people.react(alice, draft, 'octagonal_sign'),
            (draft, otherUrl) => pressAt(otherUrl, aboard.now(draft), alice),
        ];
        const drafts: PostRow[] = [];
        for (const [round] of ways.entries()) {
            const post = aboard.mention('alice', `round ${round}`, {
                channelId: [harbor.deckId, harbor.townSquareId, aboard.directChannel('alice')][
                    round
                ]!,
            });
            const run = await aboard.until('a run', () => conductor.runs[round]);
            run.text('Well, let me see');
            drafts.push(await aboard.draftOf(post));
        }
        // All run on the first runner, which hears no more from now on.
        const {httpUrl} = await aboard.startAnother();
        aboard.muteFirst(true);
        for (const [round, way] of ways.entries()) {
            await way(drafts[round]!, httpUrl);
            await aboard.until(
                `the end of round ${round}`,
                () => gangwayOf(aboard.now(drafts[round]!))?.state === 'stopped',
            );
            expect(conductor.runs[round]?.signal.aborted).toBe(true);
        }
        expect((await aboard.answerTo(replies[0]!)).message).toBe('Stopped.');
        await aboard.settled();
        expect(conductor.runs).toHaveLength(3);
    });
});

/** What the Mattermost server posts when somebody presses the first button under a post. */
async function pressAt(httpUrl: string, post: PostRow, userId: string): Promise<void> {
    const [attachment] = post.props['attachments'] as {
        actions: {integration: {context: unknown}}[];
    }[];
    const response = await fetch(`${httpUrl}/mattermost/interactions/default`, {
        method: 'POST',
        body: JSON.stringify({
            user_id: userId,
            channel_id: post.channel_id,
            post_id: post.id,
            context: attachment?.actions[0]?.integration.context,
        }),
    });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({});
}
