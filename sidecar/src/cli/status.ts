import * as z from 'zod';
import {serverSettings} from '../config/resolve.ts';
import {EXIT} from './exit.ts';
import {readSettings} from './settings.ts';
import type {Terminal} from './terminal.ts';

/** Longest wait for an answer, ms. */
const LIMIT_MS = 10_000;

const readiness = z.object({
    status: z.string(),
    accounts: z.array(
        z.object({
            account: z.string(),
            state: z.string(),
            since: z.number(),
            reconnects: z.number(),
            tokenEndsAt: z.number().optional(),
            missingPermissions: z.array(z.string()).optional(),
            runner: z.string().optional(),
            standby: z.boolean().optional(),
            mentionsElsewhere: z.object({lastHour: z.number(), lastDay: z.number()}).optional(),
        }),
    ),
});

/**
 * `gangway status`: asks a running Gangway how its accounts are: the one of these settings, or the one at
 * `url` (for the plugin `https://chat.example.com/plugins/gangway`). Exit code 0 when all are connected.
 */
export async function status(
    {config, url}: {readonly config: string | undefined; readonly url: string | undefined},
    terminal: Terminal,
    signal: AbortSignal,
): Promise<number> {
    let base = url?.replace(/\/+$/, '');
    if (base === undefined) {
        const parsed = await readSettings(config, terminal, signal);
        if (parsed.kind === 'refused') return EXIT.settings;
        const {host, port} = serverSettings(parsed.settings).http;
        base = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
    }
    const response = await fetch(`${base}/readyz`, {
        signal: AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)]),
    }).catch(() => undefined);
    const body = readiness.safeParse(await response?.json().catch(() => undefined));
    if (!body.success) {
        terminal.err(`Nothing that is Gangway answers at ${base}.\n`);
        return EXIT.failed;
    }
    for (const one of body.data.accounts) {
        const {account, state, since, reconnects, runner, standby, tokenEndsAt} = one;
        if (standby === true) {
            terminal.out(`${account}: standing by, runner ${runner} listens\n`);
            continue;
        }
        const time = new Date(since).toISOString();
        const end =
            tokenEndsAt === undefined
                ? ''
                : `, its token ends ${new Date(tokenEndsAt).toISOString()}`;
        terminal.out(`${account}: ${state} since ${time}, ${reconnects} reconnects${end}\n`);
        const missing = one.missingPermissions ?? [];
        if (missing.length > 0) {
            terminal.out(
                `${account}: the bot lacks ${missing.join(' and ')}, answers come without drafts\n`,
            );
        }
        const missed = one.mentionsElsewhere?.lastDay ?? 0;
        if (missed > 0) {
            terminal.out(
                `${account}: mentioned in channels without it in the last day: ${missed}\n`,
            );
        }
    }
    terminal.out(`${body.data.status}\n`);
    return body.data.status === 'ready' ? EXIT.ok : EXIT.failed;
}
