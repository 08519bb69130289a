import * as z from 'zod';
import {errorOf} from '../contract/errors.ts';
import type {Log} from '../contract/log.ts';
import {sleep} from '../contract/time.ts';
import type {Platform} from '../mattermost/platform.ts';
import {removeDocument, updateDocument} from '../store/documents.ts';
import type {Store} from '../store/store.ts';
import {tellOwners, type OwnersDeps} from './tell-owners.ts';

/** What warning of a token's end needs. */
export interface TokenWarningDeps extends OwnersDeps {
    readonly account: string;
    readonly platform: OwnersDeps['platform'] & Pick<Platform, 'status' | 'onStatus' | 'bot'>;
    readonly store: Store;
    readonly log: Log;
    readonly now: () => number;
}

const DAY_MS = 86_400_000;
/** Days before the end at which owners are told. */
const STAGES = [3, 14] as const;
const LOOK_MS = 3_600_000;

const schema = z.object({v: z.literal(1), end: z.number(), days: z.number()});

/**
 * Tells the owners by direct message that the bot's token ends, 14 and 3 days before (CON-11): once each, however many
 * runners see it and however often they start. Runs until `signal` is aborted; never rejects.
 */
export async function warnOfTokenEnd(deps: TokenWarningDeps, signal: AbortSignal): Promise<void> {
    const {platform, log} = deps;
    let wake = (): void => undefined;
    let seen = platform.status.tokenEndsAt;
    const watching = platform.onStatus(({tokenEndsAt}) => {
        if (tokenEndsAt === seen) return;
        seen = tokenEndsAt;
        wake();
    });
    try {
        while (!signal.aborted) {
            const {promise: news, resolve} = Promise.withResolvers<undefined>();
            wake = () => resolve(undefined);
            await warn(deps, signal).catch((error: unknown) => {
                if (!signal.aborted) {
                    log.warn('owners could not be told that the token ends', {
                        error: errorOf(error),
                    });
                }
            });
            const over = new AbortController();
            const either = AbortSignal.any([signal, over.signal]);
            await Promise.race([news, sleep(LOOK_MS, either).catch(() => undefined)]);
            over.abort();
        }
    } finally {
        watching[Symbol.dispose]();
    }
}

async function warn(deps: TokenWarningDeps, signal: AbortSignal): Promise<void> {
    const {account, platform, store, log, now} = deps;
    const end = platform.status.tokenEndsAt;
    const left = end === undefined ? Infinity : end - now();
    const days = STAGES.find((stage) => left <= stage * DAY_MS);
    if (end === undefined || days === undefined || left <= 0) return;
    const key = `told/token/${account}`;
    // Whoever writes it down tells.
    const {kind} = await updateDocument(store, key, schema, (told) =>
        told?.end === end && told.days <= days ? undefined : {v: 1 as const, end, days},
    );
    if (kind === 'unchanged') return;
    log.warn('the bot token ends soon', {daysLeft: Math.floor(left / DAY_MS)});
    try {
        const message = textOf(platform.bot.username, end, left);
        await tellOwners(deps, message, `token-${end}-${days}`, signal);
    } catch (error) {
        // It was not said: the next look must be able to.
        await removeDocument(store, key, schema, (told) => told?.end === end);
        throw error;
    }
}

function textOf(username: string, end: number, left: number): string {
    const days = Math.ceil(left / DAY_MS);
    const when = new Date(end).toISOString().slice(0, 16).replace('T', ' ');
    return (
        `⏳ My access token for this server ends on **${when} UTC**, in ${days === 1 ? 'one day' : `${days} days`}. ` +
        `After that I can answer nobody. Please make a new token for @${username} under ` +
        'Integrations > Bot Accounts, and set it as `botToken` in my settings.'
    );
}
