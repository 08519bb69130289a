import * as z from 'zod';

import type {Log} from '../contract/log.ts';
import {sleep} from '../contract/time.ts';
import {readDocument, updateDocument} from '../store/documents.ts';
import type {Store} from '../store/store.ts';
import type {RunnerLease} from './runner-lease.ts';

/*
 * Who shares the store, in one document, so that each change of it is one step for all. A runner that is
 * alone does its work without asking the store. It is right, because whoever joins
 *   1. writes itself in and sees, in the same step, all who are there;
 *   2. does nothing until each of those has written that it knows the newcomer, or is gone.
 * And who meets a newcomer first begins to ask (`others`), then writes leases for what it has in hand
 * (`protect`), and only then writes that it knows. So nobody works unasked beside another that works.
 * Gone is who is not in the document: its lease ended (it stopped itself three seconds before, and comes
 * back under a new membership, at step 1), or it left. Who may work is in the caches of all others.
 */

const ROSTER_KEY = 'runners';
/** How often the others are looked for where no hint comes, ms. */
const LOOK_MS = 5_000;
/** The same while something is not as it should be: not admitted yet, the store away. */
const SOON_MS = 500;

const rosterSchema = z.object({
    v: z.literal(1),
    /** One more with each change: a copy of the database that lags behind cannot take us back. */
    rev: z.number(),
    members: z.array(
        z.object({member: z.string(), runner: z.string(), knows: z.array(z.string())}),
    ),
});
type Roster = z.infer<typeof rosterSchema>;

/** What one runner knows of the others that share its store. */
export interface Company {
    /** This runner's membership, made anew after each loss; undefined while it has none. */
    member(): string | undefined;
    /** Whether it may work, and nobody else can. No store is asked. */
    alone(): boolean;
    /** Whether a member that could work is gone for good. Only asked by who may work. */
    isGone(member: string): boolean;
    /** Resolves when this runner may work; rejects with the signal's reason. */
    admitted(signal: AbortSignal): Promise<void>;
    /** Who does what a member owes the others: that which hands out the work. */
    serve(duties: CompanyDuties): void;
    /** The runner's lease was lost: others may do its work. */
    lost(): void;
    /** Says that this runner works no more. Never rejects. */
    leave(): Promise<void>;
}

/** What a member has to do for the others. */
export interface CompanyDuties {
    /** Writes down what is in hand, so that a newcomer finds it. */
    protect(): Promise<void>;
    /** This runner must not go on with what it has in hand. */
    lost(): void;
    /** Resolves when nothing is in hand any more that was begun before a loss. */
    quiet(): Promise<void>;
    /** Called every few seconds. Never rejects. */
    tend(): Promise<void>;
}

/** What `joinCompany` needs. */
export interface CompanyOptions {
    readonly store: Store;
    readonly lease: Pick<RunnerLease, 'id' | 'held' | 'isAlive'>;
    readonly log: Log;
    /** Called when this runner must not go on with what it has in hand. */
    readonly onLost: () => void;
}

interface Membership {
    readonly id: string;
    /** Members that were there before and have not said yet that they know this one. */
    readonly strangers: Set<string>;
    others: ReadonlySet<string>;
}

/**
 * Joins the runners of a store, and follows who comes and goes until `leave`.
 * @throws StoreError when the store cannot be asked at the first time.
 */
export async function joinCompany(options: CompanyOptions): Promise<Company> {
    const {store, lease, log, onLost} = options;
    let duties: CompanyDuties | undefined;
    let membership: Membership | undefined;
    let roster: Roster = {v: 1, rev: 0, members: []};
    /** Counts memberships, so that no two have one name. */
    let tenure = 0;
    const leaving = new AbortController();
    const waiting = new Set<() => void>();
    let wake = (): void => undefined;

    const tell = (): void => {
        for (const resolve of [...waiting]) resolve();
    };
    const lose = (): void => {
        if (membership === undefined) return;
        membership = undefined;
        duties?.lost();
        onLost();
        tell();
    };
    const isAdmitted = (): boolean => membership?.strangers.size === 0 && lease.held();

    /** Members whose runner gives no sign any more. */
    const goneOf = async (members: Roster['members']): Promise<Set<string>> => {
        const gone = new Set<string>();
        for (const {member, runner} of members) {
            if (runner !== lease.id && !(await lease.isAlive(runner))) gone.add(member);
        }
        return gone;
    };
    const read = async (): Promise<Roster> => {
        const found = await readDocument(store, ROSTER_KEY, rosterSchema);
        if (found.kind === 'found' && found.value.rev > roster.rev) roster = found.value;
        return roster;
    };
    const write = async (
        change: (members: Roster['members']) => Roster['members'] | undefined,
    ): Promise<boolean> => {
        const update = await updateDocument(store, ROSTER_KEY, rosterSchema, (current) => {
            const members = change(current?.members ?? []);
            const rev = Math.max(current?.rev ?? 0, roster.rev) + 1;
            return members === undefined ? undefined : {v: 1 as const, rev, members};
        });
        if (update.kind === 'written') roster = update.value;
        return update.kind === 'written';
    };

    const join = async (): Promise<void> => {
        const gone = await goneOf((await read()).members);
        const id = `${lease.id}.${++tenure}`;
        await write((members) => {
            const others = without(
                members,
                ({member, runner}) => runner === lease.id || gone.has(member),
            );
            const knows = others.map(({member}) => member);
            return [...others, {member: id, runner: lease.id, knows}];
        });
        // What came after a loss meanwhile is found out by the next look.
        if (!lease.held()) return;
        const others = roster.members.map(({member}) => member).filter((member) => member !== id);
        membership = {id, others: new Set(others), strangers: new Set(others)};
        notice(membership);
    };

    /** Takes from the roster who knows us by now. */
    const notice = (me: Membership): void => {
        for (const stranger of me.strangers) {
            const there = roster.members.find(({member}) => member === stranger);
            if (there?.knows.includes(me.id) !== false) me.strangers.delete(stranger);
        }
        me.others = new Set(othersOf(me).map(({member}) => member));
        tell();
    };
    const othersOf = ({id}: Membership): Roster['members'] =>
        roster.members.filter(({member}) => member !== id);

    const keep = async (me: Membership): Promise<void> => {
        await read();
        const own = roster.members.find(({member}) => member === me.id);
        if (own === undefined) {
            log.error('the other runners took this one for gone: turns are stopped');
            lose();
            return;
        }
        notice(me);
        const gone = await goneOf(othersOf(me));
        const newcomers = othersOf(me)
            .map(({member}) => member)
            .filter((member) => !own.knows.includes(member) && !gone.has(member));
        if (newcomers.length > 0) await duties?.protect();
        if (newcomers.length + gone.size === 0 || membership !== me || !lease.held()) return;
        await write((members) =>
            without(members, ({member}) => gone.has(member)).map((one) =>
                one.member === me.id ? {...one, knows: [...one.knows, ...newcomers]} : one,
            ),
        );
        if (membership === me) notice(me);
    };

    const look = async (): Promise<void> => {
        if (!lease.held()) {
            lose();
            return;
        }
        if (membership !== undefined) {
            await keep(membership);
            return;
        }
        await duties?.quiet();
        await join();
    };

    const follow = async (): Promise<void> => {
        const {signal} = leaving;
        while (!signal.aborted) {
            const woken = new AbortController();
            wake = () => woken.abort();
            await sleep(
                isAdmitted() ? LOOK_MS : SOON_MS,
                AbortSignal.any([signal, woken.signal]),
            ).catch(() => undefined);
            if (isAborted(signal)) return;
            try {
                await look();
                await duties?.tend();
            } catch (thrown) {
                const error = thrown instanceof Error ? thrown : undefined;
                log.warn('the other runners could not be looked for', {error});
                await sleep(SOON_MS, signal).catch(() => undefined);
            }
        }
    };

    await join();
    const watch = store.watch(ROSTER_KEY, () => wake());
    const following = follow();
    return {
        member: () => membership?.id,
        alone: () => isAdmitted() && membership?.others.size === 0,
        isGone: (member) => membership?.id !== member && membership?.others.has(member) !== true,
        async admitted(signal) {
            while (!isAdmitted()) await nextOf(waiting, signal);
            signal.throwIfAborted();
        },
        serve(wanted) {
            duties = wanted;
        },
        lost: lose,
        async leave() {
            leaving.abort();
            watch[Symbol.dispose]();
            await following;
            membership = undefined;
            try {
                await write((members) => without(members, ({runner}) => runner === lease.id));
            } catch (thrown) {
                // Its lease ends, and then the others strike it out.
                const error = thrown instanceof Error ? thrown : undefined;
                log.warn('the other runners could not be told of the end', {error});
            }
        },
    };
}

/** The members without some, who are not known to anybody any more either. */
function without(
    members: Roster['members'],
    isOut: (one: Roster['members'][number]) => boolean,
): Roster['members'] {
    const left = members.filter((one) => !isOut(one));
    const names = new Set(left.map(({member}) => member));
    return left.map((one) => ({...one, knows: one.knows.filter((member) => names.has(member))}));
}

/** Waits until one of `waiting` is called; rejects with the signal's reason. */
export async function nextOf(waiting: Set<() => void>, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const {promise, resolve} = Promise.withResolvers<undefined>();
    const done = (): void => resolve(undefined);
    waiting.add(done);
    signal.addEventListener('abort', done, {once: true});
    try {
        await promise;
    } finally {
        waiting.delete(done);
        signal.removeEventListener('abort', done);
    }
    signal.throwIfAborted();
}

/** Asked anew each time: it changes while others are awaited. */
const isAborted = (signal: AbortSignal): boolean => signal.aborted;
