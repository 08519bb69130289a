#!/usr/bin/env node
import './ops/console-to-stderr.ts';
import {VERSION} from './contract/version.ts';
import {MATTERMOST_COOKIE} from './host/plugin/mattermost-cookie.ts';
import {fatalLine} from './ops/fatal.ts';
import {hasCookie} from './rpc/go-plugin/handshake.ts';

/** How long a process may go on after its command has ended, ms. */
const LINGER_MS = 1_000;

const stop = new AbortController();
for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stop.abort());
const out = (text: string): void => void process.stdout.write(text);
const err = (text: string): void => void process.stderr.write(text);

if (hasCookie(process.env, MATTERMOST_COOKIE)) {
    for (const name of ['uncaughtException', 'unhandledRejection'] as const) {
        process.on(name, (error: unknown) => {
            err(fatalLine(error));
            // The server starts us again; what state this process is in, nobody knows.
            process.exit(1);
        });
    }
    const {runPlugin} = await import('./host/plugin/process.ts');
    const code = await runPlugin(
        {env: process.env, version: VERSION, print: out, err},
        stop.signal,
    );
    // Whatever is still open: the server waits for the end of this process.
    process.exit(code);
} else {
    const {runCommandLine} = await import('./cli/cli.ts');
    process.exitCode = await runCommandLine(
        process.argv.slice(2),
        {version: VERSION, env: process.env, out, err, interactive: process.stderr.isTTY},
        stop.signal,
    );
    // What is printed goes out first; nothing that lingers may keep the process alive for longer.
    setTimeout(() => process.exit(), LINGER_MS).unref();
}
