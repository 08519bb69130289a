import {randomBytes, randomUUID} from 'node:crypto';
import {errorOf} from './contract/errors.ts';
import {ROUTES} from './contract/routes.ts';
import {createDelivery} from './delivery/create-delivery.ts';
import {createLiveDrafts, type LiveDrafts} from './delivery/live-drafts.ts';
import type {Host, HostAccount} from './host/host.ts';
import {createAnswersApi} from './http/answers-api.ts';
import {createHttpApp, type Routes} from './http/app.ts';
import {createButtons} from './interactions/buttons.ts';
import type {PlatformStatus} from './mattermost/platform.ts';
import {createBotLoop} from './policy/bot-loop.ts';
import {createMissedCalls, type CallCounts} from './policy/missed-calls.ts';
import {createDecisionLog} from './policy/decision-log.ts';
import {createContextLimits} from './session/context-limits.ts';
import {createPendingContext} from './session/context.ts';
import {joinCompany} from './session/company.ts';
import {createFreshStarts} from './session/fresh-start.ts';
import {createJournal} from './session/journal.ts';
import {createLeases} from './session/leases.ts';
import {createParticipation} from './session/participation.ts';
import {createQuotes} from './session/quotes.ts';
import {createRunnerLease} from './session/runner-lease.ts';
import {createStopRequests} from './session/stop-requests.ts';
import {createTranscripts} from './session/transcript.ts';
import type {Store} from './store/store.ts';
import {runAccount} from './turn/account-loop.ts';
import {createListeningTurn} from './turn/listening-turn.ts';
import {warnOfMissingPermissions} from './turn/permission-warnings.ts';
import {warnOfTokenEnd} from './turn/token-warnings.ts';
import {createTurns, type Turns} from './turn/turn.ts';
import type {SlashCall} from './turn/slash.ts';
import type {Platform} from './mattermost/platform.ts';

/** How an account is, as this runner sees it (CON-10). */
export interface AccountStatus {
    readonly account: string;
    readonly status: PlatformStatus;
    /** Who listens to it; undefined while that is not known. */
    readonly runner: string | undefined;
    /** Another runner listens to it, and this one takes over when that one is gone. */
    readonly standby: boolean;
    /** How often people called for the bot where it is no member, as this runner heard it. */
    readonly missedCalls: CallCounts;
}

/** A running Gangway. */
export interface App {
    /** Each account of the settings. */
    accounts(): readonly AccountStatus[];
    /** Answers a slash command on an account: Markdown for the caller alone. */
    slash(account: string, call: SlashCall, signal: AbortSignal): Promise<string>;
    /**
     * Stops taking messages, lets running answers end for a while, and leaves the rest to the next
     * runner. After it nothing of this app runs any more. `withinMs` shortens the while.
     */
    stop(withinMs?: number): Promise<void>;
}

/**
 * How long running answers may go on after `stop`, ms; and as long again after they were told to end. Both
 * fit into the two seconds in which a process that was asked to end has ended; the next runner goes on.
 */
const DEFAULT_GRACE_MS = 700;

interface RunningAccount {
    readonly host: HostAccount;
    readonly platform: Platform;
    readonly turns: Turns;
    readonly abort: AbortController;
    readonly done: Promise<void>;
    /** Who listens, where only one runner may; undefined while that is not known. */
    readonly listener: () => string | undefined;
}

/** Composition root: the only place that sees every module and builds them. Starts at once. */
export async function startApp(host: Host, options: {graceMs?: number} = {}): Promise<App> {
    const {store, log} = host;
    const graceMs = options.graceMs ?? DEFAULT_GRACE_MS;
    const accounts = new Map<string, RunningAccount>();
    const secret = await buttonSecret(store);
    let lost = (): void => undefined;
    const lease = await createRunnerLease({
        store,
        id: randomUUID(),
        log,
        onLost: () => lost(),
    });
    const company = await joinCompany({
        store,
        lease,
        log,
        onLost: () => {
            for (const {turns} of accounts.values()) turns.stopAll();
        },
    }).catch(async (error: unknown) => {
        await lease.release();
        throw error;
    });
    let isEnding = false;
    lost = () => company.lost();
    const leases = createLeases({store, company, runnerId: lease.id, log});
    const withdraw = async (): Promise<void> => {
        leases[Symbol.dispose]();
        // The heirs of its accounts look for what it left: it must be seen to be gone by then.
        await lease.release().finally(() => company.leave());
    };
    const journal = createJournal({store, runner: lease, log});
    const transcripts = createTranscripts({store, log});
    const contextLimits = createContextLimits();
    const freshStarts = createFreshStarts({store});
    const stops = createStopRequests({store, log});
    const decisions = createDecisionLog(Date.now);
    const botLoop = createBotLoop(Date.now);
    const missedCalls = createMissedCalls(Date.now);
    const drafts = createLiveDrafts();
    const settingsOf = (account: string): HostAccount | undefined =>
        host.current().accounts.find(({settings}) => settings.account === account);

    const buttons = createButtons({
        store,
        secret,
        callbackUrl: (account) => settingsOf(account)?.callbackUrl,
        async authorise(press) {
            const running = accounts.get(press.account);
            if (running !== undefined) return await running.turns.control.authorise(press);
            return {kind: 'refused', message: 'This bot is switched off.'};
        },
        async act(press) {
            const running = accounts.get(press.account);
            if (running !== undefined) return await running.turns.control.act(press);
            return {kind: 'refused', message: 'This bot is switched off.'};
        },
        log,
    });

    const begin = (account: HostAccount): RunningAccount => {
        const name = account.settings.account;
        const accountLog = log.child({account: name});
        const platform = account.open();
        const turns = createTurns({
            account: name,
            runnerId: lease.id,
            platform,
            settings: () => settingsOf(name)?.settings ?? account.settings,
            agents: () => host.current().agents,
            store,
            journal,
            transcripts,
            freshStarts,
            stops,
            leases,
            pending: createPendingContext({store, log: accountLog}),
            contextLimits,
            quotes: createQuotes({store, transcripts}),
            participation: createParticipation({store}),
            delivery: createDelivery({
                platform,
                log: accountLog,
                ...(account.publish === undefined ? {} : {publish: account.publish, drafts}),
            }),
            buttons,
            decisions,
            botLoop,
            missedCalls,
            log: accountLog,
        });
        const abort = new AbortController();
        const warningDeps = {
            account: name,
            platform,
            owners: () => (settingsOf(name)?.settings ?? account.settings).owners,
            store,
            log: accountLog,
            now: Date.now,
        };
        const warning = both(
            warnOfTokenEnd(warningDeps, abort.signal),
            warnOfMissingPermissions(warningDeps, abort.signal),
        );
        const parts = {platform, turns, log: accountLog};
        if (account.listeners === 'every') {
            const done = both(runAccount(parts, abort.signal), warning);
            return {host: account, platform, turns, abort, done, listener: () => lease.id};
        }
        const turn = createListeningTurn({
            leases,
            account: name,
            runnerId: lease.id,
            isEnding: () => isEnding,
            log: accountLog,
        });
        const done = both(runAccount({...parts, mayListen: turn.mayListen}, abort.signal), warning);
        return {host: account, platform, turns, abort, done, listener: turn.listener};
    };

    const end = async ({turns, abort, done}: RunningAccount, withinMs = graceMs): Promise<void> => {
        abort.abort();
        await turns.shutdown(Math.min(graceMs, withinMs));
        await done;
    };

    /** Starts, stops and reconnects accounts as the settings say; other settings are read live. */
    const reconcile = async (): Promise<void> => {
        const wanted = host
            .current()
            .accounts.filter(({settings, off}) => settings.enabled && off === undefined);
        const isWanted = (name: string, running: RunningAccount): boolean =>
            wanted.some(
                ({settings, connection}) =>
                    settings.account === name && connection === running.host.connection,
            );
        const stale = [...accounts].filter(([name, running]) => !isWanted(name, running));
        await Promise.all(
            stale.map(async ([name, running]) => {
                accounts.delete(name);
                await end(running);
            }),
        );
        for (const account of wanted) {
            const name = account.settings.account;
            if (accounts.has(name)) continue;
            try {
                accounts.set(name, begin(account));
            } catch (error) {
                // One account that cannot be opened must not keep the others away.
                log.error('account cannot be opened', {
                    account: name,
                    error: errorOf(error),
                });
            }
        }
    };
    /** One after the other; the last one sees the newest settings. */
    let reconciling: Promise<void> = Promise.resolve();
    const follow = (): void => {
        reconciling = reconciling.then(reconcile);
    };

    const status = (): AccountStatus[] =>
        host.current().accounts.map(({settings: {account}, off}) => {
            const running = accounts.get(account);
            const runner = running?.listener();
            return {
                account,
                status: running?.platform.status ?? disabledStatus(off),
                runner,
                standby: runner !== undefined && runner !== lease.id,
                missedCalls: missedCalls.counts(account),
            };
        });
    const http = createHttpApp({
        accounts: () => status().filter(({account}) => accounts.has(account)),
        press: async (account, body, presserId) =>
            accounts.has(account) ? await buttons.press(account, body, presserId) : undefined,
        routes: [...(host.routes ?? []), ...answerRoutes(host, drafts)],
        trustsUserHeader: host.kind === 'plugin',
        log,
    });
    const stopServing = await host.serve(http).catch(async (error: unknown) => {
        await withdraw();
        throw error;
    });
    const following = host.onChange(follow);
    follow();
    await reconciling;

    return {
        accounts: status,
        async slash(account, call, signal) {
            const running = accounts.get(account);
            if (running === undefined) return 'This bot is switched off.';
            return await running.turns.slash(call, signal);
        },
        async stop(withinMs) {
            isEnding = true;
            following[Symbol.dispose]();
            await reconciling;
            await Promise.all([...accounts.values()].map((account) => end(account, withinMs)));
            accounts.clear();
            await stopServing();
            await withdraw();
        },
    };
}

function answerRoutes({canRead}: Host, drafts: LiveDrafts): Routes[] {
    if (canRead === undefined) return [];
    const find: LiveDrafts['find'] = (postId) => drafts.find(postId);
    return [{path: ROUTES.answers, router: createAnswersApi({find, canRead})}];
}

/** The status of an account that is not run. */
function disabledStatus(off: HostAccount['off']): PlatformStatus {
    return {
        state: 'disabled',
        since: off?.since ?? 0,
        lastEventAt: undefined,
        lastError: off?.reason,
        reconnects: 0,
    };
}

/** The key of our own buttons: made once, shared by all runners, independent of any bot token. */
async function buttonSecret(store: Store): Promise<string> {
    const key = 'secret/buttons';
    await store.compareAndSet(key, undefined, new Uint8Array(randomBytes(32)));
    const secret = await store.get(key);
    if (secret === undefined) throw new Error('The store forgot what was just written');
    return Buffer.from(secret).toString('hex');
}

async function both(one: Promise<void>, other: Promise<void>): Promise<void> {
    await Promise.all([one, other]);
}
