import type {Duplex} from 'node:stream';
import type {MuxBroker} from '../../../sidecar/src/rpc/go-plugin/mux-broker.ts';
import type {CallOptions} from '../../../sidecar/src/rpc/net-rpc/client.ts';
import type {RpcMethod} from '../../../sidecar/src/rpc/net-rpc/method.ts';
import type {Manifest} from './manifest.ts';

/** A plugin whose process runs. */
export interface ActivePlugin {
    readonly id: string;
    readonly manifest: Manifest;
    /** Where its bundle is unpacked: what GetBundlePath says. */
    readonly folder: string;
    readonly broker: MuxBroker;
    /** Whether its process has this hook, by the hook's Go name such as `MessageHasBeenPosted`. */
    has(hook: string): boolean;
    /** Calls a hook, which it must have. @throws RpcError, GobError */
    call<ArgsIn, ArgsOut, ReplyIn, ReplyOut>(
        method: RpcMethod<ArgsIn, ArgsOut, ReplyIn, ReplyOut>,
        args: ArgsIn,
        options?: CallOptions,
    ): Promise<ReplyOut>;
}

/** Answers the API calls of a plugin on the stream that it dialled for them. */
export type ServePluginApi = (stream: Duplex, plugin: ActivePlugin) => void;
