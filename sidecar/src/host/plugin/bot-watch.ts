import {errorOf} from '../../contract/errors.ts';
import type {Log} from '../../contract/log.ts';
import {sleep} from '../../contract/time.ts';
import type {BotIdentity} from '../../mattermost/platform.ts';
import type {BotRecord} from './bot.ts';

/** Since when, and why, an account is off although its settings want it. */
export interface BotOff {
    /** By our own clock, ms. */
    readonly since: number;
    /** What is wrong and what to do: a sentence for admins. */
    readonly reason: string;
}

/** Whether the plugin's bot may answer: an admin can switch it off under Bot Accounts. */
export interface BotWatch {
    /** Undefined while it may. */
    off(): BotOff | undefined;
    /** The server tells that somebody was deactivated. */
    deactivated(userId: string): void;
    /** Called after each change of `off()`. */
    onChange(listener: () => void): Disposable;
}

/** What a BotWatch needs. */
export interface BotWatchDeps {
    readonly bot: BotIdentity;
    /** What was seen when the bot was looked up at the start. */
    readonly isActive: boolean;
    readonly record: (userId: string) => Promise<Pick<BotRecord, 'deleteAt'> | undefined>;
    readonly log: Log;
    readonly now: () => number;
    readonly random: () => number;
}

/** Between two looks while it is on: other nodes of a cluster do not tell, ms. */
const ON_MS = 30_000;
/** Between two looks while it is off: nobody tells that it is back, ms. */
const OFF_MS = 10_000;

/** Watches the bot until `signal` is aborted. */
export function createBotWatch(deps: BotWatchDeps, signal: AbortSignal): BotWatch {
    const {bot, log} = deps;
    const listeners = new Set<() => void>();
    let off: BotOff | undefined;

    const set = (isActive: boolean): void => {
        if (isActive === (off === undefined)) return;
        const reason = `The bot @${bot.username} is switched off and answers nobody. An admin can enable it under System Console > Integrations > Bot Accounts.`;
        off = isActive ? undefined : {since: deps.now(), reason};
        if (isActive) log.info('the bot is switched on again');
        else log.warn('the bot is switched off; an admin can enable it again');
        for (const listener of [...listeners]) listener();
    };
    const look = async (): Promise<void> => {
        try {
            const record = await deps.record(bot.userId);
            // A bot that is gone altogether cannot answer either.
            set(record?.deleteAt === 0);
        } catch (error) {
            log.debug('the bot could not be looked at', {error: errorOf(error)});
        }
    };
    const watch = async (): Promise<void> => {
        for (;;) {
            const ms = off === undefined ? ON_MS : OFF_MS;
            await sleep(ms * (0.75 + deps.random() / 2), signal).catch(() => undefined);
            if (signal.aborted) return;
            await look();
        }
    };
    set(deps.isActive);
    void watch();

    return {
        off: () => off,
        deactivated(userId) {
            if (userId === bot.userId) set(false);
        },
        onChange(listener) {
            listeners.add(listener);
            return {[Symbol.dispose]: () => void listeners.delete(listener)};
        },
    };
}
