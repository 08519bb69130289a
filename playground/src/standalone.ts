import {spawn, type ChildProcess} from 'node:child_process';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import type {Playground} from './playground.ts';
import type {Harbor} from './seed-harbor.ts';

/** Gangway as a process of its own, beside the server. */
export interface StandaloneSidecar {
    /** Resolves with its code when it has ended, by itself or by `stop`; null after a signal. */
    readonly ended: Promise<number | null>;
    /** Lets it stop while its server is still there, so that answers can end. */
    stop(): Promise<void>;
}

/** How long it has to connect, ms; then the page is shown all the same. */
const readyLimitMs = 30_000;

/** Starts the sidecar, whose entry is `program`, with a bot account of its own; resolves when the bot is there. */
export async function startStandalone(
    playground: Playground,
    harbor: Harbor,
    program: string,
): Promise<StandaloneSidecar> {
    const bot = playground.addBot('gangway', {
        display_name: 'Gangway',
        description: 'An AI agent aboard Mattermost',
        teams: [harbor.teamId],
        channels: [harbor.townSquareId, harbor.deckId],
    });
    const folder = await mkdtemp(path.join(tmpdir(), 'gangway-playground-'));
    const settings = path.join(folder, 'gangway.json5');
    await writeFile(settings, settingsText(playground.url, bot.token), {mode: 0o600});
    const child: ChildProcess = spawn(process.execPath, [program, 'serve', '--config', settings], {
        stdio: ['ignore', 'inherit', 'inherit'],
    });
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve)).then(
        async (code) => {
            await rm(folder, {recursive: true, force: true});
            return code;
        },
    );
    // On its first start the bot answers what comes from then on, so nobody is invited before it is there.
    const isOnline = () => playground.world.statuses.get(bot.userId).status === 'online';
    const end = Date.now() + readyLimitMs;
    while (!isOnline() && child.exitCode === null && Date.now() < end) {
        await sleep(50);
    }
    return {
        ended,
        async stop() {
            child.kill('SIGTERM');
            await ended;
        },
    };
}

function settingsText(baseUrl: string, botToken: string): string {
    return JSON.stringify({
        channels: {
            mattermost: {
                baseUrl,
                botToken,
                dmPolicy: 'open',
                allowFrom: ['*'],
                network: {dangerouslyAllowPrivateNetwork: true},
            },
        },
        store: {kind: 'memory'},
        http: {port: 0},
        log: {level: 'warn'},
    });
}
