/**
 * Gangway as a plugin that asks every half second whether its hooks still come through. SIGUSR2 makes it answer
 * the server with bytes that are no gob, after which a server written in Go calls no hook of this process ever
 * again: how that is noticed and put right can be tried on any server.
 */
import process from 'node:process';
import {runPlugin} from '../../src/host/plugin/process.ts';
import {servePlugin} from '../../src/rpc/go-plugin/serve.ts';

const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());
const code = await runPlugin(
    {
        env: process.env,
        version: '0.0.0',
        print: (line) => void process.stdout.write(line),
        err: (line) => void process.stderr.write(line),
        watchEveryMs: 500,
        servePlugin: (options) =>
            servePlugin({
                ...options,
                services: {
                    hooks(stream, broker) {
                        process.on(
                            'SIGUSR2',
                            () => void stream.write(Buffer.from([3, 255, 255, 255])),
                        );
                        options.services['hooks']?.(stream, broker);
                    },
                },
            }),
    },
    stop.signal,
);
process.exit(code);
