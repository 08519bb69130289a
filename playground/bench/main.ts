// `make bench`: measures Gangway standalone on the playground, and on a real server when MATTERMOST_URL,
// MATTERMOST_ADMIN_USER and MATTERMOST_ADMIN_PASSWORD name one; there also as the plugin, where it is
// enabled (MATTERMOST_DIR says which server's, where several run on this machine). --quick leaves the long
// scenarios out, --only=playground|real|plugin|flood measures one place, --streaming nothing but the long answers.
// Prints figures; never fails for one.
import {spawn, type ChildProcess} from 'node:child_process';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {cpus, tmpdir} from 'node:os';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {createPlayground} from '../src/playground.ts';
import {defaultPassword} from '../src/seeding.ts';
import {seedHarbor} from '../src/seed-harbor.ts';
import {floodPlugin} from './flood.ts';
import {startModelStub} from './model-stub.ts';
import {memoryMb} from './process.ts';
import {
    burst,
    firstText,
    ignored,
    longAnswer,
    steady,
    type Bench,
    type Figures,
} from './scenarios.ts';
import {borrowPlugin} from './plugin.ts';
import {call, prepareServer, type BenchServer} from './server.ts';

const quick = process.argv.includes('--quick');
const streaming = process.argv.includes('--streaming');

async function measureStandalone(server: BenchServer): Promise<Figures> {
    const model = await startModelStub();
    const folder = await mkdtemp(path.join(tmpdir(), 'gangway-bench-'));
    const begun = performance.now();
    const sidecar = await startSidecar(folder, server, model.url);
    try {
        const bench: Bench = {server, model, pid: sidecar.pid ?? 0};
        const started = await firstAnswer(server, begun);
        return {'process start → first answer': started, ...(await measure(bench))};
    } finally {
        sidecar.kill('SIGTERM');
        await new Promise((resolve) => sidecar.once('exit', resolve));
        await model.close();
        await rm(folder, {recursive: true, force: true});
    }
}

async function measure(bench: Bench): Promise<Figures> {
    if (streaming) {
        return {...(await longAnswer(bench, 1_900, 50)), ...(await longAnswer(bench, 1_200, 20))};
    }
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    const idle = {'idle memory': `${memoryMb(bench.pid).toFixed(0)} MB`};
    return {
        ...idle,
        ...(await firstText(bench)),
        ...(await longAnswer(bench, 1_900, 50)),
        ...(quick ? {} : await longAnswer(bench, 1_200, 20)),
        ...(await burst(bench)),
        ...(quick ? {} : await steady(bench)),
        ...(await ignored(bench, quick ? 400 : 3_000)),
    };
}

async function startSidecar(
    folder: string,
    server: BenchServer,
    modelUrl: string,
): Promise<ChildProcess> {
    const settings = path.join(folder, 'gangway.json5');
    const mattermost = {
        baseUrl: server.url,
        botToken: server.botToken,
        groupPolicy: 'open',
        // Each mention is a conversation of its own, as people in their threads are.
        replyToMode: 'all',
        network: {dangerouslyAllowPrivateNetwork: true},
    };
    await writeFile(
        settings,
        JSON.stringify({
            channels: {mattermost},
            agents: {main: {kind: 'openai-compatible', baseUrl: modelUrl, model: 'bench'}},
            store: {kind: 'sqlite', path: path.join(folder, 'state.sqlite')},
            http: {port: 0},
            log: {level: 'warn'},
        }),
        {mode: 0o600},
    );
    const program = fileURLToPath(new URL('../../sidecar/src/main.ts', import.meta.url));
    const args = ['--max-semi-space-size=4', program, 'serve', '--config', settings];
    return spawn(process.execPath, args, {
        stdio: ['ignore', 'inherit', 'inherit'],
    });
}

async function firstAnswer(server: BenchServer, begun: number): Promise<string> {
    for (let tries = 0; tries < 100; tries++) {
        const turn = await server.post(`@${server.botName} bench:start${tries}:3:0:0`);
        for (let n = 0; n < 50; n++) {
            if (server.viewer.seen.some((one) => one.turn === turn && one.state === 'done')) {
                return `${((performance.now() - begun) / 1_000).toFixed(1)} s`;
            }
            await new Promise((resolve) => setTimeout(resolve, 20));
        }
    }
    throw new Error('no answer at all');
}

async function onPlayground(): Promise<[string, Figures]> {
    const playground = await createPlayground();
    seedHarbor(playground);
    const server = await prepareServer('standalone, playground', playground.url, {
        user: 'admin',
        password: defaultPassword,
    });
    try {
        return [server.label, await measureStandalone(server)];
    } finally {
        await server.close();
        await playground.close();
    }
}

/** The admin of the real server that the environment names. */
function realServer(): {url: string; user: string; password: string} | undefined {
    const {
        MATTERMOST_URL: url,
        MATTERMOST_ADMIN_USER: user,
        MATTERMOST_ADMIN_PASSWORD: password,
    } = process.env;
    if (url === undefined || user === undefined || password === undefined) return undefined;
    return {url: url.replace(/\/+$/, ''), user, password};
}

async function onRealServer(): Promise<[string, Figures] | undefined> {
    const real = realServer();
    if (real === undefined) {
        console.log(
            'No real server: set MATTERMOST_URL, MATTERMOST_ADMIN_USER, MATTERMOST_ADMIN_PASSWORD.',
        );
        return undefined;
    }
    const server = await prepareServer('standalone, real server', real.url, real);
    try {
        return [server.label, await measureStandalone(server)];
    } finally {
        await server.close();
    }
}

/** The plugin inside the real server, where it is enabled and the server runs on this machine. */
async function asPlugin(): Promise<[string, Figures] | undefined> {
    const real = realServer();
    if (real === undefined) return undefined;
    const model = await startModelStub();
    const login = {login_id: real.user, password: real.password};
    const {headers} = await call(real.url, '', 'POST', '/users/login', login);
    const plugin = await borrowPlugin(real.url, headers.get('Token') ?? '', model.url);
    if (plugin === undefined) {
        console.log('No plugin there: upload and enable it to measure it (make deploy).');
        await model.close();
        return undefined;
    }
    const server = await prepareServer('plugin, real server', real.url, real, plugin.bot);
    try {
        return [server.label, await measure({server, model, pid: plugin.pid})];
    } finally {
        await plugin.restore();
        await server.close();
        await model.close();
    }
}

const wanted = process.argv.find((word) => word.startsWith('--only='))?.slice('--only='.length);
const places = {
    playground: onPlayground,
    real: onRealServer,
    plugin: asPlugin,
    flood: floodPlugin,
};
const columns: [string, Figures][] = [];
for (const [name, run] of Object.entries(places)) {
    if (wanted !== undefined && wanted !== name) continue;
    const column = await run();
    if (column !== undefined) columns.push(column);
}
const rows = [...new Set(columns.flatMap(([, figures]) => Object.keys(figures)))];
console.log(
    `\n${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}\n`,
);
console.log(`| | ${columns.map(([label]) => label).join(' | ')} |`);
console.log(`|---|${columns.map(() => '---|').join('')}`);
for (const row of rows) {
    console.log(`| ${row} | ${columns.map(([, figures]) => figures[row] ?? '–').join(' | ')} |`);
}
