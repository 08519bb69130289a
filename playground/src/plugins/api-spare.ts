import {appError} from '../../../sidecar/src/mattermost/plugin-api/wire/errors.ts';
import {pluginMethod} from '../../../sidecar/src/mattermost/plugin-api/wire/plugin-method.ts';
import {reaction} from '../../../sidecar/src/mattermost/plugin-api/wire/posts.ts';
import {bool, bytes, optional, slice, string} from '../../../sidecar/src/rpc/gob/schema.ts';
import type {RpcHandler} from '../../../sidecar/src/rpc/net-rpc/server.ts';
import type {World} from '../world/world.ts';
import {answer, done} from './api-answers.ts';
import {wireReaction} from './wire-values.ts';

const failure = optional(appError);

/** Calls that Gangway does not make itself: other plugins do. */
export const spareMethods = {
    kvSet: pluginMethod('KVSet', {A: string, B: bytes}, {A: failure}),
    kvCompareAndSet: pluginMethod(
        'KVCompareAndSet',
        {A: string, B: bytes, C: bytes},
        {A: bool, B: failure},
    ),
    kvDeleteAll: pluginMethod('KVDeleteAll', {}, {A: failure}),
    getReactions: pluginMethod('GetReactions', {A: string}, {A: slice(reaction), B: failure}),
    copyFileInfos: pluginMethod(
        'CopyFileInfos',
        {A: string, B: slice(string)},
        {A: slice(string), B: failure},
    ),
} as const;

/** Answers them. */
export function spareCalls({pluginKv, reactions, files}: World, pluginId: string): RpcHandler[] {
    return [
        // An expiry that the value had is gone.
        done(spareMethods.kvSet, ({A, B}) => pluginKv.set(pluginId, A, B)),
        answer(spareMethods.kvCompareAndSet, ({A, B, C}) =>
            pluginKv.set(pluginId, A, C, {atomic: true, oldValue: B}),
        ),
        done(spareMethods.kvDeleteAll, () => pluginKv.deleteAll(pluginId)),
        answer(spareMethods.getReactions, ({A}) =>
            reactions.ofPost(A).map((one) => wireReaction(reactions.view(one))),
        ),
        answer(spareMethods.copyFileInfos, ({A, B}) =>
            B.map((id) => {
                const {channel_id: channelId, name, bytes: content} = files.require(id);
                return files.create({userId: A, channelId, name, bytes: content}).id;
            }),
        ),
    ];
}
