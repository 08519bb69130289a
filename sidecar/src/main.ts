#!/usr/bin/env node
import {runCommandLine} from './cli/cli.ts';
import {VERSION} from './contract/version.ts';

const stop = new AbortController();
for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stop.abort());

process.exitCode = await runCommandLine(
    process.argv.slice(2),
    {
        version: VERSION,
        env: process.env,
        out: (text) => void process.stdout.write(text),
        err: (text) => void process.stderr.write(text),
        interactive: process.stderr.isTTY,
    },
    stop.signal,
);
