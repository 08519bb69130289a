import {readdirSync, readlinkSync} from 'node:fs';
import * as z from 'zod';
import {call} from './server.ts';

const heldSchema = z.looseObject({
    revision: z.number(),
    settings: z.record(z.string(), z.unknown()),
});

/** Gangway as it runs inside a server of this machine. */
export interface PluginUnderTest {
    readonly bot: {readonly userId: string; readonly username: string};
    readonly pid: number;
    /** Puts the settings back that were there before. */
    restore(): Promise<void>;
}

/** Lets the plugin of a running server answer by a model; undefined where it is not enabled. */
export async function borrowPlugin(
    url: string,
    adminToken: string,
    modelUrl: string,
): Promise<PluginUnderTest | undefined> {
    const pid = processOf('/gangway/server/gangway');
    if (pid === undefined) return undefined;
    const before = heldSchema.parse(await settings(url, adminToken, 'GET'));
    const during = {
        channels: {mattermost: {groupPolicy: 'open', replyToMode: 'all'}},
        agents: {main: {kind: 'openai-compatible', baseUrl: modelUrl, model: 'bench'}},
    };
    await settings(url, adminToken, 'PUT', {revision: before.revision, settings: during});
    const bot = z
        .looseObject({id: z.string(), username: z.string()})
        .parse((await call(url, adminToken, 'GET', '/users/username/gangway')).json);
    return {
        bot: {userId: bot.id, username: bot.username},
        pid,
        async restore() {
            const {revision} = heldSchema.parse(await settings(url, adminToken, 'GET'));
            await settings(url, adminToken, 'PUT', {revision, settings: before.settings});
        },
    };
}

async function settings(
    url: string,
    token: string,
    method: string,
    body?: unknown,
): Promise<unknown> {
    const response = await fetch(`${url}/plugins/gangway/api/v1/settings`, {
        method,
        headers: {Authorization: `Bearer ${token}`, 'Content-Type': 'application/json'},
        ...(body === undefined ? {} : {body: JSON.stringify(body)}),
        signal: AbortSignal.timeout(30_000),
    });
    const json: unknown = await response.json();
    if (!response.ok) throw new Error(`settings: ${response.status} ${JSON.stringify(json)}`);
    return json;
}

/** The process whose executable's path ends so, below MATTERMOST_DIR where several servers run here. */
function processOf(ending: string): number | undefined {
    const folder = process.env['MATTERMOST_DIR'] ?? '/';
    for (const name of readdirSync('/proc')) {
        if (!/^\d+$/.test(name)) continue;
        try {
            const program = readlinkSync(`/proc/${name}/exe`);
            if (program.startsWith(folder) && program.endsWith(ending)) return Number(name);
        } catch {
            // Ended meanwhile, or somebody else's.
        }
    }
    return undefined;
}
