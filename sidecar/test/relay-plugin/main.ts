/**
 * A plugin for a real server that hands everything to a test on the same machine: the stream of API
 * calls byte by byte, hooks as lines of JSON. The bundle's folder (the argument) has the test's port.
 */
import {readFileSync} from 'node:fs';
import {connect, type Socket} from 'node:net';
import path from 'node:path';
import {silentLog} from '../../src/contract/log.ts';
import {MATTERMOST_COOKIE} from '../../src/host/plugin/mattermost-cookie.ts';
import {createHookEvents} from '../../src/mattermost/plugin-api/hook-events.ts';
import {hookHandlers} from '../../src/mattermost/plugin-api/hooks.ts';
import {pluginApiRegistry} from '../../src/mattermost/plugin-api/wire/registry.ts';
import {servePlugin} from '../../src/rpc/go-plugin/serve.ts';
import {serveRpc} from '../../src/rpc/net-rpc/server.ts';

if (process.env[MATTERMOST_COOKIE.key] !== MATTERMOST_COOKIE.value) {
    process.stderr.write('This is a plugin of a Mattermost server; it is not started by hand.\n');
    process.exit(1);
}
const port = Number(readFileSync(path.join(process.argv[2] ?? '.', 'port'), 'utf8'));

/** A line to the test, which is told what it is for. */
function dialTest(purpose: 'api' | 'hooks'): Socket {
    const socket = connect(port, '127.0.0.1');
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.write(`${purpose}\n`);
    return socket;
}

const server = await servePlugin({
    env: process.env,
    print: (line) => process.stdout.write(line),
    services: {
        hooks: (stream, broker) => {
            const told = dialTest('hooks');
            const source = createHookEvents();
            source.events.subscribe((event) => told.write(`${JSON.stringify(event)}\n`));
            const hooks = {
                ...source.hooks,
                onActivate: async ({
                    apiMuxId,
                    driverMuxId,
                }: {
                    apiMuxId: number;
                    driverMuxId: number;
                }) => {
                    const [api, driver] = await Promise.all([
                        broker.dial(apiMuxId),
                        broker.dial(driverMuxId),
                    ]);
                    driver.resume();
                    const calls = dialTest('api');
                    calls.pipe(api).pipe(calls);
                },
            };
            serveRpc(stream, hookHandlers(hooks, silentLog).handlers, {
                registry: pluginApiRegistry,
            });
        },
    },
});
await server.ended;
process.exit(0);
