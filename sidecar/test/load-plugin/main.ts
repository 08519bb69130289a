/**
 * A plugin for a real server that only carries: bodies up and down, calls of the key-value store, log
 * lines. All of it goes through the product's own code; the test is real/streams.e2e.test.ts.
 */
import {MATTERMOST_COOKIE} from '../../src/host/plugin/mattermost-cookie.ts';
import {servePlugin} from '../../src/rpc/go-plugin/serve.ts';

if (process.env[MATTERMOST_COOKIE.key] !== MATTERMOST_COOKIE.value) {
    process.stderr.write('This is a plugin of a Mattermost server; it is not started by hand.\n');
    process.exit(1);
}
const server = await servePlugin({
    env: process.env,
    print: (line) => process.stdout.write(line),
    services: {
        hooks: (stream, broker) => {
            void import('./carry.ts').then(({carry}) => carry(stream, broker));
        },
    },
});
await server.ended;
process.exit(0);
