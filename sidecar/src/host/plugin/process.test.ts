import {execFileSync} from 'node:child_process';
import path from 'node:path';
import type {PluginServer, ServeEnd} from '../../rpc/go-plugin/serve.ts';
import {runPlugin, type PluginRuntime} from './process.ts';

/** A process whose server can go, and whose work never ends by itself. */
function start(): {
    readonly events: string[];
    readonly sigterm: AbortController;
    readonly broken: AbortController;
    readonly goodbye: () => void;
    readonly code: Promise<number>;
} {
    const events: string[] = [];
    const sigterm = new AbortController();
    const broken = new AbortController();
    const ended = Promise.withResolvers<ServeEnd>();
    const server: PluginServer = {
        connected: Promise.resolve(undefined),
        ended: ended.promise,
        close() {
            events.push('closed');
            ended.resolve({kind: 'quit'});
        },
    };
    const runtime: PluginRuntime = {
        serve: () => undefined,
        end: () => new Promise<void>(() => undefined),
        broken: broken.signal,
    };
    const code = runPlugin(
        {
            env: {},
            version: '1.0.0',
            print: (line) => events.push(line),
            err: () => undefined,
            servePlugin: async ({print}) => {
                print('handshake');
                return server;
            },
            loadRuntime: async () => {
                events.push('loaded');
                return runtime;
            },
        },
        sigterm.signal,
    );
    return {events, sigterm, broken, goodbye: () => ended.resolve({kind: 'quit'}), code};
}

describe('the process of the plugin', () => {
    beforeEach(() => jest.useFakeTimers());
    afterEach(() => jest.useRealTimers());

    /** The exit code, or 'still running' after so many ms. */
    async function within(code: Promise<number>, ms: number): Promise<number | string> {
        const late = new Promise<string>((resolve) => {
            setTimeout(() => resolve('still running'), ms);
        });
        const first = Promise.race([code, late]);
        await jest.advanceTimersByTimeAsync(ms);
        return await first;
    }

    it('[INS-02] makes its handshake before it loads anything', async () => {
        const {events, goodbye, code} = start();
        goodbye();
        await within(code, 2_000);
        expect(events).toEqual(['handshake', 'loaded']);
    });

    it('[INS-06] has ended 2 s after its server said goodbye or is gone, whatever hangs', async () => {
        const {goodbye, code} = start();
        await jest.advanceTimersByTimeAsync(60_000);
        goodbye();
        expect(await within(code, 2_000)).toBe(0);
    });

    it('[INS-06] has ended 2 s after SIGTERM, whatever hangs', async () => {
        const {events, sigterm, code} = start();
        await jest.advanceTimersByTimeAsync(60_000);
        sigterm.abort();
        expect(await within(code, 2_000)).toBe(0);
        expect(events).toContain('closed');
    });

    it('[INS-06] ends as failed, so that the server starts it anew, when only that helps', async () => {
        const {broken, code} = start();
        await jest.advanceTimersByTimeAsync(60_000);
        broken.abort('deaf');
        expect(await within(code, 2_000)).toBe(1);
    });
});

it('[INS-02] needs nothing but Node and a few small files of its own for the handshake', () => {
    const script = `
        import {registerHooks} from 'node:module';
        const loaded = [];
        registerHooks({load: (url, context, next) => (loaded.push(url), next(url, context))});
        await import('./src/host/plugin/process.ts');
        console.log(JSON.stringify(loaded));
    `;
    const sidecar = path.join(__dirname, '../../..');
    const text = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
        cwd: sidecar,
        encoding: 'utf8',
    });
    const loaded = JSON.parse(text) as string[];
    const foreign = loaded.filter(
        (url) => !url.startsWith('node:') && !url.includes('/sidecar/src/'),
    );
    expect(foreign).toEqual([]);
    const own = loaded.filter((url) => url.includes('/sidecar/src/'));
    expect(own.length).toBeGreaterThan(3);
    expect(own.length).toBeLessThan(40);
    expect(own.filter((url) => !/\/(rpc|config|host\/plugin)\//.test(url))).toEqual([]);
});
