import * as z from 'zod';

import type {Log} from '../contract/log.ts';
import {createDocument, readDocument, removeDocument, updateDocument} from '../store/documents.ts';
import type {Store} from '../store/store.ts';
import {fileNoteSchema, type FileNote} from './file-notes.ts';
import type {RunnerLease} from './runner-lease.ts';

/*
 * Two keys make a message be answered once:
 *
 *   0turn/<turn>   an open turn: who runs it, how far it is
 *   claim/<turn>   the turn is settled: nobody may run it again (7 days)
 *
 * accept: create 0turn if absent, THEN look for the claim.
 * close:  create the claim, THEN delete 0turn.
 *
 * From the acceptance on at least one of the two is there at any moment. So whoever manages to create
 * 0turn and after that sees no claim is the first: had another accepted and closed the turn before,
 * its claim was there before its 0turn went. A store that has one key per write needs no more, and
 * dying is safe after each step:
 *
 *   before 0turn       nothing was visible; the watermark has not passed the post, it comes again
 *   after 0turn        recovery adopts the entry, looks for the claim, and runs or deletes it
 *   during the turn    recovery adopts the entry and goes on with its drafts, or marks it
 *   after the claim    recovery adopts the entry, sees the claim, deletes it
 *
 * The claim first and the journal second would lose the message in between. A claim and an entry
 * written side by side could each meet those of another runner, and neither would know who is first.
 *
 * An entry names its runner, and every write compares with what was read: after another runner
 * adopted a turn, its former runner's writes fail as `lost`, so it must write before it shows.
 */

const CLAIM_SECONDS = 7 * 24 * 3600;
const TURN_PREFIX = '0turn/';
const FORMAT = 1;

const turnSchema = z.object({
    v: z.literal(FORMAT),
    turnId: z.string(),
    account: z.string(),
    channelId: z.string(),
    rootId: z.string(),
    sessionId: z.string(),
    sessionKey: z.string(),
    agent: z.string(),
    userId: z.string(),
    text: z.string(),
    files: z.array(fileNoteSchema).readonly().optional(),
    writer: z.string().optional(),
    postedAt: z.number(),
    runner: z.string(),
    state: z.enum(['accepted', 'running', 'delivering']),
    drafts: z.array(z.string()),
    sideEffects: z.boolean(),
    attempts: z.number(),
    at: z.number(),
});

/** Entries of a Gangway that is newer than this one, met while runners are updated one by one. */
const newerSchema = z
    .object({v: z.number().gt(FORMAT)})
    .transform(() => ({v: 'newer' as const, runner: undefined}));
const entrySchema = z.union([turnSchema, newerSchema]);
type Entry = z.infer<typeof entrySchema>;

/** A claim keeps the turn without what was said, which must be able to vanish with its post. */
const claimSchema = turnSchema.omit({text: true, files: true, writer: true, attempts: true});

/** What is asked to be answered. */
export interface NewTurn {
    /** The id of the post that asks; the same whichever way and how often it comes. */
    readonly turnId: string;
    readonly account: string;
    readonly channelId: string;
    /** Where the answer goes; '' for the channel itself. */
    readonly rootId: string;
    readonly sessionId: string;
    readonly sessionKey: string;
    readonly agent: string;
    readonly userId: string;
    /** The question as the gate left it. */
    readonly text: string;
    /** The files that came with it [none]. */
    readonly files?: readonly FileNote[] | undefined;
    /** The name that is shown for who asked, where it is not the account's (a webhook's). */
    readonly writer?: string | undefined;
    /** The post's creation, ms of the server's clock. */
    readonly postedAt: number;
}

/** What may change while a turn is open. */
export interface TurnProgress {
    /** `delivering`: the agent is done and its answer is being written out. */
    readonly state: 'accepted' | 'running' | 'delivering';
    /** Posts made for the answer, in order. */
    readonly drafts: readonly string[];
    /** The agent ran a tool with effects: the turn may be marked, but never run again. */
    readonly sideEffects: boolean;
}

/** An open turn as it is written down. */
export interface TurnEntry extends NewTurn, TurnProgress {
    /** Who runs it. */
    readonly runner: string;
    /** 1, and one more for each adoption: a turn that kills its runners must end some day. */
    readonly attempts: number;
    /** When it was accepted or adopted, ms. */
    readonly at: number;
}

/** What is still known of a closed turn for seven days, for instance for another try; `at`: when it was closed. */
export type SettledTurn = Omit<TurnEntry, 'text' | 'files' | 'writer' | 'attempts'>;

/** `already-claimed`: it is being answered, or has been within seven days. */
export type Acceptance =
    {readonly kind: 'accepted'; readonly entry: TurnEntry} | {readonly kind: 'already-claimed'};

/** `lost`: the turn is not this runner's any more, or was closed; it must show nothing more. */
export type ProgressResult =
    {readonly kind: 'written'; readonly entry: TurnEntry} | {readonly kind: 'lost'};

/** What became of taking another runner's turn over. */
export type Adoption =
    | {readonly kind: 'adopted'; readonly entry: TurnEntry}
    /** It had been answered; only its entry was left, and is gone now. */
    | {readonly kind: 'settled'}
    /** Another runner (or this one) has it, or it is closed. */
    | {readonly kind: 'taken'};

/** The written memory of open turns; design: an accepted message is never lost and never doubled. */
export interface Journal {
    /**
     * Writes the turn down and says whether it is this runner's to answer. Called before anything is
     * visible. When it throws, the turn may be written down or not: asking again is safe, and
     * recovery finds it.
     */
    accept(turn: NewTurn): Promise<Acceptance>;
    /** Writes how far a turn of this runner is. Called before the step is visible, and after each post. */
    progress(
        turnId: string,
        change: (entry: TurnEntry) => Partial<TurnProgress>,
    ): Promise<ProgressResult>;
    /** Settles a turn that was answered (or refused for good). When it throws, it may be called again. */
    close(turnId: string): Promise<'closed' | 'lost'>;
    /**
     * Lets go of a turn without closing it, at the end of its run: after a shutdown, a lost lease or a
     * failing store. Recovery, here or elsewhere, goes on with it. Forgotten turns are no error.
     */
    release(turnId: string): void;
    /** A turn that was closed within the last seven days. */
    settled(turnId: string): Promise<SettledTurn | undefined>;
    /** All open turns of all runners, oldest key first. Never on the path of a turn. */
    open(): Promise<TurnEntry[]>;
    /** Open turns that nobody runs: their runner is gone, or it is this one and has let go of them. */
    orphans(): Promise<TurnEntry[]>;
    /** Takes over an open turn from a runner that is gone (or from this one, after `release`). */
    adopt(turnId: string, fromRunner: string): Promise<Adoption>;
}

/** What `createJournal` needs. */
export interface JournalOptions {
    readonly store: Store;
    readonly runner: Pick<RunnerLease, 'id' | 'held' | 'isAlive'>;
    readonly log: Log;
    /** ms [Date.now]. */
    readonly now?: () => number;
}

/** Makes the journal of one runner. */
export function createJournal({store, runner, log, now = Date.now}: JournalOptions): Journal {
    /**
     * Turns in this runner's hands as they were last written, so that the next write need not read them
     * first; undefined while it is not yet known whose they are.
     */
    const held = new Map<string, Turn | undefined>();
    const isMine = (entry: Entry | undefined, attempts: number): entry is Turn =>
        entry?.v === FORMAT && entry.runner === runner.id && entry.attempts === attempts;

    const isSettled = async (turnId: string): Promise<boolean> =>
        (await store.get(claimKey(turnId))) !== undefined;

    /** Deletes the entry of a settled turn, unless it has gone to another runner meanwhile. */
    const dropSettled = async (turn: Turn): Promise<boolean> => {
        const {turnId, attempts} = turn;
        const {removed} = await removeDocument(
            store,
            turnKey(turnId),
            entrySchema,
            (entry) => isMine(entry, attempts),
            {known: {value: turn}},
        );
        held.delete(turnId);
        return removed;
    };

    /** Takes a turn into hand while `work` finds out whether it is ours; drops it when it is not. */
    const taking = async <T extends {kind: string}>(
        turnId: string,
        work: () => Promise<T>,
    ): Promise<T> => {
        held.set(turnId, undefined);
        let kept = false;
        try {
            const result = await work();
            kept = result.kind === 'accepted' || result.kind === 'adopted';
            return result;
        } finally {
            if (!kept) held.delete(turnId);
        }
    };

    const write = async (turn: NewTurn): Promise<Turn | undefined> => {
        const entry: Turn = {
            ...turn,
            v: FORMAT,
            runner: runner.id,
            state: 'accepted',
            drafts: [],
            sideEffects: false,
            attempts: 1,
            at: now(),
        };
        if (await createDocument(store, turnKey(turn.turnId), entry)) return entry;
        // Our own earlier try may have been written although its acknowledgement was lost.
        const there = await readDocument(store, turnKey(turn.turnId), entrySchema);
        if (there.kind !== 'found' || !isMine(there.value, 1)) return undefined;
        return there.value.state === 'accepted' ? there.value : undefined;
    };

    const journal: Journal = {
        async accept(turn) {
            const {turnId} = turn;
            if (held.has(turnId)) return {kind: 'already-claimed'};
            return await taking<Acceptance>(turnId, async () => {
                const entry = await write(turn);
                if (entry === undefined) return {kind: 'already-claimed'};
                if (await isSettled(turnId)) {
                    await dropSettled(entry);
                    return {kind: 'already-claimed'};
                }
                held.set(turnId, entry);
                return {kind: 'accepted', entry};
            });
        },

        async progress(turnId, change) {
            const mine = held.get(turnId);
            if (mine === undefined) return {kind: 'lost'};
            // Others may take it now, and would not know of what is shown from here on.
            if (!runner.held()) return {kind: 'lost'};
            const update = await updateDocument<Entry>(
                store,
                turnKey(turnId),
                entrySchema,
                (entry) =>
                    isMine(entry, mine.attempts) ? withProgress(entry, change(entry)) : undefined,
                {known: {value: mine}},
            );
            if (update.kind === 'written' && update.value.v === FORMAT) {
                if (held.has(turnId)) held.set(turnId, update.value);
                return {kind: 'written', entry: update.value};
            }
            held.delete(turnId);
            return {kind: 'lost'};
        },

        async close(turnId) {
            const mine = held.get(turnId);
            // Without the lease another runner may have it: a claim would make that one's turn vanish.
            if (mine === undefined || !runner.held()) return 'lost';
            const read = await readDocument(store, turnKey(turnId), entrySchema);
            const entry = read.kind === 'found' ? read.value : undefined;
            if (!isMine(entry, mine.attempts)) {
                held.delete(turnId);
                return 'lost';
            }
            const claim = claimSchema.parse({...entry, at: now()});
            await createDocument(store, claimKey(turnId), claim, {ttlSeconds: CLAIM_SECONDS});
            return (await dropSettled(mine)) ? 'closed' : 'lost';
        },

        release(turnId) {
            held.delete(turnId);
        },

        async settled(turnId) {
            const read = await readDocument(store, claimKey(turnId), claimSchema);
            return read.kind === 'found' ? read.value : undefined;
        },

        async open() {
            const turns: Turn[] = [];
            for await (const key of keysBelow(store, TURN_PREFIX)) {
                const read = await readDocument(store, key, entrySchema);
                if (read.kind === 'found' && read.value.v === FORMAT) turns.push(read.value);
                if (read.kind === 'broken') await dropBroken(key, read);
            }
            return turns;
        },

        async orphans() {
            const alive = new Map<string, boolean>();
            const orphans: TurnEntry[] = [];
            for (const entry of await journal.open()) {
                if (entry.runner === runner.id) {
                    if (!held.has(entry.turnId)) orphans.push(entry);
                    continue;
                }
                const known = alive.get(entry.runner) ?? (await runner.isAlive(entry.runner));
                alive.set(entry.runner, known);
                if (!known) orphans.push(entry);
            }
            return orphans;
        },

        async adopt(turnId, fromRunner) {
            if (held.has(turnId)) return {kind: 'taken'};
            return await taking<Adoption>(turnId, async () => {
                const update = await updateDocument(store, turnKey(turnId), entrySchema, (entry) =>
                    entry?.runner === fromRunner ? adopted(entry) : undefined,
                );
                if (update.kind !== 'written' || update.value.v !== FORMAT) return {kind: 'taken'};
                const entry = update.value;
                if (await isSettled(turnId)) {
                    await dropSettled(entry);
                    return {kind: 'settled'};
                }
                held.set(turnId, entry);
                return {kind: 'adopted', entry};
            });
        },
    };

    const adopted = (entry: Turn): Turn => ({
        ...entry,
        runner: runner.id,
        attempts: entry.attempts + 1,
        at: now(),
    });

    /** Nobody could ever run it, and it would keep its post from being answered. */
    const dropBroken = async (key: string, {keptAs}: {keptAs: string}): Promise<void> => {
        log.error('an unreadable journal entry was set aside', {key, keptAs});
        await removeDocument(store, key, entrySchema, (entry) => entry === undefined);
    };

    return journal;
}

type Turn = z.infer<typeof turnSchema>;

const turnKey = (turnId: string): string => `${TURN_PREFIX}${turnId}`;
const claimKey = (turnId: string): string => `claim/${turnId}`;

function withProgress(entry: Turn, {drafts, ...change}: Partial<TurnProgress>): Turn {
    return {...entry, ...change, ...(drafts === undefined ? {} : {drafts: [...drafts]})};
}

async function* keysBelow(store: Store, prefix: string): AsyncGenerator<string> {
    let after: string | undefined;
    for (;;) {
        const page = await store.list(prefix, after);
        yield* page;
        after = page.at(-1);
        if (after === undefined) return;
    }
}
