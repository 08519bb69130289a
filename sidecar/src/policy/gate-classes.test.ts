import {ALICE, decideScene, idOf, verdict} from './gate.fixture.ts';

const GUEST = {username: 'gus', roles: ['system_guest']};
const NORTH = idOf('north');
const remote = {post: {remoteId: NORTH}, sender: {username: 'alice:north', remoteId: NORTH}};
const everywhere = [
    {groupPolicy: 'open'},
    {groupAllowFrom: ['*']},
    {groupAllowFrom: ['role:system_user']},
    {groupAllowFrom: [' Role: SYSTEM_USER ']},
    {groups: {'*': {allowFrom: ['*']}}},
] as const;

describe('guests', () => {
    const mention = {message: '@bot hi', sender: GUEST};

    it('[GATE-23] are in no open policy, no "*" and no role:system_user', () => {
        for (const settings of everywhere) {
            expect(verdict({...mention, settings})).toBe('ignore guest_sender');
            const both = {...mention, sender: {roles: ['system_guest', 'system_user']}};
            expect(verdict({...both, settings})).toBe('ignore guest_sender');
        }
        const direct = {...mention, channelType: 'D'} as const;
        expect(verdict({...direct, settings: {dmPolicy: 'open', allowFrom: ['*']}})).toBe(
            'ignore guest_sender',
        );
        expect(verdict({...mention, settings: {owners: ['*'], groupAllowFrom: []}})).toBe(
            'ignore guest_sender',
        );
    });

    it('[GATE-23] are let in by allowGuests, of the account or of the channel', () => {
        for (const settings of everywhere) {
            expect(verdict({...mention, settings: {...settings, allowGuests: true}})).toBe(
                'answer mention',
            );
            const groups = {'*': {...('groups' in settings ? settings.groups['*'] : {})}};
            const here = {...settings, groups: {'*': {...groups['*'], allowGuests: true}}};
            expect(verdict({...mention, settings: here})).toBe('answer mention');
            const notHere = {
                ...settings,
                allowGuests: true,
                groups: {'*': {...groups['*'], allowGuests: false}},
            };
            expect(verdict({...mention, settings: notHere})).toBe('ignore guest_sender');
        }
        expect(
            decideScene({...mention, settings: {allowGuests: true, owners: ['role:system_user']}}),
        ).toMatchObject({kind: 'answer', owner: false});
    });

    it('[GATE-23] are let in where a list names them, by id or as guests', () => {
        for (const groupAllowFrom of [[ALICE], ['role:system_guest']]) {
            for (const groupPolicy of ['open', 'allowlist'] as const) {
                expect(verdict({...mention, settings: {groupAllowFrom, groupPolicy}})).toBe(
                    'answer mention',
                );
            }
        }
        const direct = {...mention, channelType: 'D'} as const;
        expect(verdict({...direct, settings: {allowFrom: [ALICE]}})).toBe('answer direct_message');
    });

    it('[GATE-23] who are kept out become no context either, but with contextVisibility all', () => {
        const chat = {...mention, message: 'hi there'};
        expect(verdict(chat)).toBe('ignore guest_sender');
        expect(verdict({...chat, settings: {contextVisibility: 'all'}})).toBe(
            'context guest_sender',
        );
    });
});

describe('people of other servers', () => {
    const mention = {...remote, message: '@bot hi'};

    it('[GATE-19] are matched by no list, no role and no open policy', () => {
        const named = [{groupAllowFrom: [ALICE]}, {owners: [ALICE]}, {owners: ['*']}];
        for (const settings of [...everywhere, ...named]) {
            expect(verdict({...mention, settings})).toBe('ignore remote_sender');
            // The mark may stand on the post or on its writer only.
            expect(verdict({...mention, sender: {}, settings})).toBe('ignore remote_sender');
            expect(verdict({...mention, post: {}, settings})).toBe('ignore remote_sender');
        }
        const direct = {...mention, channelType: 'D'} as const;
        for (const dmPolicy of ['open', 'allowlist', 'pairing'] as const) {
            expect(verdict({...direct, settings: {dmPolicy, allowFrom: ['*', ALICE]}})).toBe(
                'ignore remote_sender',
            );
        }
    });

    it('[GATE-19] are looked up in the lists with allowRemote, of the account or of the channel', () => {
        for (const settings of everywhere) {
            expect(verdict({...mention, settings: {...settings, allowRemote: true}})).toBe(
                'answer mention',
            );
        }
        const groups = {'*': {allowRemote: true}};
        expect(verdict({...mention, settings: {groups}})).toBe('answer mention');
        expect(
            verdict({
                ...mention,
                settings: {groups: {'*': {allowRemote: false}}, allowRemote: true},
            }),
        ).toBe('ignore remote_sender');
        expect(
            verdict({...mention, settings: {allowRemote: true, groupAllowFrom: [idOf('bob')]}}),
        ).toBe('ignore group_policy_not_allowlisted');
    });

    it('[GATE-19] are owners by their id alone', () => {
        const admin = {...mention, sender: {...remote.sender, roles: ['system_admin']}};
        expect(decideScene({...admin, settings: {allowRemote: true}})).toMatchObject({
            owner: false,
        });
        const settings = {allowRemote: true, owners: [ALICE]};
        expect(decideScene({...admin, settings})).toMatchObject({owner: true});
    });

    it('[GATE-19] take the bot of another server for a bot, with the loop guard', () => {
        const twin = {...mention, sender: {...remote.sender, username: 'BOT:north'}};
        const settings = {allowRemote: true};
        expect(verdict({...twin, settings})).toBe('ignore bot_sender');
        expect(verdict(twin)).toBe('ignore bot_sender');
        const letIn = {allowRemote: true, allowBots: [ALICE]};
        expect(verdict({...twin, settings: letIn})).toBe('answer mention');
        expect(verdict({...twin, settings: letIn, context: {botTurns: 6}})).toBe('ignore bot_loop');
        expect(verdict({...twin, settings: {allowBots: [ALICE]}})).toBe('ignore remote_sender');
        // A person of this server may have a name of that form in no way.
        expect(verdict({...twin, post: {}, sender: {username: 'bot'}})).toBe('answer mention');
    });
});

describe('posts that are not for reading', () => {
    it('[GATE-01][BR-47] leave out what burns when it was read, and types that nobody knows', () => {
        const everything = {contextVisibility: 'all', chatmode: 'onmessage'} as const;
        for (const channelType of ['O', 'P', 'D', 'G'] as const) {
            const scene = {message: '@bot the code is 1234', channelType, settings: everything};
            const types = {
                burn_on_read: 'ignore burn_on_read',
                page_comment: 'ignore unknown_post_type',
                system_ephemeral: 'ignore system_post',
            };
            for (const [type, expected] of Object.entries(types)) {
                expect(verdict({...scene, post: {type}})).toBe(expected);
            }
        }
        expect(verdict({message: '@bot hi', post: {type: 'me'}})).toBe('answer mention');
        expect(verdict({message: '@bot hi', post: {type: 'slack_attachment'}})).toBe(
            'answer mention',
        );
    });
});

const alert = {
    title: 'KubeAPIErrors',
    text: 'v1beta1 is firing\nsince nine',
    fallback: 'an alert',
    fields: [
        {title: 'severity', value: 'warning', short: true},
        {title: '', value: 3},
        {title: 'silenced', value: false},
    ],
    footer: 'cluster west',
};

describe('a post of attachments only', () => {
    const post = {props: {from_webhook: 'true', attachments: [alert]}};
    const letIn = {allowBots: [ALICE], chatmode: 'onmessage'} as const;

    it('[GATE-05][BR-17] is not empty', () => {
        expect(decideScene({message: '', post, settings: letIn})).toMatchObject({
            kind: 'answer',
            text: expect.stringContaining('> KubeAPIErrors\n> v1beta1 is firing'),
        });
        expect(verdict({message: '', post: {props: {from_webhook: 'true'}}, settings: letIn})).toBe(
            'context empty_after_mention',
        );
    });

    it('[GATE-03][BR-17] speaks to the bot whom it mentions', () => {
        const calling = {props: {...post.props, attachments: [{text: 'look, @bot'}]}};
        const settings = {allowBots: [ALICE]};
        expect(verdict({message: '', post: calling, settings})).toBe('answer mention');
        expect(verdict({message: '', post, settings})).toBe('context no_mention');
        expect(verdict({message: '', post: calling})).toBe('ignore webhook_sender');
    });
});
