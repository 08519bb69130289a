import {WebSocket} from 'ws';
import * as z from 'zod';
import {listAccounts, resolveAccount, type Connection} from '../config/resolve.ts';
import {createSecretResolver} from '../config/secrets.ts';
import {EXIT} from './exit.ts';
import {readSettings} from './settings.ts';
import type {Terminal} from './terminal.ts';

/** Longest wait for each answer, ms. */
const LIMIT_MS = 10_000;
/** More difference than this between two clocks spoils catch-up and signatures, ms. */
const CLOCK_MS = 60_000;

/** One thing that was looked at; `fix` says what to do where it is not well. */
interface Finding {
    readonly what: string;
    readonly fix: string | undefined;
}

const me = z.object({username: z.string(), is_bot: z.boolean().optional()});
const well = (what: string): Finding => ({what, fix: undefined});
const ill = (what: string, fix: string): Finding => ({what, fix});

/**
 * `gangway doctor`: tries what each account needs (server, clock, token, team, WebSocket) and says how to
 * mend what is not well. Exit code 0 when all is well.
 */
export async function doctor(
    {config}: {readonly config: string | undefined},
    terminal: Terminal,
    signal: AbortSignal,
): Promise<number> {
    const parsed = await readSettings(config, terminal, signal);
    if (parsed.kind === 'refused') return EXIT.settings;
    let healthy = true;
    const names = listAccounts(parsed.settings);
    if (names.length === 0) {
        terminal.out(
            '✗ no account is set up: give channels.mattermost.baseUrl and botToken, or MATTERMOST_URL and MATTERMOST_BOT_TOKEN\n',
        );
        return EXIT.failed;
    }
    const resolve = createSecretResolver(terminal.env);
    for (const name of names) {
        const {connection, missing} = resolveAccount(parsed.settings, name);
        const findings =
            connection === undefined
                ? [ill('settings', `give ${missing.join(' and ')}`)]
                : await examine(connection, () => resolve(connection.botToken, signal), signal);
        for (const {what, fix} of findings) {
            healthy &&= fix === undefined;
            terminal.out(
                fix === undefined ? `✓ ${name}: ${what}\n` : `✗ ${name}: ${what}: ${fix}\n`,
            );
        }
    }
    return healthy ? EXIT.ok : EXIT.failed;
}

async function examine(
    {baseUrl}: Connection,
    readToken: () => Promise<string>,
    signal: AbortSignal,
): Promise<Finding[]> {
    const get = async (route: string, token?: string): Promise<Response | undefined> =>
        await fetch(`${baseUrl}/api/v4${route}`, {
            headers: token === undefined ? {} : {Authorization: `Bearer ${token}`},
            redirect: 'manual',
            signal: AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)]),
        }).catch(() => undefined);

    const ping = await get('/system/ping');
    if (ping?.ok !== true) {
        const status = ping === undefined ? 'does not answer' : `answers ${ping.status}`;
        return [ill(`${baseUrl} ${status}`, 'correct baseUrl, or let this machine reach it')];
    }
    const findings = [well(`${baseUrl} answers`), clock(ping)];

    const token = await readToken().catch(() => undefined);
    if (token === undefined) {
        return [...findings, ill('the token cannot be read', 'set what botToken refers to')];
    }
    const who = await get('/users/me', token);
    const user = me.safeParse(await who?.json().catch(() => undefined));
    if (who?.ok !== true || !user.success) {
        const fix = 'make a new token for the bot, and enable the bot';
        return [...findings, ill(`the token is refused (${who?.status ?? 'no answer'})`, fix)];
    }
    findings.push(
        user.data.is_bot === true
            ? well(`the token is that of the bot @${user.data.username}`)
            : ill(`@${user.data.username} is a person`, 'use the token of a bot account'),
    );
    const teams = z
        .array(z.unknown())
        .safeParse(await (await get('/users/me/teams', token))?.json());
    findings.push(
        teams.success && teams.data.length > 0
            ? well(`member of ${teams.data.length === 1 ? 'a team' : `${teams.data.length} teams`}`)
            : ill('the bot is in no team', 'add it to a team and to channels'),
    );
    findings.push(await socket(baseUrl, token));
    return findings;
}

function clock(response: Response): Finding {
    const theirs = Date.parse(response.headers.get('Date') ?? '');
    const apart = Math.abs(Date.now() - theirs);
    if (Number.isNaN(theirs) || apart < CLOCK_MS) return well('the clocks agree');
    return ill(
        `the clocks are ${Math.round(apart / 1_000)} s apart`,
        'let both follow a time server',
    );
}

/** Whether events can come by WebSocket; without it they are polled for, which is slower. */
async function socket(baseUrl: string, token: string): Promise<Finding> {
    const url = `${baseUrl.replace(/^http/, 'ws')}/api/v4/websocket`;
    const line = new WebSocket(url, {
        headers: {Authorization: `Bearer ${token}`},
        handshakeTimeout: LIMIT_MS,
    });
    try {
        return await new Promise<Finding>((resolve) => {
            line.once('open', () => resolve(well('the WebSocket opens')));
            line.once('error', () =>
                resolve(
                    ill(
                        'the WebSocket is refused',
                        'let the proxy pass upgrades; until then Gangway polls',
                    ),
                ),
            );
        });
    } finally {
        line.on('error', () => undefined);
        line.terminate();
    }
}
