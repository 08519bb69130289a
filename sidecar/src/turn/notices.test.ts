import {silentLog} from '../contract/log.ts';
import {createMemoryStore} from '../store/memory-store.ts';
import type {TurnDeps} from './deps.ts';
import type {Facts} from './facts.ts';
import {createNotices} from './notices.ts';

/** Notices over a store in memory; what would be shown to one person alone is collected. */
function notices() {
    const said: {userId: string; channelId: string; message: string}[] = [];
    const platform = {
        ephemeral: (userId: string, draft: {channelId: string; message: string}) => {
            said.push({userId, channelId: draft.channelId, message: draft.message});
            return Promise.resolve(true);
        },
    };
    const deps = {account: 'default', platform, store: createMemoryStore(), log: silentLog};
    return {said, notices: createNotices(deps as unknown as TurnDeps)};
}

const factsOf = (message: string, userId = 'u1', channelId = 'c1'): Facts =>
    ({
        event: {
            post: {id: 'p', userId, channelId, rootId: '', type: '', message, props: {}},
            mentionsBot: undefined,
        },
        context: {bot: {userId: 'bot', username: 'gangway'}},
    }) as unknown as Facts;
const {signal} = new AbortController();

it('[GATE-16] tells who mentions it where it is no member how to bring it in, once', async () => {
    const {said, notices: ours} = notices();
    await ours.invite(factsOf('@gangway are you there?'), signal);
    await ours.invite(factsOf('@gangway hello?'), signal);
    expect(said).toEqual([
        {userId: 'u1', channelId: 'c1', message: expect.stringContaining('/invite @gangway')},
    ]);
    await ours.invite(factsOf('@gangway hello?', 'u2'), signal);
    expect(said).toHaveLength(2);
});

it.each(['nothing for a bot', '`@gangway` in code', 'mail to x@gangway'])(
    '[GATE-16] says nothing of its absence to who writes %j',
    async (message) => {
        const {said, notices: ours} = notices();
        await ours.invite(factsOf(message), signal);
        expect(said).toEqual([]);
    },
);
