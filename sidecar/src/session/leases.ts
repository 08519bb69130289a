import * as z from 'zod';

import type {Log} from '../contract/log.ts';
import {sleep} from '../contract/time.ts';
import {readDocument, removeDocument, updateDocument} from '../store/documents.ts';
import type {Store} from '../store/store.ts';
import {nextOf, type Company} from './company.ts';

/*
 * One runner at a time has a name (a session's turns, an account's events). A runner that is alone has every
 * name unasked, and only remembers what it has in hand; see company.ts for why nobody else works then.
 * In company it has a name when its compare-and-set of `lease/<name>` wrote it there as the holder: no
 * reading makes a holder. Another may write itself in its place only when the holder gave the name on, or
 * is gone for good: then it stopped three seconds before, and what it writes later compares with a document
 * that is not there any more. Who waits stands in the document, so that the holder gives the name on to
 * the message that was posted first. What could not be written back is in `litter` until it is.
 */

/** How often a name that another has is asked for where no hint comes, ms. */
const ASK_MS = 500;
/** The document outlives its holder by this at most; while it is held it is written anew each day. */
const LIFE_SECONDS = 3 * 24 * 3600;
const REFRESH_MS = 24 * 3600_000;
/** How long work that was begun before a loss may take to end, before new work is begun, ms. */
const QUIET_MS = 15_000;

const applicantSchema = z.object({
    member: z.string(),
    runner: z.string(),
    at: z.number(),
    urgent: z.boolean(),
});
const leaseSchema = z.object({
    v: z.literal(1),
    rev: z.number(),
    holder: applicantSchema,
    waiting: z.array(applicantSchema),
});
type LeaseDocument = z.infer<typeof leaseSchema>;
type Applicant = z.infer<typeof applicantSchema>;

/** Why a name is wanted: who comes first is decided by it. */
export interface Wish {
    /** When the message was posted that waits for it, ms. */
    readonly at: number;
    /** It comes before all that is not urgent: somebody interrupts. */
    readonly urgent: boolean;
}

/** A name in this runner's hands. */
export interface Pass {
    /** Aborted when this runner must not go on, since others may have the name. */
    readonly lost: AbortSignal;
    /**
     * Ends a piece of work. With `next` the name is kept for it, unless somebody else comes before; says
     * whether it was kept. Answers without the store where nobody else was there. Never rejects.
     */
    done(next?: Wish): boolean | Promise<boolean>;
}

/** What is asked for a name. */
export interface Taking {
    /** Asked again and again; undefined when it is not wanted any more. */
    readonly wish: () => Wish | undefined;
    /** Another runner has it (`runner` is its id); called at each try. */
    readonly onHeld?: (runner: string, wish: Wish) => void;
    readonly signal: AbortSignal;
}

/** What only one runner may do at a time. */
export interface Leases {
    /** The name at once, where no other runner is; undefined where it must be waited for. */
    tryTake(name: string): Pass | undefined;
    /**
     * Waits for a name, for as long as another has it; at most one call for a name at a time. Undefined
     * when it was not wanted any more.
     * @throws the signal's reason when that is aborted.
     */
    take(name: string, taking: Taking): Promise<Pass | undefined>;
    /** What is wanted of a name has changed: its `take` asks at once. */
    changed(name: string): void;
}

/** What `createLeases` needs. */
export interface LeasesOptions {
    readonly store: Store;
    readonly company: Company;
    readonly runnerId: string;
    readonly log: Log;
    /** ms [Date.now]. */
    readonly now?: () => number;
}

interface InHand extends Pass {
    readonly member: string;
    readonly loss: AbortController;
    /** Whether the document names this runner: `maybe` after a write whose outcome is not known. */
    written: 'no' | 'maybe' | 'yes';
    writtenAt: number;
    writing: Promise<void> | undefined;
}

/** Makes the leases of one runner. */
export function createLeases(options: LeasesOptions): Leases & Disposable {
    const {store, company, runnerId, log, now = Date.now} = options;
    const inHand = new Map<string, InHand>();
    const taking = new Set<string>();
    /** Names whose documents may still name this runner, although it does not want them. */
    const litter = new Set<string>();
    const askers = new Map<string, () => void>();
    const ends = new Set<() => void>();
    const watch = store.watch(PREFIX, (key) => askers.get(nameOf(key))?.());

    const grant = (name: string, member: string, written: InHand['written']): InHand => {
        const loss = new AbortController();
        const pass: InHand = {
            member,
            loss,
            lost: loss.signal,
            written,
            writtenAt: now(),
            writing: undefined,
            done(next) {
                const unasked = pass.written === 'no' && pass.writing === undefined;
                if (!unasked) return give(name, pass, next);
                drop(name, pass);
                return false;
            },
        };
        inHand.set(name, pass);
        litter.delete(name);
        return pass;
    };
    const drop = (name: string, pass: InHand): void => {
        if (inHand.get(name) === pass) inHand.delete(name);
        for (const resolve of [...ends]) resolve();
    };
    const isOurs = ({member}: InHand): boolean => member === company.member();

    /** Keeps a name for the next piece of work or gives it on. */
    const give = async (name: string, pass: InHand, next: Wish | undefined): Promise<boolean> => {
        await pass.writing?.catch(() => undefined);
        let kept = false;
        try {
            kept = next !== undefined && (await comesFirst(name, pass, next));
            if (!kept && isOurs(pass)) await leave(name, pass.member);
        } catch (error) {
            litter.add(name);
            warn('a lease could not be given back yet', name, error);
        }
        // A loss meanwhile took the name away.
        kept &&= isOurs(pass);
        if (!kept) drop(name, pass);
        return kept;
    };

    const comesFirst = async (name: string, pass: InHand, next: Wish): Promise<boolean> => {
        if (!isOurs(pass) || pass.written !== 'yes' || company.alone()) return false;
        const read = await readDocument(store, keyOf(name), leaseSchema);
        if (read.kind !== 'found' || read.value.holder.member !== pass.member) return false;
        const [first] = queueOf(read.value, pass.member);
        return first === undefined || compare({...next, runner: runnerId}, first) <= 0;
    };

    /** Those who wait and are there, except us, first come first. */
    const queueOf = ({waiting}: LeaseDocument, member: string): Applicant[] =>
        waiting.filter((one) => one.member !== member && !company.isGone(one.member)).sort(compare);

    /** Takes us out of a document; `unless` says that we are wanted in it after all. */
    const leave = async (
        name: string,
        member: string,
        unless: () => boolean = () => false,
    ): Promise<void> => {
        for (;;) {
            const update = await updateDocument(
                store,
                keyOf(name),
                leaseSchema,
                (current) => {
                    if (current === undefined || unless()) return undefined;
                    const {holder, waiting, rev} = current;
                    if (holder.member === member) {
                        const [heir, ...others] = queueOf(current, member);
                        if (heir === undefined) return undefined;
                        return {v: 1 as const, rev: rev + 1, holder: heir, waiting: others};
                    }
                    if (!waiting.some((one) => one.member === member)) return undefined;
                    const others = waiting.filter((one) => one.member !== member);
                    return {...current, rev: rev + 1, waiting: others};
                },
                {ttlSeconds: LIFE_SECONDS},
            );
            if (update.kind === 'written' || update.value?.holder.member !== member) return;
            const {value, removed} = await removeDocument(
                store,
                keyOf(name),
                leaseSchema,
                (current) =>
                    current?.holder.member === member &&
                    queueOf(current, member).length === 0 &&
                    !unless(),
            );
            if (removed || value?.holder.member !== member || unless()) return;
        }
    };

    /** Writes us into the document: as its holder where that is possible, as one who waits otherwise. */
    const ask = async (name: string, member: string, wish: Wish): Promise<LeaseDocument> => {
        const me: Applicant = {member, runner: runnerId, at: wish.at, urgent: wish.urgent};
        const update = await updateDocument(
            store,
            keyOf(name),
            leaseSchema,
            (current): LeaseDocument | undefined => {
                const rev = (current?.rev ?? 0) + 1;
                if (current === undefined) return {v: 1, rev, holder: me, waiting: []};
                const queue = queueOf(current, member);
                if (current.holder.member === member) {
                    return {v: 1, rev, holder: me, waiting: queue};
                }
                if (company.isGone(current.holder.member)) {
                    const [holder = me, ...waiting] = [...queue, me].sort(compare);
                    return {v: 1, rev, holder, waiting};
                }
                const before = current.waiting.find((one) => one.member === member);
                if (before !== undefined && compare(before, me) === 0) return undefined;
                return {v: 1, rev, holder: current.holder, waiting: [...queue, me].sort(compare)};
            },
            {ttlSeconds: LIFE_SECONDS},
        );
        if (update.value === undefined) throw new TypeError('What is unchanged is there');
        return update.value;
    };

    /** One try; undefined when it has to be tried again. */
    const attempt = async (
        name: string,
        member: string,
        wish: Wish,
        onHeld: Taking['onHeld'],
    ): Promise<Pass | undefined> => {
        const {holder} = await ask(name, member, wish);
        // Lost and found again while the store was asked: the document names nobody.
        if (company.member() !== member) return undefined;
        if (holder.member === member) return grant(name, member, 'yes');
        onHeld?.(holder.runner, wish);
        return undefined;
    };

    const waitFor = async (
        name: string,
        {wish, onHeld, signal}: Taking,
    ): Promise<Pass | undefined> => {
        for (;;) {
            await company.admitted(signal);
            const member = company.member();
            const wanted = wish();
            if (wanted === undefined || member === undefined) return undefined;
            if (company.alone()) return grant(name, member, litter.has(name) ? 'maybe' : 'no');
            const woken = new AbortController();
            askers.set(name, () => woken.abort());
            litter.add(name);
            try {
                const pass = await attempt(name, member, wanted, onHeld);
                if (pass !== undefined) return pass;
            } catch (error) {
                warn('a lease could not be asked for', name, error);
            }
            await sleep(ASK_MS, AbortSignal.any([signal, woken.signal])).catch(() => undefined);
        }
    };

    /** Writes a name that was taken unasked, or anew what was written long ago. */
    const write = async (name: string, pass: InHand): Promise<void> => {
        pass.written = pass.written === 'yes' ? 'yes' : 'maybe';
        const update = await updateDocument(
            store,
            keyOf(name),
            leaseSchema,
            (current): LeaseDocument | undefined => {
                const holder = {member: pass.member, runner: runnerId, at: 0, urgent: false};
                const rev = (current?.rev ?? 0) + 1;
                if (current === undefined) return {v: 1, rev, holder, waiting: []};
                const isFree =
                    current.holder.member === pass.member || company.isGone(current.holder.member);
                if (!isFree) return undefined;
                return {v: 1, rev, holder, waiting: queueOf(current, pass.member)};
            },
            {ttlSeconds: LIFE_SECONDS},
        );
        if (update.kind !== 'written') throw new TypeError(`Two runners have ${name}`);
        pass.written = 'yes';
        pass.writtenAt = now();
    };
    const writeOnce = async (name: string, pass: InHand): Promise<void> => {
        pass.writing ??= write(name, pass).finally(() => {
            pass.writing = undefined;
        });
        await pass.writing;
    };

    const clean = async (name: string): Promise<void> => {
        const isWanted = (): boolean => inHand.has(name) || taking.has(name);
        const member = company.member();
        if (member === undefined || isWanted()) return;
        litter.delete(name);
        try {
            await leave(name, member, isWanted);
        } catch (error) {
            litter.add(name);
            warn('a lease could not be given back yet', name, error);
        }
    };

    const warn = (what: string, name: string, thrown: unknown): void => {
        log.warn(what, {lease: name, error: thrown instanceof Error ? thrown : undefined});
    };

    company.serve({
        async protect() {
            const unwritten = [...inHand].filter(
                ([, pass]) => isOurs(pass) && pass.written !== 'yes',
            );
            await Promise.all(unwritten.map(([name, pass]) => writeOnce(name, pass)));
        },
        lost() {
            // Documents of a membership that is over name nobody.
            litter.clear();
            for (const pass of inHand.values()) pass.loss.abort();
        },
        async quiet() {
            // What hangs must not keep this runner from work for ever: it was told to end, and nobody counts on it.
            const limit = new AbortController();
            const timer = setTimeout(() => limit.abort(), QUIET_MS);
            try {
                while (inHand.size > 0) await nextOf(ends, limit.signal);
            } catch (error) {
                if (!limit.signal.aborted) throw error;
                log.warn('work that was told to end still runs', {
                    leases: [...inHand.keys()].join(),
                });
            } finally {
                clearTimeout(timer);
            }
        },
        async tend() {
            for (const name of [...litter]) await clean(name);
            const old = [...inHand].filter(
                ([, pass]) =>
                    isOurs(pass) && pass.written === 'yes' && now() - pass.writtenAt > REFRESH_MS,
            );
            for (const [name, pass] of old) {
                await writeOnce(name, pass).catch((error: unknown) => {
                    warn('a lease could not be written anew', name, error);
                });
            }
        },
    });

    return {
        tryTake(name) {
            const member = company.member();
            if (member === undefined || !company.alone()) return undefined;
            return grant(name, member, litter.has(name) ? 'maybe' : 'no');
        },
        async take(name, wanted) {
            taking.add(name);
            try {
                return await waitFor(name, wanted);
            } finally {
                taking.delete(name);
                askers.delete(name);
                // Who waits for us no more must not wait until the next look.
                if (litter.has(name)) void clean(name);
            }
        },
        changed: (name) => askers.get(name)?.(),
        [Symbol.dispose]: () => watch[Symbol.dispose](),
    };
}

const PREFIX = 'lease/';
const keyOf = (name: string): string => `${PREFIX}${name}`;
const nameOf = (key: string): string => key.slice(PREFIX.length);

/** Who comes first: the urgent ones, then by the time of the posts; the same everywhere. */
function compare(
    a: Pick<Applicant, 'at' | 'urgent' | 'runner'>,
    b: Pick<Applicant, 'at' | 'urgent' | 'runner'>,
): number {
    if (a.urgent !== b.urgent) return a.urgent ? -1 : 1;
    if (a.at !== b.at) return a.at - b.at;
    return a.runner < b.runner ? -1 : Number(a.runner > b.runner);
}
