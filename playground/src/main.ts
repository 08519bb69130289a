import {spawn, type ChildProcess} from 'node:child_process';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {createPlayground} from './playground.ts';
import {defaultPassword} from './seeding.ts';
import {seedHarbor} from './seed-harbor.ts';
import {createWebHandler} from './web-server.ts';

const DEFAULT_PORT = 8065;

async function main(): Promise<void> {
    const port = Number(process.env['PORT'] ?? DEFAULT_PORT);
    if (!Number.isInteger(port) || port < 0 || port > 65_534) {
        console.error(`PORT must be a number from 0 to 65534, not "${process.env['PORT']}".`);
        process.exitCode = 2;
        return;
    }
    const playground = await createPlayground({port, web: await createWebHandler()}).catch(
        (error: unknown) => {
            if (!isInUse(error)) throw error;
            console.error(`Port ${port} is in use. Choose another one: PORT=8070 make run`);
            process.exitCode = 1;
        },
    );
    if (playground === undefined) return;

    const harbor = seedHarbor(playground);
    const bot = playground.addBot('gangway', {
        display_name: 'Gangway',
        description: 'An AI agent aboard Mattermost',
        teams: [harbor.teamId],
        channels: [harbor.townSquareId, harbor.deckId],
    });
    const folder = await mkdtemp(path.join(tmpdir(), 'gangway-playground-'));
    const settings = path.join(folder, 'gangway.json5');
    await writeFile(
        settings,
        JSON.stringify({
            channels: {
                mattermost: {
                    baseUrl: playground.url,
                    botToken: bot.token,
                    dmPolicy: 'open',
                    allowFrom: ['*'],
                    network: {dangerouslyAllowPrivateNetwork: true},
                },
            },
            store: {kind: 'memory'},
            http: {port: 0},
            log: {level: 'warn'},
        }),
        {mode: 0o600},
    );
    const sidecar = startSidecar(settings);
    // On its first start the bot answers what comes from then on, so nobody is invited before it is there.
    await until(
        () =>
            playground.world.statuses.get(bot.userId).status === 'online' ||
            sidecar.exitCode !== null,
    );
    console.log(greeting(playground.url));

    await ended(sidecar);
    await end(sidecar);
    await playground.close();
    await rm(folder, {recursive: true, force: true});
}

function startSidecar(settings: string): ChildProcess {
    const program = fileURLToPath(new URL('../../sidecar/src/main.ts', import.meta.url));
    return spawn(process.execPath, [program, 'serve', '--config', settings], {
        stdio: ['ignore', 'inherit', 'inherit'],
    });
}

/** Waits for `condition`, half a minute at most: then the page is shown all the same. */
async function until(condition: () => boolean): Promise<void> {
    for (let tries = 0; tries < 600 && !condition(); tries++) {
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
}

/** Resolves when somebody wants to stop, or the sidecar has ended by itself. */
async function ended(sidecar: ChildProcess): Promise<void> {
    await new Promise<void>((resolve) => {
        for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => resolve());
        sidecar.once('exit', (code) => {
            if (code !== 0 && code !== null) {
                console.error(`The sidecar ended with code ${code}.`);
                process.exitCode = 1;
            }
            resolve();
        });
    });
}

/** Lets the sidecar stop while its server is still there, so that answers can end. */
async function end(sidecar: ChildProcess): Promise<void> {
    if (sidecar.exitCode !== null || sidecar.signalCode !== null) return;
    const ended = new Promise((resolve) => sidecar.once('exit', resolve));
    sidecar.kill('SIGTERM');
    await ended;
}

function greeting(url: string): string {
    return `
  Gangway's playground is open:  ${url}

  Log in as alice, bob, carol or admin; the password is ${defaultPassword}

  Three things to try:
    1. In "Deck", write:            @gangway hello
    2. Then, to see it grow:        @gangway stream
    3. Write to the bot directly:   + beside "Direct messages", gangway, and say: table

  Ctrl+C ends it; nothing is kept.
`;
}

function isInUse(error: unknown): boolean {
    return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}

await main();
