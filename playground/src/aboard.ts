import {setTimeout as sleep} from 'node:timers/promises';
import type {Playground} from './playground.ts';
import {pluginState} from './plugins/supervisor.ts';
import type {Harbor} from './seed-harbor.ts';

const pluginId = 'gangway';

/** How long the plugin has until it answers, ms; then the page is shown all the same. */
const readyLimitMs = 15_000;

/** Thrown when Gangway does not start as a plugin; the message says why. */
export class NotAboardError extends Error {}

/**
 * Uploads and enables Gangway's bundle as an admin would, and takes its bot into the harbor's channels.
 * @throws NotAboardError
 */
export async function bringAboard(
    playground: Playground,
    harbor: Harbor,
    bundle: Buffer,
): Promise<void> {
    const headers = {Authorization: `Bearer ${playground.login(harbor.users.admin)}`};
    const call = async (path: string, body?: FormData): Promise<void> => {
        const answer = await fetch(`${playground.url}/api/v4/plugins${path}`, {
            method: 'POST',
            headers,
            ...(body === undefined ? {} : {body}),
        });
        if (!answer.ok) {
            throw new NotAboardError(`The server answered: ${await answer.text()}`);
        }
        await answer.body?.cancel();
    };
    const form = new FormData();
    form.set('plugin', new Blob([new Uint8Array(bundle)]), 'gangway.tar.gz');
    await call('', form);
    await call(`/${pluginId}/enable`);
    const supervisor = playground.plugins.find(pluginId);
    if (supervisor?.state() !== pluginState.running) {
        throw new NotAboardError(supervisor?.error() ?? 'it is not installed');
    }
    const bot = playground.world.users.byUsername(pluginId);
    if (bot === undefined) {
        throw new NotAboardError('It made no bot.');
    }
    playground.joinTeam(harbor.teamId, bot.id);
    playground.joinChannel(harbor.townSquareId, bot.id);
    playground.joinChannel(harbor.deckId, bot.id);
    await untilReady(playground);
}

/** The plugin says 503 while it starts; what comes before its start is not for it. */
async function untilReady({url}: Playground): Promise<void> {
    const end = Date.now() + readyLimitMs;
    while (Date.now() < end) {
        const {status} = await fetch(`${url}/plugins/${pluginId}/healthz`);
        if (status !== 503) {
            return;
        }
        await sleep(50);
    }
}
