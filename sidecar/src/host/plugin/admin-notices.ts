import * as z from 'zod';
import {errorOf} from '../../contract/errors.ts';
import type {Log} from '../../contract/log.ts';
import {sleep} from '../../contract/time.ts';
import {removeDocument, updateDocument} from '../../store/documents.ts';
import type {Store} from '../../store/store.ts';

/** Something that an admin must put right. */
export interface Trouble {
    /** The same for the same trouble, in every process. */
    readonly id: string;
    /** Markdown: what happened, what was kept where, what to do. */
    readonly text: string;
}

/** The calls by which admins are told. */
export interface NoticeCalls {
    /** User ids of active system admins, at most `limit`. */
    admins(limit: number): Promise<readonly string[]>;
    /** Sends a direct message of the bot. */
    write(userId: string, message: string): Promise<void>;
}

/** Tells system admins of trouble by direct messages of the bot. */
export interface AdminNotices {
    /**
     * How a topic stands now; undefined = all is well. Each trouble is told once, however many processes see
     * it and however often they start, unless it was over in between.
     */
    about(topic: string, trouble: Trouble | undefined): void;
    /** Resolves when what was begun has ended. */
    idle(): Promise<void>;
}

/** More admins than these are not written to: they have a page for it. */
const MOST_ADMINS = 10;

/** Trouble that is over by then was a change halfway through, such as a key that nodes get one by one. */
const PATIENCE_MS = 3_000;

const schema = z.object({v: z.literal(1), trouble: z.string()});

/** Makes the notices; what was told is remembered in the store, under `told/<topic>`. */
export function createAdminNotices(
    calls: NoticeCalls,
    store: Store,
    log: Log,
    signal: AbortSignal,
): AdminNotices {
    const standing = new Map<string, Trouble | undefined>();
    let last: Promise<void> = Promise.resolve();

    const tell = async ({text}: Trouble): Promise<void> => {
        const admins = await calls.admins(MOST_ADMINS);
        const sent = await Promise.allSettled(admins.map((userId) => calls.write(userId, text)));
        const failed = sent.find((one) => one.status === 'rejected');
        if (failed === undefined) return;
        if (sent.every((one) => one.status === 'rejected')) throw failed.reason;
        log.warn('not all admins could be told', {error: errorOf(failed.reason)});
    };
    const settle = async (topic: string): Promise<void> => {
        const trouble = standing.get(topic);
        const key = `told/${topic}`;
        if (trouble === undefined) {
            await removeDocument(store, key, schema);
            return;
        }
        // Whoever writes it down tells; who dies in between has told the log.
        const {kind} = await updateDocument(store, key, schema, (told) =>
            told?.trouble === trouble.id ? undefined : {v: 1 as const, trouble: trouble.id},
        );
        if (kind === 'unchanged') return;
        try {
            await tell(trouble);
        } catch (error) {
            await removeDocument(store, key, schema, (told) => told?.trouble === trouble.id);
            throw error;
        }
    };

    return {
        about(topic, trouble) {
            if (standing.has(topic) && standing.get(topic)?.id === trouble?.id) return;
            standing.set(topic, trouble);
            last = last
                .then(async () => {
                    if (trouble !== undefined) await sleep(PATIENCE_MS, signal);
                    if (standing.get(topic)?.id === trouble?.id) await settle(topic);
                })
                .catch((error: unknown) => {
                    if (signal.aborted) return;
                    // Another try comes with the next start; log and status have it meanwhile.
                    log.warn('admins could not be told', {topic, error: errorOf(error)});
                });
        },
        idle: () => last,
    };
}
