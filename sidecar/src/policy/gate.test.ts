import fc from 'fast-check';
import type {AccountSettings, DmPolicy, GroupPolicy} from '../contract/account-settings.ts';
import type {ChannelType} from '../mattermost/platform.ts';
import {ALICE, BOT, DECK, decideScene, facts, idOf, verdict, type Scene} from './gate.fixture.ts';
import {decide} from './gate.ts';

const ADMIN = {roles: ['system_user', 'system_admin']};
const BUILDER = idOf('builder');
const bot = {post: {userId: BUILDER}, sender: {username: 'builder', isBot: true}};
const webhook = {post: {props: {from_webhook: 'true', override_username: 'builder'}}};

describe('what is never answered', () => {
    it('[GATE-01] gives the same decision, with a reason, for the same facts', () => {
        const {event, context} = facts({message: '@bot hi'});
        expect(decide(event, context)).toEqual(decide(event, context));
        expect(decide(event, context)).toEqual({
            kind: 'answer',
            reason: 'mention',
            text: 'hi',
            bare: false,
            owner: false,
        });
    });

    it('[GATE-02] ignores its own posts, system posts and deleted ones', () => {
        expect(verdict({message: '@bot', post: {userId: BOT}})).toBe('ignore own_post');
        expect(verdict({message: '@bot', post: {type: 'system_join_channel'}})).toBe(
            'ignore system_post',
        );
        expect(verdict({message: '@bot', post: {deleteAt: 5}})).toBe('ignore deleted_post');
    });

    it('[GATE-02] ignores other bots, webhooks, plugins and other posts of Gangway', () => {
        const message = '@bot hi';
        expect(verdict({...bot, message})).toBe('ignore bot_sender');
        expect(verdict({message, post: {props: {from_bot: 'true'}}})).toBe('ignore bot_sender');
        expect(verdict({...webhook, message})).toBe('ignore webhook_sender');
        expect(verdict({message, post: {props: {from_webhook: true}}})).toBe(
            'ignore webhook_sender',
        );
        expect(verdict({message, post: {props: {from_plugin: 'true'}}})).toBe('ignore plugin_post');
        expect(verdict({message, post: {type: 'custom_poll'}})).toBe('ignore plugin_post');
        expect(verdict({message, post: {props: {gangway: {turn: 'x'}}}})).toBe(
            'ignore own_plugin_post',
        );
    });

    it('[GATE-02] answers a bot and a webhook that allowBots names by id', () => {
        expect(verdict({...bot, message: '@bot hi', settings: {allowBots: [BUILDER]}})).toBe(
            'answer mention',
        );
        expect(verdict({...webhook, message: '@bot hi', settings: {allowBots: [ALICE]}})).toBe(
            'answer mention',
        );
    });

    it('[GATE-02] lets a program that allowBots names in without a list for persons', () => {
        const settings = {allowBots: [BUILDER], groupAllowFrom: [ALICE]};
        expect(verdict({...bot, message: '@bot hi', settings})).toBe('answer mention');
        expect(verdict({...bot, message: '@bot', settings: {...settings, allowBots: ['*']}})).toBe(
            'ignore group_policy_not_allowlisted',
        );
    });

    it('[GATE-02] never takes the name that a webhook gives itself for the sender', () => {
        const settings = {allowBots: ['@builder'], dangerouslyAllowNameMatching: true};
        expect(verdict({...bot, message: '@bot', settings})).toBe('answer mention');
        expect(verdict({...webhook, message: '@bot', settings})).toBe('ignore webhook_sender');
    });

    it('[GATE-02] gives a webhook none of the rights of its owner', () => {
        const lifted = {allowBots: ['*'], groupAllowFrom: [ALICE], allowFrom: [ALICE]};
        const owned = {...webhook, message: '@bot', sender: ADMIN};
        expect(verdict({...owned, settings: lifted})).toBe('ignore group_policy_not_allowlisted');
        expect(verdict({...owned, settings: lifted, channelType: 'D'})).toBe(
            'ignore dm_policy_not_allowlisted',
        );
        expect(
            verdict({
                ...owned,
                settings: {allowBots: ['*']},
                channelType: 'D',
                context: {paired: true},
            }),
        ).toBe('ignore dm_policy_not_allowlisted');
        const ofBot = {...webhook, message: '@bot', sender: {isBot: true}, settings: lifted};
        expect(verdict(ofBot)).toBe('ignore group_policy_not_allowlisted');
        const named = decideScene({...owned, settings: {allowBots: [ALICE]}});
        expect(named).toMatchObject({kind: 'answer', owner: false});
    });

    it('[GATE-02] ends a ping-pong with another bot after botLoop.maxTurns', () => {
        const scene = {...bot, message: '@bot', settings: {allowBots: [BUILDER]}};
        expect(verdict({...scene, context: {botTurns: 5}})).toBe('answer mention');
        expect(verdict({...scene, context: {botTurns: 6}})).toBe('ignore bot_loop');
        const visible = {allowBots: [BUILDER], contextVisibility: 'all'} as const;
        expect(verdict({...scene, settings: visible, context: {botTurns: 6}})).toBe(
            'ignore bot_loop',
        );
    });

    it('ignores senders that the server does not know, and accounts that are off', () => {
        expect(verdict({message: '@bot', sender: 'unknown'})).toBe('ignore sender_unknown');
        expect(verdict({message: '@bot', settings: {enabled: false}})).toBe(
            'ignore account_disabled',
        );
    });

    it('[GATE-16] ignores posts of channels that the bot is no member of', () => {
        expect(verdict({message: '@bot', sender: ADMIN, context: {member: false}})).toBe(
            'ignore not_a_member',
        );
        expect(verdict({message: '@bot', sender: ADMIN, context: {member: true}})).toBe(
            'answer mention',
        );
    });
});

describe('direct messages', () => {
    const direct = {channelType: 'D', message: 'hello'} as const;
    const policies: [DmPolicy, string[], boolean, string][] = [
        ['pairing', [], false, 'pair dm_policy_pairing_required'],
        ['pairing', [], true, 'answer direct_message'],
        ['pairing', [ALICE], false, 'answer direct_message'],
        ['allowlist', [], true, 'ignore dm_policy_not_allowlisted'],
        ['allowlist', [ALICE], false, 'answer direct_message'],
        ['open', [], false, 'ignore dm_policy_not_allowlisted'],
        ['open', ['*'], false, 'answer direct_message'],
        ['disabled', ['*', ALICE], true, 'ignore dm_policy_disabled'],
    ];

    it.each(policies)(
        '[GATE-08] with dmPolicy %s, allowFrom %j and a grant: %j it says %s',
        (dmPolicy, allowFrom, paired, expected) => {
            expect(verdict({...direct, settings: {dmPolicy, allowFrom}, context: {paired}})).toBe(
                expected,
            );
        },
    );

    it('[GATE-17] lets owners pass every policy without pairing', () => {
        for (const dmPolicy of ['pairing', 'allowlist', 'open', 'disabled'] as const) {
            expect(decideScene({...direct, sender: ADMIN, settings: {dmPolicy}})).toMatchObject({
                reason: 'direct_message',
                owner: true,
            });
        }
        expect(verdict({...direct, sender: ADMIN, settings: {owners: []}})).toBe(
            'pair dm_policy_pairing_required',
        );
        expect(verdict({...direct, settings: {owners: [ALICE]}})).toBe('answer direct_message');
    });

    it('[GATE-05] counts a direct message as addressed in every chat mode', () => {
        for (const chatmode of ['oncall', 'onmessage', 'onchar'] as const) {
            expect(verdict({...direct, settings: {chatmode, allowFrom: ['*']}})).toBe(
                'answer direct_message',
            );
        }
    });

    it('never asks a program to pair', () => {
        expect(verdict({...direct, ...bot, settings: {allowBots: ['*']}})).toBe(
            'ignore dm_policy_not_allowlisted',
        );
    });

    it('has nothing to answer where there is no text and no file', () => {
        const settings = {allowFrom: ['*']};
        expect(verdict({...direct, message: ' ', settings})).toBe('context empty_after_mention');
        expect(verdict({...direct, message: '', post: {fileIds: ['file']}, settings})).toBe(
            'answer direct_message',
        );
    });
});

describe('channels and groups', () => {
    const mention = {message: '@bot hi'};
    const policies: [GroupPolicy, string[], string[], string][] = [
        ['allowlist', [], [], 'ignore group_policy_empty_allowlist'],
        ['allowlist', [ALICE], [], 'answer mention'],
        ['allowlist', [], [ALICE], 'answer mention'],
        ['allowlist', [BUILDER], [ALICE], 'ignore group_policy_not_allowlisted'],
        ['allowlist', [], ['*'], 'answer mention'],
        ['open', [], [], 'answer mention'],
        ['open', [BUILDER], [], 'answer mention'],
        ['disabled', ['*'], ['*'], 'ignore group_policy_disabled'],
    ];

    it.each(policies)(
        '[GATE-09] with groupPolicy %s, groupAllowFrom %j and allowFrom %j it says %s',
        (groupPolicy, groupAllowFrom, allowFrom, expected) => {
            for (const channelType of ['O', 'P', 'G'] as const) {
                expect(
                    verdict({
                        ...mention,
                        channelType,
                        settings: {groupPolicy, groupAllowFrom, allowFrom},
                    }),
                ).toBe(expected);
            }
        },
    );

    it('[GATE-09] treats a group message as a group, never as a direct message', () => {
        expect(verdict({message: 'hi', channelType: 'G'})).toBe('context no_mention');
        expect(verdict({message: 'hi', channelType: 'G', mentionsBot: true})).toBe(
            'context no_mention',
        );
    });

    it('[GATE-14] gives a pairing no rights in channels', () => {
        const settings = {groupAllowFrom: []};
        expect(verdict({...mention, settings, context: {paired: true}})).toBe(
            'ignore group_policy_empty_allowlist',
        );
    });

    it('[GATE-17] lets owners pass the lists, but they have to mention the bot', () => {
        const settings: Partial<AccountSettings> = {groupPolicy: 'disabled', groupAllowFrom: []};
        expect(decideScene({...mention, sender: ADMIN, settings})).toMatchObject({
            reason: 'mention',
            owner: true,
        });
        expect(verdict({message: 'hi', sender: ADMIN, settings})).toBe('context no_mention');
    });

    it('[GATE-12] keeps the text of refused senders only with contextVisibility all', () => {
        const refused = {...mention, settings: {groupAllowFrom: [BUILDER]}};
        expect(verdict(refused)).toBe('ignore group_policy_not_allowlisted');
        for (const [contextVisibility, kind] of [
            ['allowlist', 'ignore'],
            ['allowlist_quote', 'ignore'],
            ['all', 'context'],
        ] as const) {
            expect(
                decideScene({...refused, settings: {...refused.settings, contextVisibility}}).kind,
            ).toBe(kind);
            expect(decideScene({...bot, settings: {contextVisibility}}).kind).toBe(kind);
            expect(verdict({...bot, channelType: 'D', settings: {contextVisibility}})).toBe(
                'ignore bot_sender',
            );
        }
    });

    it('[GATE-10] leaves channels alone that are switched off', () => {
        const off = {groups: {[DECK]: {enabled: false}}};
        expect(verdict({...mention, sender: ADMIN, settings: off})).toBe('ignore channel_disabled');
        const others = {groups: {'*': {enabled: false}, [DECK]: {enabled: true}}};
        expect(verdict({...mention, settings: others})).toBe('answer mention');
        expect(verdict({...mention, settings: others, post: {channelId: idOf('bridge')}})).toBe(
            'ignore channel_disabled',
        );
    });

    it('[GATE-10] with channelPolicy listed, is live in listed channels only', () => {
        const settings = {channelPolicy: 'listed', groups: {'*': {}, [DECK]: {}}} as const;
        expect(verdict({...mention, settings})).toBe('answer mention');
        expect(verdict({...mention, settings, post: {channelId: idOf('bridge')}})).toBe(
            'ignore channel_not_listed',
        );
        expect(verdict({...mention, settings, post: {channelId: '*'}})).toBe(
            'ignore channel_not_listed',
        );
        expect(
            verdict({message: 'hi', channelType: 'D', settings: {...settings, allowFrom: ['*']}}),
        ).toBe('answer direct_message');
    });

    it('[GATE-10] replaces the list of senders by that of the channel', () => {
        const only = (allowFrom: string[], groupPolicy: GroupPolicy): Scene => ({
            ...mention,
            settings: {groupPolicy, groupAllowFrom: ['*'], groups: {[DECK]: {allowFrom}}},
        });
        expect(verdict(only([BUILDER], 'allowlist'))).toBe('ignore group_policy_not_allowlisted');
        expect(verdict(only([BUILDER], 'open'))).toBe('ignore group_policy_not_allowlisted');
        expect(verdict(only([ALICE], 'open'))).toBe('answer mention');
        expect(verdict(only([], 'open'))).toBe('ignore group_policy_empty_allowlist');
        const wide = {groupAllowFrom: [BUILDER], groups: {'*': {allowFrom: [ALICE]}}};
        expect(verdict({...mention, settings: wide})).toBe('answer mention');
    });
});

describe('hostile posts', () => {
    const anyText = fc.oneof(
        fc.string(),
        fc.string({unit: 'binary'}),
        fc
            .array(
                fc.constantFrom('@bot', '`', '```', '\n', '> ', '- ', ' ', '_', '@all', '*', 'x'),
                {
                    maxLength: 60,
                },
            )
            .map((parts) => parts.join('')),
    );
    const anyList = fc.array(
        fc.oneof(fc.constantFrom('*', ALICE, 'role:system_admin'), fc.string()),
    );
    const anySettings: fc.Arbitrary<Partial<AccountSettings>> = fc.record(
        {
            enabled: fc.boolean(),
            dmPolicy: fc.constantFrom('pairing', 'allowlist', 'open', 'disabled'),
            groupPolicy: fc.constantFrom('allowlist', 'open', 'disabled'),
            allowFrom: anyList,
            groupAllowFrom: anyList,
            owners: anyList,
            allowBots: anyList,
            dangerouslyAllowNameMatching: fc.boolean(),
            channelPolicy: fc.constantFrom('all', 'listed'),
            chatmode: fc.constantFrom('oncall', 'onmessage', 'onchar'),
            oncharPrefixes: fc.array(fc.string()),
            mentionPatterns: fc.array(fc.string()),
            contextVisibility: fc.constantFrom('all', 'allowlist', 'allowlist_quote'),
        },
        {requiredKeys: []},
    );
    const anyScene: fc.Arbitrary<Scene> = fc.record({
        message: anyText,
        channelType: fc.constantFrom<ChannelType>('O', 'P', 'D', 'G'),
        post: fc.record({
            userId: fc.constantFrom(ALICE, BOT, BUILDER),
            channelId: fc.constantFrom(DECK, '__proto__', 'constructor', '*', ''),
            type: fc.constantFrom('', 'me', 'custom_x', 'system_x'),
            rootId: fc.constantFrom('', 'root'),
            props: fc.dictionary(
                fc.constantFrom('from_webhook', 'from_bot', 'from_plugin', 'gangway'),
                fc.anything(),
            ),
        }),
        sender: fc.oneof(
            fc.constant('unknown' as const),
            fc.record({username: fc.string(), isBot: fc.boolean(), roles: anyList}),
        ),
        mentionsBot: fc.option(fc.boolean(), {nil: undefined}),
        settings: anySettings,
        context: fc.record({
            paired: fc.boolean(),
            participated: fc.boolean(),
            botTurns: fc.nat(10),
            member: fc.boolean(),
            bot: fc.record({
                userId: fc.constant(BOT),
                username: fc.oneof(fc.constant('bot'), fc.string()),
            }),
        }),
    });

    it('[GATE-01] always come to a decision', () => {
        fc.assert(
            fc.property(anyScene, (scene) => {
                expect(['answer', 'pair', 'context', 'ignore']).toContain(decideScene(scene).kind);
            }),
            {numRuns: 500},
        );
    });

    it('[GATE-02] of its own are never answered, whatever the settings are', () => {
        fc.assert(
            fc.property(anyScene, (scene) => {
                const own = {...scene, post: {...scene.post, userId: BOT}};
                expect(verdict(own)).toBe('ignore own_post');
            }),
            {numRuns: 500},
        );
    });
});
