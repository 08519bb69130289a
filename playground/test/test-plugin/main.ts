/** A plugin for the tests of the playground: its addresses and modes are the ways a plugin may behave. */
import process from 'node:process';
import {setTimeout as sleep} from 'node:timers/promises';
import {apiMethods} from '../../../sidecar/src/mattermost/plugin-api/wire/api-methods.ts';
import {errorString} from '../../../sidecar/src/mattermost/plugin-api/wire/errors.ts';
import {hookMethods} from '../../../sidecar/src/mattermost/plugin-api/wire/hook-methods.ts';
import {pluginApiRegistry} from '../../../sidecar/src/mattermost/plugin-api/wire/registry.ts';
import type {MuxBroker} from '../../../sidecar/src/rpc/go-plugin/mux-broker.ts';
import {servePlugin} from '../../../sidecar/src/rpc/go-plugin/serve.ts';
import {createRpcClient, type RpcClient} from '../../../sidecar/src/rpc/net-rpc/client.ts';
import {handle, serveRpc} from '../../../sidecar/src/rpc/net-rpc/server.ts';
import {answerHttp} from './http.ts';

const mode = process.env['TEST_PLUGIN_MODE'] ?? 'normal';
const heard: string[] = [];
let api: RpcClient | undefined;

const log = (level: string, message: string): void => {
    const line = {
        '@level': level,
        '@message': message,
        '@timestamp': '2026-01-01T00:00:00.123456Z',
    };
    process.stderr.write(`${JSON.stringify(line)}\n`);
};

function handlers(broker: MuxBroker) {
    return [
        handle(hookMethods.implemented, () => [
            'OnActivate',
            'OnDeactivate',
            'OnConfigurationChange',
            'ServeHTTP',
            'ExecuteCommand',
        ]),
        handle(hookMethods.onActivate, async ({APIMuxId, DriverMuxId}) => {
            const [stream] = await Promise.all([broker.dial(APIMuxId), broker.dial(DriverMuxId)]);
            api = createRpcClient(stream, {registry: pluginApiRegistry});
            log('info', 'activated');
            if (mode === 'throw') {
                throw new Error('thrown at activation');
            }
            return mode === 'refuse' ? {A: errorString.of({Err: 'no licence'})} : {};
        }),
        handle(hookMethods.onDeactivate, () => {
            log('info', 'deactivated');
            return {};
        }),
        handle(hookMethods.onConfigurationChange, () => {
            heard.push('OnConfigurationChange');
            return {};
        }),
        handle(hookMethods.executeCommand, async ({B: call}) => {
            const {Command: text = '', UserMentions: mentions} = call ?? {};
            switch (text.split(' ')[1]) {
                case 'fail':
                    throw new Error('it failed');
                case 'crash':
                    process.exit(7);
                case 'refuse':
                    return {B: {Id: 'plugin.refuses', StatusCode: 0}};
                case 'tell':
                    return {
                        A: {
                            ResponseType: 'in_channel',
                            Text: 'told',
                            Attachments: [{AuthorName: 'a', Text: 't'}],
                        },
                    };
                default:
                    return {
                        A: {
                            ResponseType: 'ephemeral',
                            Text: `${text} ${Object.keys(mentions ?? {}).join()}`,
                        },
                    };
            }
        }),
        handle(hookMethods.serveHTTP, async (args) => {
            await answerHttp(args, broker, {
                heard,
                log,
                crash: () => process.exit(7),
                saveConfig: async (config) => {
                    await api?.call(apiMethods.savePluginConfig, {A: config});
                },
                kvSet: async (key, value) => {
                    await api?.call(apiMethods.kvSetWithOptions, {
                        A: key,
                        B: Buffer.from(value),
                        C: {},
                    });
                },
                kvGet: async (key) =>
                    (await api?.call(apiMethods.kvGet, {A: key}))?.A.toString() ?? '',
            });
            return {};
        }),
    ];
}

if (mode === 'garbage') process.stdout.write('Hello, world\n');
if (mode === 'late') await sleep(60_000);
if (mode === 'exit') process.exit(3);

const server = await servePlugin({
    env: process.env,
    print: (line) => process.stdout.write(line),
    services: {
        hooks: (stream, broker) =>
            void serveRpc(stream, handlers(broker), {registry: pluginApiRegistry}),
    },
});
await server.ended;
if (mode === 'stubborn') setInterval(() => undefined, 1000);
else process.exit(0);
