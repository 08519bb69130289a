import {WebSocket} from 'ws';
import * as z from 'zod';
import {
    listAccounts,
    resolveAccount,
    serverSettings,
    type Connection,
    type ServerSettings,
} from '../config/resolve.ts';
import {createSecretResolver} from '../config/secrets.ts';
import {silentLog, type Log} from '../contract/log.ts';
import {callbackBaseOf} from '../host/standalone.ts';
import {codeOf, lineFaultOf} from '../net/line-fault.ts';
import type {Outbound} from '../net/outbound.ts';
import {createOutbounds} from '../net/outbounds.ts';
import {EXIT} from './exit.ts';
import {lackedPermissions, type AskServer, type LackedPermission} from './own-post-permissions.ts';
import {readSettings} from './settings.ts';
import type {Terminal} from './terminal.ts';

/** Longest wait for each answer, ms. */
const LIMIT_MS = 10_000;
/** More difference than this between two clocks spoils catch-up and signatures, ms. */
const CLOCK_MS = 60_000;

/** One thing that was looked at. */
type Finding =
    | {readonly kind: 'well'; readonly what: string}
    /** It works, but somebody should know something. */
    | {readonly kind: 'note'; readonly what: string}
    /** `fix` says what to do. */
    | {readonly kind: 'ill'; readonly what: string; readonly fix: string};

const me = z.object({username: z.string(), is_bot: z.boolean().optional()});
const well = (what: string): Finding => ({kind: 'well', what});
const note = (what: string): Finding => ({kind: 'note', what});
const ill = (what: string, fix: string): Finding => ({kind: 'ill', what, fix});

/** What the examination of one account needs. */
interface Patient {
    readonly connection: Connection;
    readonly readToken: () => Promise<string>;
    readonly outbound: Outbound;
    readonly http: ServerSettings['http'];
    readonly signal: AbortSignal;
}

/**
 * `gangway doctor`: tries what each account needs (server, clock, token, team, WebSocket, callbacks) the way that
 * `serve` goes, and says how to mend what is not well. Exit code 0 when all is well.
 */
export async function doctor(
    {config}: {readonly config: string | undefined},
    terminal: Terminal,
    signal: AbortSignal,
): Promise<number> {
    const parsed = await readSettings(config, terminal, signal);
    if (parsed.kind === 'refused') return EXIT.settings;
    const found = {ill: false};
    const tell = (name: string, finding: Finding): void => {
        found.ill ||= finding.kind === 'ill';
        terminal.out(lineOf(name, finding));
    };
    const names = listAccounts(parsed.settings);
    if (names.length === 0) {
        terminal.out(
            '✗ no account is set up: give channels.mattermost.baseUrl and botToken, or MATTERMOST_URL and MATTERMOST_BOT_TOKEN\n',
        );
        return EXIT.failed;
    }
    const resolve = createSecretResolver(terminal.env);
    const outbound = createOutbounds({
        env: terminal.env,
        resolveSecret: resolve,
        log: {...silentLog, warn: (what, fields) => tell('network', warning(what, fields))},
    })(parsed.settings.network);
    for (const name of names) {
        const {connection, missing} = resolveAccount(parsed.settings, name);
        if (connection === undefined) {
            tell(name, ill('settings', `give ${missing.join(' and ')}`));
            continue;
        }
        const findings = await examine({
            connection,
            readToken: () => resolve(connection.botToken, signal),
            outbound,
            http: serverSettings(parsed.settings).http,
            signal,
        });
        for (const finding of findings) tell(name, finding);
    }
    return found.ill ? EXIT.failed : EXIT.ok;
}

function lineOf(name: string, finding: Finding): string {
    switch (finding.kind) {
        case 'well':
            return `✓ ${name}: ${finding.what}\n`;
        case 'note':
            return `· ${name}: ${finding.what}\n`;
        case 'ill':
            return `✗ ${name}: ${finding.what}: ${finding.fix}\n`;
    }
}

/** What making the way out found wrong: a proxy, a file of certificates. */
function warning(what: string, fields: Parameters<Log['warn']>[1]): Finding {
    const {file, reason} = fields ?? {};
    const about = [file, reason].filter((part) => typeof part === 'string').join(': ');
    return ill(`${what} (${about})`, 'correct network, or the environment');
}

async function examine(patient: Patient): Promise<Finding[]> {
    const {baseUrl} = patient.connection;
    const call = async (route: string, token?: string, body?: unknown): Promise<Response> =>
        await patient.outbound.fetch(`${baseUrl}/api/v4${route}`, {
            headers: token === undefined ? {} : {Authorization: `Bearer ${token}`},
            ...(body === undefined ? {} : {method: 'POST', body: JSON.stringify(body)}),
            redirect: 'manual',
            signal: AbortSignal.any([patient.signal, AbortSignal.timeout(LIMIT_MS)]),
        });

    const ping = await call('/system/ping').catch((error: unknown) => unreached(baseUrl, error));
    if ('kind' in ping) return [ping];
    if (!ping.ok) {
        return [ill(`${baseUrl} answers ${ping.status}`, 'correct baseUrl: is Mattermost there?')];
    }
    const findings = [well(`${baseUrl} answers`), clock(ping)];

    const token = await patient.readToken().catch(() => undefined);
    if (token === undefined) {
        return [...findings, ill('the token cannot be read', 'set what botToken refers to')];
    }
    const who = await call('/users/me', token).catch(() => undefined);
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
    const teams = z.array(z.unknown()).safeParse(
        await call('/users/me/teams', token)
            .then((response) => response.json())
            .catch(() => undefined),
    );
    findings.push(
        teams.success && teams.data.length > 0
            ? well(`member of ${teams.data.length === 1 ? 'a team' : `${teams.data.length} teams`}`)
            : ill('the bot is in no team', 'add it to a team and to channels'),
    );
    findings.push(...(await permissions((route, body) => call(route, token, body))));
    findings.push(await socket(patient, token), await callback(patient));
    return findings;
}

/** Why a server was not reached, as far as that is known. */
function unreached(baseUrl: string, error: unknown): Finding {
    const fault = lineFaultOf(error);
    if (fault !== undefined)
        return ill(`${baseUrl} does not answer: ${fault.detail}`, fault.remedy);
    const cause = error instanceof Error ? codeOf(error.cause) : '';
    const why = cause === '' ? '' : ` (${cause})`;
    return ill(`${baseUrl} does not answer${why}`, 'correct baseUrl, or let this machine reach it');
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

const NEEDED_FOR: Readonly<
    Record<LackedPermission['permission'], readonly [name: string, without: string]>
> = {
    edit_post: ['Edit Own Posts', 'answers come without drafts, at the end'],
    delete_post: ['Delete Own Posts', 'drafts that would have to be removed are not made'],
};

/** Whether the bot may edit and delete its own posts where it may write (BR-29). */
async function permissions(ask: AskServer): Promise<Finding[]> {
    try {
        const lacked = await lackedPermissions(ask);
        if (lacked.length === 0) return [well('the bot may edit and delete its own posts')];
        return lacked.map(({permission, channels, of, roles}) => {
            const [name, without] = NEEDED_FOR[permission];
            const where = channels === of ? 'its channels' : `${channels} of its ${of} channels`;
            return ill(
                `the bot lacks the permission ${permission} in ${where}`,
                `give "${name}" to ${roles.join(', ')} under System Console > User Management > Permissions; until then ${without}`,
            );
        });
    } catch {
        return [
            note(
                'whether the bot may edit and delete its own posts is not known: the server does not tell its roles',
            ),
        ];
    }
}

/** Whether events can come by WebSocket; without it they are polled for, which is slower. */
async function socket({connection, outbound}: Patient, token: string): Promise<Finding> {
    const url = `${connection.baseUrl.replace(/^http/, 'ws')}/api/v4/websocket`;
    const line = new WebSocket(url, {
        createConnection: outbound.connectionTo(url),
        headers: {Authorization: `Bearer ${token}`},
        handshakeTimeout: LIMIT_MS,
    });
    try {
        return await new Promise<Finding>((resolve) => {
            line.once('open', () => resolve(well('the WebSocket opens')));
            line.once('error', (error) => {
                const fault = lineFaultOf(error);
                const fix = 'let the proxy pass upgrades; until then Gangway polls';
                resolve(
                    fault === undefined
                        ? ill('the WebSocket is refused', fix)
                        : ill(`the WebSocket is refused: ${fault.detail}`, fault.remedy),
                );
            });
        });
    } finally {
        line.on('error', () => undefined);
        line.terminate();
    }
}

/**
 * Whether the address that buttons call leads to a Gangway. From here only the way from here can be tried: whether
 * the Mattermost server reaches it shows when somebody presses a button.
 */
async function callback({connection, outbound, http, signal}: Patient): Promise<Finding> {
    const base = callbackBaseOf(connection, http, http.port);
    if (base === undefined) {
        return note(
            'answers have no buttons, because the server does not know how to call back; to have them set http.publicUrl or interactions.callbackBaseUrl',
        );
    }
    const limit = AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)]);
    const answer = await outbound
        .fetch(`${base.url}/healthz`, {redirect: 'manual', signal: limit})
        .catch(() => undefined);
    const health = z
        .object({status: z.literal('ok')})
        .safeParse(await answer?.json().catch(() => undefined));
    const from = base.isGuess
        ? ', guessed because the server is on this machine; a server in a container cannot reach it, then set http.publicUrl'
        : '';
    const server =
        'whether the server reaches it cannot be tried from here; a private address must stand in its AllowedUntrustedInternalConnections';
    return note(
        health.success
            ? `buttons call ${base.url}, where Gangway answers${from}; ${server}`
            : `buttons call ${base.url}, where no Gangway answers now (it may not be running)${from}; ${server}`,
    );
}
