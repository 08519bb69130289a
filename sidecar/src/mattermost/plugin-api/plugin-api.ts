import type {RpcClient} from '../../rpc/net-rpc/client.ts';
import {type CallLimits, createCaller, DEFAULT_CALL_LIMITS} from './calls/caller.ts';
import {createKvCalls, type KvCalls} from './calls/kv-calls.ts';
import {createPeopleCalls, type PeopleCalls} from './calls/people-calls.ts';
import {createPostCalls, type PostCalls} from './calls/post-calls.ts';
import {createServerCalls, type ServerCalls} from './calls/server-calls.ts';

/**
 * The calls of Mattermost's plugin API that Gangway makes. Each has a time limit, takes the caller's
 * signal last, and rejects with CancelledError, TimeoutError or PlatformError.
 */
export interface PluginApi extends KvCalls, PeopleCalls, PostCalls, ServerCalls {}

/** Makes the API over the stream that the server opened for it; its registry is `pluginApiRegistry`. */
export function createPluginApi(client: RpcClient, limits: Partial<CallLimits> = {}): PluginApi {
    const caller = createCaller(client, {...DEFAULT_CALL_LIMITS, ...limits});
    return {
        ...createKvCalls(caller),
        ...createPeopleCalls(caller),
        ...createPostCalls(caller),
        ...createServerCalls(caller),
    };
}
