import path from 'node:path';
import process from 'node:process';
import {parseArgs} from 'node:util';
import {SETTINGS_KEY} from '../../sidecar/src/host/settings-document.ts';
import {encodeDocument} from '../../sidecar/src/store/documents.ts';
import {createPluginKvStore} from '../../sidecar/src/store/plugin-kv-store.ts';
import {bringAboard, NotAboardError} from './aboard.ts';
import {createConsoleLog} from './console-log.ts';
import {createDevBundle} from './dev-bundle.ts';
import {createPlayground, type Playground} from './playground.ts';
import {defaultPassword} from './seeding.ts';
import {seedHarbor} from './seed-harbor.ts';
import {startStandalone} from './standalone.ts';
import {createServerVersion} from './world/server-version.ts';
import {createWebHandler} from './web-server.ts';

const root = path.join(import.meta.dirname, '../..');

const DEFAULT_PORT = 8065;

interface Wishes {
    /** Gangway runs beside the server instead of in it. */
    readonly standalone: boolean;
    /** Which server the playground is [11.6.0]. */
    readonly serverVersion: string;
}

/** @throws TypeError for other options, RangeError for what is no version */
function readWishes(): Wishes {
    const {values} = parseArgs({
        options: {standalone: {type: 'boolean'}, 'server-version': {type: 'string'}},
    });
    const {version} = createServerVersion(values['server-version']);
    return {standalone: values.standalone ?? false, serverVersion: version};
}

async function main(): Promise<void> {
    let wishes: Wishes;
    try {
        wishes = readWishes();
    } catch (error) {
        console.error(error instanceof Error ? error.message : 'The options are not valid.');
        process.exitCode = 2;
        return;
    }
    const {standalone, serverVersion} = wishes;
    const port = Number(process.env['PORT'] ?? DEFAULT_PORT);
    if (!Number.isInteger(port) || port < 0 || port > 65_534) {
        console.error(`PORT must be a number from 0 to 65534, not "${process.env['PORT']}".`);
        process.exitCode = 2;
        return;
    }
    const stop = new Promise<void>((resolve) => {
        for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => resolve());
    });
    const {react19} = createServerVersion(serverVersion);
    const web = await createWebHandler({react19});
    const log = createConsoleLog((line) => console.error(line));
    const playground = await createPlayground({port, web, log, serverVersion}).catch(
        (error: unknown) => {
            if (!isInUse(error)) throw error;
            console.error(`Port ${port} is in use. Choose another one: PORT=8070 make run`);
            process.exitCode = 1;
        },
    );
    if (playground === undefined) return;
    try {
        await (standalone ? runBeside(playground, stop) : runAboard(playground, stop));
    } finally {
        await playground.close();
    }
}

async function runBeside(playground: Playground, stop: Promise<void>): Promise<void> {
    const sidecar = await startStandalone(
        playground,
        seedHarbor(playground),
        path.join(root, 'sidecar/src/main.ts'),
    );
    console.log(greeting(playground.url));
    const code = await Promise.race([sidecar.ended, stop]);
    if (typeof code === 'number' && code !== 0) {
        console.error(`The sidecar ended with code ${code}.`);
        process.exitCode = 1;
    }
    await sidecar.stop();
}

async function runAboard(playground: Playground, stop: Promise<void>): Promise<void> {
    const harbor = seedHarbor(playground);
    await openToAll(playground);
    try {
        await bringAboard(playground, harbor, await createDevBundle(root));
    } catch (error) {
        if (!(error instanceof NotAboardError)) throw error;
        console.error(`Gangway could not be started as a plugin. ${error.message}`);
        process.exitCode = 1;
        return;
    }
    console.log(greeting(playground.url));
    await stop;
}

/** Nothing configured means that only admins are answered; here everybody may try. */
async function openToAll({world: {pluginKv}}: Playground): Promise<void> {
    const store = createPluginKvStore({
        get: async (key) => pluginKv.get('gangway', key),
        list: async (page, perPage) => pluginKv.list('gangway', page, perPage),
        setAtomically: async (key, oldValue = new Uint8Array(), value = new Uint8Array()) =>
            pluginKv.set('gangway', key, value, {atomic: true, oldValue}),
    });
    const settings = {
        channels: {mattermost: {dmPolicy: 'open', groupPolicy: 'open', allowFrom: ['*']}},
    };
    const document = encodeDocument({v: 1, revision: 1, settings});
    await store.compareAndSet(SETTINGS_KEY, undefined, document);
    await store.close();
}

function greeting(url: string): string {
    return `
  Gangway's playground is open:  ${url}

  Log in as alice, bob, carol or admin; the password is ${defaultPassword}

  Three things to try:
    1. In "Deck", write:                                  @gangway hello
    2. Then, to see it grow:                              @gangway stream
    3. Under "Direct messages", open Gangway and write:   table

  Ctrl+C ends it; nothing is kept.
`;
}

function isInUse(error: unknown): boolean {
    return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}

await main();
