/** A plugin for the tests of go-plugin/: its modes are the ways in which a plugin may behave. */
import {appendFileSync} from 'node:fs';
import process from 'node:process';

import {hasCookie} from '../../src/rpc/go-plugin/handshake.ts';
import {servePlugin} from '../../src/rpc/go-plugin/serve.ts';
import {serveRpc} from '../../src/rpc/net-rpc/server.ts';
import {COOKIE, echoHandlers} from './service.ts';

const mode = process.env.ECHO_MODE ?? 'normal';
if (!hasCookie(process.env, COOKIE)) {
    process.stderr.write('This is a plugin; its host starts it.\n');
    process.exit(1);
}
process.stderr.write(`mode ${mode}\n`);
if (mode === 'garbage') process.stdout.write('Hello, world\n');
if (mode === 'exit') process.exit(3);
if (mode === 'silent') setTimeout(() => undefined, 60_000);

if (mode === 'normal' || mode === 'stubborn' || mode === 'version') {
    const server = await servePlugin({
        env: process.env,
        print: (line) => process.stdout.write(line),
        appProtocol: mode === 'version' ? 2 : 1,
        services: {
            echo: (stream, broker) => {
                serveRpc(stream, echoHandlers(broker));
            },
        },
    });
    void server.connected
        .then((connection) => connection?.stdio)
        .then((stdio) => stdio?.stderr.write('hello from the stream\n'));
    const end = await server.ended;
    const log = process.env.ECHO_LOG;
    if (log !== undefined) appendFileSync(log, `ended ${end.kind}\n`);
    process.stderr.write(`ended ${end.kind}\n`);
    if (mode === 'stubborn') setInterval(() => undefined, 1000);
}
