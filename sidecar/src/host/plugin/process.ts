import type {Duplex} from 'node:stream';
import type {MuxBroker} from '../../rpc/go-plugin/mux-broker.ts';
import {servePlugin} from '../../rpc/go-plugin/serve.ts';
import type {Environment} from '../../config/environment.ts';

/** The process as the plugin sees it. */
export interface PluginProcess {
    readonly env: Environment;
    readonly version: string;
    /** Writes to stdout: the handshake, and nothing else ever. */
    readonly print: (line: string) => void;
    /** Writes whole log lines. */
    readonly err: (line: string) => void;
    /** How often it asks whether hooks still come through, ms [60 s]. */
    readonly watchEveryMs?: number;
    /** [servePlugin] */
    readonly servePlugin?: typeof servePlugin;
    /** Loads what is heavy [runtime.ts]. */
    readonly loadRuntime?: () => Promise<PluginRuntime>;
}

/** What does the plugin's work, loaded after the handshake. */
export interface PluginRuntime {
    /** Serves the hooks on a stream that Mattermost opened for them. */
    serve(stream: Duplex, broker: MuxBroker): void;
    /**
     * The server is going, or gone: ends what still runs, as far as that can be done at once. Never
     * rejects; a second call waits for the first.
     */
    end(): Promise<void>;
    /** Something that only a restart repairs; aborted with the reason. */
    readonly broken: AbortSignal;
}

/** The server waits 2 s after its goodbye before it kills. */
const END_LIMIT_MS = 1_500;

/**
 * Runs as Mattermost's plugin: prints the handshake before anything heavy is loaded, and serves until the
 * server says goodbye, is gone, or `signal` is aborted. Resolves within 2 s of that with the exit code.
 */
export async function runPlugin(process: PluginProcess, signal: AbortSignal): Promise<number> {
    const {env, print} = process;
    const loadRuntime =
        process.loadRuntime ??
        (async () => (await import('./runtime.ts')).createPluginRuntime(process));
    let runtime: Promise<PluginRuntime> | undefined;
    const load = (): Promise<PluginRuntime> => (runtime ??= loadRuntime());
    const serve = process.servePlugin ?? servePlugin;
    const server = await serve({
        env,
        print,
        services: {
            hooks: (stream, broker) => {
                void load().then((loaded) => loaded.serve(stream, broker));
            },
        },
    });
    const loaded = await load();
    // One limit for both ways to the end: a second one after the first would take too long.
    let ending: Promise<void> | undefined;
    const end = (): Promise<void> => (ending ??= Promise.race([loaded.end(), limit(END_LIMIT_MS)]));
    // While the server is still there, the end can be told to the store.
    const close = (): void => void end().then(() => server.close());
    for (const reason of [signal, loaded.broken]) {
        reason.addEventListener('abort', close, {once: true});
        if (reason.aborted) close();
    }
    await server.ended;
    await end();
    return loaded.broken.aborted ? 1 : 0;
}

async function limit(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
        // The process ends with the race; nothing waits for this timer.
        setTimeout(resolve, ms).unref();
    });
}
