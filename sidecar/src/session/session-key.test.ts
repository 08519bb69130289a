import fc from 'fast-check';

import type {AccountSettings, DmScope} from '../contract/account-settings.ts';
import type {ChannelType} from '../mattermost/platform.ts';
import {replyRoot, sessionKey} from './session-key.ts';
import type {Conversation} from './session-key.ts';

const dmScopes: readonly DmScope[] = [
    'main',
    'per-peer',
    'per-channel-peer',
    'per-account-channel-peer',
];
const settings = (
    dmScope: DmScope = 'per-account-channel-peer',
    groupScope: 'channel' | 'user' = 'channel',
): AccountSettings['session'] => ({dmScope, groupScope, idleMinutes: undefined});

const dm: Conversation = {
    account: 'default',
    agent: 'main',
    channelType: 'D',
    channelId: 'dm1',
    threadRootId: '',
    userId: 'alice',
};
const channel: Conversation = {...dm, channelType: 'O', channelId: 'deck'};

/** Ids as they come, and hostile ones that try to look like other parts of a key. */
const part = fc.oneof(
    fc.constantFrom('a', 'b', 'main', 'direct', 'channel', 'thread', 'account', 'user', 'a:b', ''),
    fc.constantFrom('a:thread:b', '%003a', 'mattermost', ':', '%'),
    fc.string({unit: 'binary', maxLength: 5}),
    fc.constant('\ud800'),
);
const conversation = fc.record({
    account: part,
    agent: part,
    channelType: fc.constantFrom<ChannelType[]>('O', 'P', 'D', 'G'),
    channelId: part,
    threadRootId: part,
    userId: part,
});

describe('the session key', () => {
    it.each([
        ['main', 'agent:main:main'],
        ['per-peer', 'agent:main:direct:alice'],
        ['per-channel-peer', 'agent:main:mattermost:direct:alice'],
        ['per-account-channel-peer', 'agent:main:mattermost:account:default:direct:alice'],
    ] as const)('[SES-01] of a DM with dmScope %s is %s', (scope, key) => {
        expect(sessionKey(dm, settings(scope)).key).toBe(key);
    });

    it('[SES-01] of a channel is shared by its members, or one for each with groupScope user', () => {
        const bob = {...channel, userId: 'bob'};
        const base = 'agent:main:mattermost:account:default:channel:deck';
        expect(sessionKey(channel, settings()).key).toBe(base);
        expect(sessionKey(bob, settings())).toEqual(sessionKey(channel, settings()));
        const own = settings('per-account-channel-peer', 'user');
        expect(sessionKey(channel, own).key).toBe(`${base}:user:alice`);
        expect(sessionKey(bob, own).key).toBe(`${base}:user:bob`);
    });

    it('[SES-01] stays when a channel becomes private or a group message becomes a channel', () => {
        const keys = (['O', 'P', 'G'] as const).map(
            (channelType) => sessionKey({...channel, channelType}, settings()).key,
        );
        expect(new Set(keys).size).toBe(1);
    });

    it('[SES-03] of a thread is the key above it and the root', () => {
        const thread = {...channel, threadRootId: 'root1'};
        expect(sessionKey(thread, settings()).key).toBe(
            'agent:main:mattermost:account:default:channel:deck:thread:root1',
        );
    });

    it('[SES-01] has an id that fits a store key and shows no name', () => {
        const {id} = sessionKey(dm, settings());
        expect(id).toMatch(/^[0-9a-f]{32}$/);
        expect(sessionKey({...dm, userId: 'bob'}, settings()).id).not.toBe(id);
        expect(sessionKey({...dm}, settings()).id).toBe(id);
    });

    it('[SES-01] is never one for two people whose ids look alike once they are escaped', () => {
        const key = (userId: string): string => sessionKey({...dm, userId}, settings()).key;
        expect(key(' 0')).not.toBe(key('\u0200'));
        expect(key('%0020')).not.toBe(key(' '));
    });

    it("[SES-01] lets no person's DM reach another's turn, whatever ids and options there are", () => {
        const options = fc.record({
            dmScope: fc.constantFrom(...dmScopes.filter((scope) => scope !== 'main')),
            groupScope: fc.constantFrom<('channel' | 'user')[]>('channel', 'user'),
        });
        fc.assert(
            fc.property(conversation, conversation, options, (one, other, scopes) => {
                const direct: Conversation = {...one, channelType: 'D'};
                fc.pre(other.channelType !== 'D' || other.userId !== direct.userId);
                const both = settings(scopes.dmScope, scopes.groupScope);
                expect(sessionKey(other, both).id).not.toBe(sessionKey(direct, both).id);
            }),
            {numRuns: 2000},
        );
    });

    it('[SES-01] is shared by the same conversation only', () => {
        const scope = fc.constantFrom(...dmScopes);
        const groupScope = fc.constantFrom<('channel' | 'user')[]>('channel', 'user');
        fc.assert(
            fc.property(conversation, conversation, scope, groupScope, (a, b, dmScope, group) => {
                const same = sessionKey(a, settings(dmScope, group)).key;
                const key = sessionKey(b, settings(dmScope, group)).key;
                const parts = (c: Conversation): unknown[] => identity(c, dmScope, group);
                expect(same === key).toBe(JSON.stringify(parts(a)) === JSON.stringify(parts(b)));
            }),
            {numRuns: 2000},
        );
    });
});

/** The specification once more, as the list of what must be equal. */
function identity(c: Conversation, dmScope: DmScope, groupScope: 'channel' | 'user'): unknown[] {
    const common = [c.agent, c.threadRootId];
    if (c.channelType !== 'D') {
        const user = groupScope === 'user' ? [c.userId] : [];
        return [...common, 'group', c.account, c.channelId, ...user];
    }
    const account = dmScope === 'per-account-channel-peer' ? [c.account] : [];
    return [...common, 'direct', ...(dmScope === 'main' ? [] : [...account, c.userId])];
}

describe('where an answer goes', () => {
    const top = {id: 'post1', rootId: ''};
    const reply = {id: 'post2', rootId: 'root1'};
    const flat = {rootId: '', threadRootId: ''};
    const below = (id: string) => ({rootId: id, threadRootId: id});
    const off = {replyToMode: 'off', replyToModeByChatType: {}} as const;

    it.each(['O', 'P', 'G'] as const)('[SES-03] follows the post with off in %s', (type) => {
        expect(replyRoot(top, type, off)).toEqual(flat);
        expect(replyRoot(reply, type, off)).toEqual(below('root1'));
    });

    it.each(['first', 'all', 'batched'] as const)(
        '[SES-03] is a thread below the post, with a session of its own, with %s',
        (replyToMode) => {
            const threaded = {...off, replyToMode};
            expect(replyRoot(top, 'O', threaded)).toEqual(below('post1'));
            expect(replyRoot(reply, 'O', threaded)).toEqual(below('root1'));
        },
    );

    it('[SES-03] goes by chat type before the account, and by channel before both', () => {
        const mixed = {
            replyToMode: 'off',
            replyToModeByChatType: {channel: 'all', group: 'off'},
        } as const;
        expect(replyRoot(top, 'O', mixed)).toEqual(below('post1'));
        expect(replyRoot(top, 'P', mixed)).toEqual(flat);
        expect(replyRoot(top, 'G', {...mixed, replyToMode: 'all'})).toEqual(flat);
        expect(replyRoot(top, 'O', mixed, {replyToMode: 'off'})).toEqual(flat);
        expect(replyRoot(top, 'P', mixed, {replyToMode: 'first'})).toEqual(below('post1'));
        expect(replyRoot(top, 'O', mixed, {})).toEqual(below('post1'));
    });

    it('[SES-03] stays flat in DMs unless direct says otherwise', () => {
        const all = {replyToMode: 'all', replyToModeByChatType: {channel: 'all'}} as const;
        for (const post of [top, reply]) {
            expect(replyRoot(post, 'D', all, {replyToMode: 'all'})).toEqual(flat);
            const direct = {...all, replyToModeByChatType: {direct: 'off'}} as const;
            expect(replyRoot(post, 'D', direct)).toEqual(flat);
        }
        const direct = {...off, replyToModeByChatType: {direct: 'all'}} as const;
        expect(replyRoot(top, 'D', direct)).toEqual(below('post1'));
        expect(replyRoot(reply, 'D', direct)).toEqual(below('root1'));
    });
});
