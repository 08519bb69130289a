import {silentLog} from '../src/contract/log.ts';
import {joinCompany, type Company} from '../src/session/company.ts';
import {createJournal, type Journal, type TurnEntry} from '../src/session/journal.ts';
import {createLeases, type Leases} from '../src/session/leases.ts';
import {createRunnerLease, type RunnerLease} from '../src/session/runner-lease.ts';
import {createTurnQueue, type TurnQueue} from '../src/session/turn-queue.ts';
import {StoreError} from '../src/store/errors.ts';
import {createMemoryStore} from '../src/store/memory-store.ts';
import type {Store} from '../src/store/store.ts';
import {createSessionGate} from '../src/turn/session-gate.ts';
import type {Work} from '../src/turn/work.ts';

/** Several runners over one store in memory, on the clock of the test. */
export interface Fleet {
    readonly store: Store;
    readonly runners: readonly Runner[];
    /** Turns as they were begun, as `runner session turn`. */
    readonly begun: readonly string[];
    /** Turns as they were closed. */
    readonly answered: readonly string[];
    /** Moments at which two runners ran one session. */
    readonly collisions: readonly string[];
    start(id: string): Promise<Runner>;
}

/** One of them. */
export interface Runner {
    readonly id: string;
    readonly company: Company;
    readonly leases: Leases;
    /** Its ways to the store are cut: each call fails, some after they were done. */
    down: boolean;
    /** How long each call lasts, ms. */
    slowMs: number;
    /** How many calls it has made. */
    calls: number;
    readonly dead: boolean;
    /** Ends without a word. */
    kill(): void;
    /** Ends as a clean stop does; resolves also when it is killed meanwhile. */
    stop(): Promise<void>;
    /** Accepts a message; false when it was accepted before. */
    accept(turnId: string, sessionId: string): Promise<boolean>;
    /** Goes on with what others left. */
    recover(): Promise<void>;
}

/** Makes an empty fleet; each turn lasts `turnMs`. */
export function createFleet(turnMs: number): Fleet {
    const store = createMemoryStore();
    const begun: string[] = [];
    const answered: string[] = [];
    const collisions: string[] = [];
    const runners: Runner[] = [];
    const running = new Map<string, Set<Runner>>();

    const start = async (id: string): Promise<Runner> => {
        let dead = false;
        let flip = false;
        const isDead = (): boolean => dead;
        const joined: {company?: Company} = {};
        const cut = new Set<() => void>();
        const killed = Promise.withResolvers<undefined>();

        const through = async <T>(call: () => Promise<T>): Promise<T> => {
            runner.calls++;
            if (isDead()) return await new Promise<never>(() => undefined);
            if (runner.slowMs > 0) await wait(runner.slowMs / 2);
            if (isDead()) return await new Promise<never>(() => undefined);
            if (runner.down) {
                flip = !flip;
                if (flip) await call();
                throw new StoreError('unavailable', 'The store is away');
            }
            const result = await call();
            if (runner.slowMs > 0) await wait(runner.slowMs / 2);
            if (isDead()) return await new Promise<never>(() => undefined);
            return result;
        };
        const own: Store = {
            get: (key) => through(() => store.get(key)),
            compareAndSet: (...args) => through(() => store.compareAndSet(...args)),
            list: (...args) => through(() => store.list(...args)),
            watch: (prefix, listener) =>
                store.watch(prefix, (key) => {
                    // Hints get lost.
                    if (!dead && !runner.down && runner.slowMs === 0) listener(key);
                }),
            close: () => Promise.resolve(),
        };

        const run = async (items: readonly Work[], signal: AbortSignal): Promise<void> => {
            const entries: TurnEntry[] = [];
            for (const {entry} of items) {
                const noted = await journal.progress(entry.turnId, () => ({state: 'running'}));
                if (noted.kind === 'written') entries.push(noted.entry);
            }
            const session = entries[0]?.sessionId;
            if (session === undefined || signal.aborted) {
                for (const {entry} of items) journal.release(entry.turnId);
                return;
            }
            const now = running.get(session) ?? new Set();
            running.set(session, now.add(runner));
            if (now.size > 1) {
                collisions.push(`${session}: ${[...now].map((one) => one.id).join()}`);
            }
            begun.push(...entries.map(({turnId}) => `${id} ${session} ${turnId}`));
            const ended = await wait(turnMs, signal, cut);
            now.delete(runner);
            for (const {turnId} of entries) {
                if (dead) return;
                const closed = ended
                    ? await journal.close(turnId).catch(() => 'lost' as const)
                    : 'lost';
                if (closed === 'closed') answered.push(turnId);
                else journal.release(turnId);
            }
        };

        const queue: TurnQueue<Work> = createTurnQueue<Work>({
            run: (items, {signal}) => run(items, signal),
            onFailure: (items) => {
                for (const {entry} of items) journal.release(entry.turnId);
            },
            gate: {
                tryEnter: (sessionId) => gate().tryEnter(sessionId),
                enter: (...args) => gate().enter(...args),
            },
        });
        const stopAll = (): void => {
            for (const {entry} of queue.stopAll('lease-lost').waiting)
                journal.release(entry.turnId);
        };
        const stopCleanly = async (): Promise<void> => {
            const {waiting} = await queue.shutdown(500);
            for (const {entry} of waiting) journal.release(entry.turnId);
            leases[Symbol.dispose]();
            await joined.company?.leave();
            await lease.release().catch(() => undefined);
        };
        const runner: Runner = {
            id,
            down: false,
            slowMs: 0,
            calls: 0,
            get dead() {
                return dead;
            },
            get company() {
                if (joined.company === undefined) throw new Error('not joined yet');
                return joined.company;
            },
            get leases() {
                return leases;
            },
            kill() {
                dead = true;
                killed.resolve(undefined);
                for (const now of running.values()) now.delete(runner);
                for (const end of [...cut]) end();
                void joined.company?.leave();
                void lease.release();
            },
            async stop() {
                // The calls of the killed never end.
                await Promise.race([stopCleanly(), killed.promise]);
                dead = true;
            },
            async accept(turnId, sessionId) {
                const accepted = await journal.accept({
                    turnId,
                    sessionId,
                    account: 'default',
                    channelId: 'deck',
                    rootId: '',
                    sessionKey: sessionId,
                    agent: 'main',
                    userId: 'alice',
                    text: turnId,
                    postedAt: Date.now(),
                });
                if (accepted.kind !== 'accepted') return false;
                submit(accepted.entry);
                return true;
            },
            async recover() {
                const orphans = await journal.orphans();
                for (const {turnId, runner: from} of orphans.sort(byTime)) {
                    const adoption = await journal.adopt(turnId, from);
                    if (adoption.kind === 'adopted') submit(adoption.entry);
                }
            },
        };
        const submit = (entry: TurnEntry): void => {
            const submitted = queue.submit(
                entry.sessionId,
                {entry, wanted: undefined},
                'queue',
                Infinity,
            );
            if (submitted.kind === 'closed') journal.release(entry.turnId);
        };

        const lease: RunnerLease = await createRunnerLease({
            store: own,
            id,
            log: silentLog,
            onLost: () => joined.company?.lost(),
            // On machines of their own, so that only the lease tells of a death.
            process: {machine: id, pid: 1, start: '1'},
        });
        const journal: Journal = createJournal({store: own, runner: lease, log: silentLog});
        const company = await joinCompany({store: own, lease, log: silentLog, onLost: stopAll});
        joined.company = company;
        const leases = createLeases({store: own, company, runnerId: id, log: silentLog});
        const gate = () =>
            createSessionGate({leases, log: silentLog}, () => ({
                waiting: () => ({[Symbol.dispose]: () => undefined}),
                interruptElsewhere: () => Promise.resolve(0),
            }));
        runners.push(runner);
        return runner;
    };
    return {store, runners, begun, answered, collisions, start};
}

const byTime = (a: TurnEntry, b: TurnEntry): number => a.postedAt - b.postedAt;

/** False when it was cut short. */
async function wait(ms: number, signal?: AbortSignal, cut?: Set<() => void>): Promise<boolean> {
    const {promise, resolve} = Promise.withResolvers<boolean>();
    const end = (): void => resolve(false);
    const timer = setTimeout(() => resolve(true), ms);
    signal?.addEventListener('abort', end, {once: true});
    if (signal?.aborted === true) end();
    cut?.add(end);
    try {
        return await promise;
    } finally {
        clearTimeout(timer);
        cut?.delete(end);
    }
}
