import type {Log} from '../contract/log.ts';
import {silentLog} from '../contract/log.ts';
import type {ChannelType, User} from '../mattermost/platform.ts';
import {createDecisionLog} from '../policy/decision-log.ts';
import {createMissedCalls} from '../policy/missed-calls.ts';
import {createMemoryStore} from '../store/memory-store.ts';
import {accountDefaults} from '../../test/account-defaults.ts';
import {aPost} from '../../test/a-post.ts';
import type {TurnDeps} from './deps.ts';
import {createElsewhere} from './elsewhere.ts';
import {createNotices} from './notices.ts';

/** Calls from elsewhere over a store in memory; what is shown to one person alone is collected. */
function scene({inviteHint = true} = {}) {
    const said: {userId: string; channelId: string; message: string}[] = [];
    const logged: string[] = [];
    const log: Log = {
        ...silentLog,
        info: (message, fields) => logged.push(`${message}: ${fields?.['channel']}`),
    };
    const people: Record<string, Partial<User>> = {
        builder: {isBot: true},
        'alice:north': {remoteId: 'north'},
    };
    const platform = {
        bot: {userId: 'bot', username: 'gangway'},
        user: async (id: string) => ({id, username: id, isBot: false, remoteId: '', ...people[id]}),
        ephemeral: async (userId: string, draft: {channelId: string; message: string}) => {
            said.push({userId, channelId: draft.channelId, message: draft.message});
            return true;
        },
    };
    const decisions = createDecisionLog(() => 0);
    const missedCalls = createMissedCalls(() => 0);
    const deps = {
        account: 'default',
        platform,
        settings: () => ({...accountDefaults(), inviteHint}),
        store: createMemoryStore(),
        decisions,
        missedCalls,
        log,
    } as unknown as TurnDeps;
    const elsewhere = createElsewhere(deps, createNotices(deps));
    return {
        said,
        logged,
        recent: () => decisions.recent('default'),
        counts: () => missedCalls.counts('default').lastHour,
        call: (
            message: string,
            type: ChannelType = 'O',
            post: Parameters<typeof aPost>[0] = {id: 'p'},
        ) => elsewhere.called(aPost({message, ...post}), type, AbortSignal.timeout(60_000)),
    };
}

it('[GATE-16][BR-32] tells who mentions it where it is no member how to bring it in, once', async () => {
    const {said, call} = scene();
    await call('@gangway are you there?');
    await call('@gangway hello?');
    expect(said).toEqual([
        {userId: 'alice', channelId: 'deck', message: expect.stringContaining('/invite @gangway')},
    ]);
    await call('@gangway hello?', 'P', {id: 'p', userId: 'bob', channelId: 'cabin'});
    expect(said[1]).toEqual({
        userId: 'bob',
        channelId: 'cabin',
        message: expect.stringContaining('/invite @gangway'),
    });
});

it('[GATE-16][BR-32] says why it cannot be brought into the messages of others', async () => {
    const {said, call} = scene();
    await call('@gangway hello?', 'D');
    await call('@gangway hello?', 'G', {id: 'p', channelId: 'group'});
    expect(said.map(({message}) => message)).toEqual([
        expect.stringContaining('nobody can be added to a direct message'),
        expect.stringContaining('nobody can be added to it'),
    ]);
});

it.each(['nothing for a bot', '`@gangway` in code', 'mail to x@gangway'])(
    '[GATE-16] says nothing of its absence to who writes %j',
    async (message) => {
        const {said, counts, call} = scene();
        await call(message);
        expect([said, counts()]).toEqual([[], 0]);
    },
);

it('[GATE-16][BR-32] leaves a trace without the hint: a count, a reason, and a line for each channel', async () => {
    const {said, logged, recent, counts, call} = scene({inviteHint: false});
    await call('@gangway the secret');
    await call('@gangway again');
    for (let n = 0; n < 30; n++) await call('@gangway', 'O', {id: 'p', channelId: `channel${n}`});
    expect(said).toEqual([]);
    expect(counts()).toBe(32);
    expect(recent()).toHaveLength(32);
    expect(recent()[0]).toMatchObject({kind: 'ignore', reason: 'not_a_member'});
    expect(logged).toHaveLength(20);
    expect(logged[0]).toBe('mentioned in a channel where the bot is no member: deck');
    expect(JSON.stringify([logged, recent()])).not.toContain('secret');
});

it('[GATE-16][GATE-19] is for people of this server: no program, no other server, no special post', async () => {
    const {said, counts, call} = scene();
    await call('@gangway hello', 'O', {id: 'p', userId: 'builder'});
    await call('@gangway hello', 'O', {id: 'p', userId: 'alice:north'});
    await call('@gangway hello', 'O', {id: 'p', remoteId: 'north'});
    await call('@gangway hello', 'O', {id: 'p', props: {from_webhook: 'true'}});
    await call('@gangway hello', 'O', {id: 'p', type: 'burn_on_read'});
    await call('@gangway hello', 'O', {id: 'p', userId: 'bot'});
    expect([said, counts()]).toEqual([[], 0]);
});
