import {silentLog, type Log} from '../src/contract/log.ts';
import {comeAboard, questionOf, type Aboard} from './aboard.ts';

/** The questions that reached the agent, as they were put to it. */
const questions = (aboard: Aboard): string[] => aboard.asked.map(questionOf);

describe('in channels', () => {
    it('[GATE-03] answers who mentions it, and nobody else', async () => {
        await using aboard = await comeAboard();
        const said = [
            'what a fine day',
            '@gangway-x are you there?',
            'mail me at alice@gangway.example',
            '`@gangway` is how one calls it',
            '@all hands on deck',
            '@here and @channel too',
        ].map((text) => aboard.say('alice', text));
        const posts = [
            aboard.say('alice', 'Tell us, @GANGWAY, how deep is it?'),
            aboard.say('bob', '(@gangway) and how wide?'),
        ];
        await aboard.expectIgnored(...said);
        await aboard.expectAnsweredOnce(posts);
        expect(aboard.answers()).toHaveLength(2);
    });

    it('[GATE-04] gives the agent the question without the mention, and all else as it was written', async () => {
        await using aboard = await comeAboard({settings: {replyToMode: 'all'}});
        const code = '```py\nif deep:\n    @gangway\n```';
        await aboard.answerTo(
            aboard.mention('alice', `what is wrong here?\n\n${code}\n\n- a\n  - b`),
        );
        expect(questions(aboard)).toEqual([`@alice: what is wrong here?\n\n${code}\n\n- a\n  - b`]);
    });

    it('[GATE-04] takes a bare mention in a thread as a question about what stands above, elsewhere as a call for help', async () => {
        await using aboard = await comeAboard();
        const help = await aboard.answerTo(aboard.mention('alice', ''));
        expect(help.message).toContain('`@gangway how do I …`');
        expect(aboard.asked).toHaveLength(0);
        const root = aboard.say('bob', 'The harbour is ten fathoms deep.');
        await aboard.answerTo(aboard.mention('alice', '', {rootId: root.id}));
        expect(aboard.asked).toHaveLength(1);
        expect(aboard.asked[0]?.messages.at(-1)?.text).toBe(
            '<context source="thread">\n@bob: The harbour is ten fathoms deep.\n</context>\n\n' +
                '@alice: Please answer what is said above.',
        );
    });

    it('[GATE-05][GATE-06] follows chat modes, and the channel before the account', async () => {
        await using aboard = await comeAboard({settings: {chatmode: 'onmessage'}});
        const {deckId, townSquareId} = aboard.harbor;
        // Where it merely listens, a word is no command.
        const posts = [aboard.say('alice', 'just talking'), aboard.say('bob', 'help')];
        await aboard.expectAnsweredOnce(posts);
        expect(questions(aboard)).toEqual(['@alice: just talking', '@bob: help']);
        aboard.configure({groups: {[townSquareId]: {requireMention: true}}});
        const quiet = aboard.say('alice', 'nothing for you', {channelId: townSquareId});
        await aboard.expectIgnored(quiet);

        aboard.configure({chatmode: 'onchar', groups: {[deckId]: {chatmode: 'onchar'}}});
        const plain = aboard.say('alice', 'no prefix here');
        const prefixed = aboard.say('alice', '> how deep?');
        await aboard.expectIgnored(plain);
        await aboard.expectAnsweredOnce([prefixed]);
        expect(questions(aboard).at(-2)).toBe('@alice: how deep?');
    });

    it('[GATE-22] answers top-level posts in a thread, and replies there when they mention it', async () => {
        const settings = {chatmode: 'onmessage', onmessageScope: 'roots'} as const;
        await using aboard = await comeAboard({settings});
        const root = aboard.say('alice', 'Shall we sail?');
        await aboard.expectAnsweredOnce([root]);
        const answer = aboard.answersTo(root)[0];
        expect(answer?.root_id).toBe(root.id);
        await aboard.expectIgnored(aboard.say('bob', 'I would', {rootId: root.id}));
        await aboard.expectAnsweredOnce([aboard.mention('bob', 'would you?', {rootId: root.id})]);
        aboard.configure({onmessageScope: 'all'});
        await aboard.expectAnsweredOnce([aboard.say('bob', 'and now?', {rootId: root.id})]);
    });

    it('[GATE-07] takes a reply in a thread where it answered as a question, also after a restart', async () => {
        await using aboard = await comeAboard();
        const root = aboard.say('alice', 'Shall we sail?');
        const early = aboard.say('bob', 'I would', {rootId: root.id});
        await aboard.expectIgnored(early);
        await aboard.answerTo(aboard.mention('alice', 'shall we?', {rootId: root.id}));
        await aboard.settled();
        await aboard.expectAnsweredOnce([aboard.say('bob', 'and when?', {rootId: root.id})]);

        await aboard.stop();
        await aboard.start();
        await aboard.expectAnsweredOnce([aboard.say('carol', 'where to?', {rootId: root.id})]);
        const answer = await aboard.answerTo(aboard.mention('alice', 'a word'));
        await aboard.settled();
        await aboard.expectAnsweredOnce([aboard.say('bob', 'two words', {rootId: answer.id})]);

        aboard.configure({implicitMentions: {threadParticipation: false}});
        await aboard.expectIgnored(aboard.say('bob', 'and now?', {rootId: root.id}));
    });

    it('[GATE-09][GATE-11] answers in channels whom the lists let in, whatever a person calls itself', async () => {
        await using aboard = await comeAboard({
            settings: {groupPolicy: 'allowlist', allowFrom: [], groupAllowFrom: ['@alice']},
        });
        const {alice, bob} = aboard.harbor.users;
        await aboard.expectIgnored(aboard.mention('alice', 'by name'));
        aboard.configure({groupAllowFrom: [`user:${alice}`, bob]});
        const posts = [aboard.mention('alice', 'by id'), aboard.mention('bob', 'by id')];
        const other = aboard.mention('carol', 'not listed');
        await aboard.expectIgnored(other);
        await aboard.expectAnsweredOnce(posts);
        aboard.configure({groupPolicy: 'disabled'});
        await aboard.expectIgnored(aboard.mention('alice', 'nobody now'));
    });

    it('[GATE-09] treats a group message as a channel, not as a direct message', async () => {
        await using aboard = await comeAboard({settings: {groupPolicy: 'disabled'}});
        const {alice, bob} = aboard.harbor.users;
        const group = aboard.playground.group(alice, bob, aboard.bot.userId);
        const place = {channelId: group.id};
        await aboard.expectIgnored(aboard.mention('alice', 'in a group', place));
        aboard.configure({groupPolicy: 'open'});
        const unaddressed = aboard.say('alice', 'among us', place);
        const post = aboard.mention('bob', 'in a group', place);
        await aboard.expectIgnored(unaddressed);
        await aboard.expectAnsweredOnce([post]);
    });

    it('[GATE-17] lets owners in whatever the lists say', async () => {
        await using aboard = await comeAboard({
            settings: {groupPolicy: 'disabled', dmPolicy: 'disabled', allowFrom: []},
        });
        const {alice} = aboard.harbor.users;
        const refused = [aboard.mention('alice', 'hello'), aboard.direct('alice', 'hello')];
        await aboard.expectIgnored(...refused);
        const posts = [aboard.mention('admin', 'hello'), aboard.direct('admin', 'hello')];
        await aboard.expectAnsweredOnce(posts);
        aboard.configure({owners: [alice]});
        await aboard.expectAnsweredOnce([aboard.direct('alice', 'hello again')]);
    });
});

describe('each decision', () => {
    it('[GATE-01] has a reason, which the log tells', async () => {
        const decided: string[] = [];
        const log: Log = {
            ...silentLog,
            debug(message, fields) {
                if (message === 'decided')
                    decided.push(`${fields?.['kind']} ${fields?.['reason']}`);
            },
            child: () => log,
        };
        await using aboard = await comeAboard({
            log,
            settings: {groupPolicy: 'allowlist', allowFrom: ['*'], dmPolicy: 'pairing'},
        });
        const {alice} = aboard.harbor.users;
        aboard.configure({allowFrom: [alice]});
        aboard.mention('alice', 'one');
        aboard.say('alice', 'two');
        aboard.mention('bob', 'three');
        aboard.direct('bob', 'four');
        await aboard.expectIgnored();
        expect(decided.filter((one) => one !== 'ignore own_post').slice(0, 4)).toEqual([
            'answer mention',
            'context no_mention',
            'ignore group_policy_not_allowlisted',
            'pair dm_policy_pairing_required',
        ]);
    });
});

describe('in direct messages', () => {
    it('[GATE-08] answers by policy', async () => {
        await using aboard = await comeAboard({
            settings: {dmPolicy: 'allowlist', allowFrom: []},
        });
        const {alice} = aboard.harbor.users;
        await aboard.expectIgnored(aboard.direct('alice', 'not listed'));
        aboard.configure({allowFrom: [alice]});
        await aboard.expectAnsweredOnce([aboard.direct('alice', 'listed')]);
        aboard.configure({dmPolicy: 'open', allowFrom: [alice]});
        await aboard.expectIgnored(aboard.direct('bob', 'open needs a star'));
        aboard.configure({dmPolicy: 'disabled', allowFrom: ['*']});
        await aboard.expectIgnored(aboard.direct('alice', 'off'));
    });

    it('[GATE-08] asks strangers to see an admin, once in a while', async () => {
        await using aboard = await comeAboard({settings: {dmPolicy: 'pairing', allowFrom: []}});
        const channelId = aboard.directChannel('bob');
        const posts = [aboard.direct('bob', 'hello?'), aboard.direct('bob', 'hello??')];
        await aboard.expectIgnored(...posts);
        const [notice, ...more] = aboard.answers(channelId);
        expect(notice?.message).toContain(aboard.harbor.users.bob);
        expect(more).toEqual([]);
    });
});

describe('programs', () => {
    it('[GATE-02] are not answered, nor are system posts, and it never answers itself', async () => {
        await using aboard = await comeAboard({settings: {chatmode: 'onmessage'}});
        const {playground, harbor, bot} = aboard;
        const other = playground.addBot('parrot', {
            teams: [harbor.teamId],
            channels: [harbor.deckId],
        });
        const text = '@gangway how deep?';
        const byBot = playground.post(other.userId, harbor.deckId, text);
        const byHook = playground.post(harbor.users.admin, harbor.deckId, text, {
            props: {from_webhook: 'true'},
        });
        const bySystem = playground.post(harbor.users.alice, harbor.deckId, text, {
            type: 'system_header_change',
        });
        const own = playground.post(bot.userId, harbor.deckId, text);
        await aboard.expectIgnored(byBot, byHook, bySystem, own);
    });

    it('[GATE-02] that are let in are answered until the loop guard ends it', async () => {
        await using aboard = await comeAboard({
            settings: {botLoop: {maxTurns: 3, windowMinutes: 5}},
        });
        const {playground, harbor} = aboard;
        const other = playground.addBot('parrot', {
            teams: [harbor.teamId],
            channels: [harbor.deckId],
        });
        aboard.configure({allowBots: [other.userId]});
        // A parrot says again what it hears.
        playground.tap((event) => {
            if (event.kind !== 'post-updated' && event.kind !== 'post-created') return;
            const {post} = event;
            const finished =
                (post.props['gangway'] as {state: string} | undefined)?.state === 'done';
            if (post.user_id !== aboard.bot.userId || !finished) return;
            setImmediate(() => {
                playground.post(other.userId, harbor.deckId, `@gangway ${post.message}`);
            });
        });
        playground.post(other.userId, harbor.deckId, '@gangway hello');
        await aboard.until('three answers', () => aboard.answers().length >= 3);
        await aboard.expectIgnored();
        expect(aboard.answers()).toHaveLength(3);
    });
});
