import * as z from 'zod';

import {errorOf} from '../contract/errors.ts';
import type {Log} from '../contract/log.ts';
import {readDocument, removeDocument, updateDocument} from '../store/documents.ts';
import type {Store} from '../store/store.ts';
import {livenessOf, ownProcessMark, type ProcessMark} from './process-mark.ts';

/** How long a runner counts as alive after its last sign, seconds. */
const LEASE_SECONDS = 15;
/** How often a runner gives a sign, ms. */
const RENEW_MS = 5000;
/**
 * After its last sign a runner trusts its own lease this long only, ms: what it has in hand then has
 * three seconds to stop before others may take it.
 */
const TRUST_MS = 12_000;

const markSchema = z.object({machine: z.string(), pid: z.number(), start: z.string()});

const leaseSchema = z.object({
    v: z.literal(1),
    runner: z.string(),
    startedAt: z.number(),
    renewedAt: z.number(),
    /** Which process it is, so that one on the same machine sees its end at once. */
    process: markSchema.optional(),
});

/** All that is asked of another runner's lease, which may be of another version. */
const othersSchema = z.object({process: markSchema.optional().catch(undefined)});

/** One running sidecar process as the others see it. */
export interface RunnerLease {
    /** Made anew at each start of a process, so that a restart can tell its predecessor's turns. */
    readonly id: string;
    /** Whether others still must not take over this runner's turns. */
    held(): boolean;
    /**
     * Whether the runner of this id gave a sign within the last 15 s and is not seen to be gone: of a
     * process on this machine its end is known at once.
     */
    isAlive(runnerId: string): Promise<boolean>;
    /** Stops renewing and says at once that this runner is gone, so that others need not wait. */
    release(): Promise<void>;
}

/** What `createRunnerLease` needs. */
export interface RunnerLeaseOptions {
    readonly store: Store;
    /** Unique for the process: [A-Za-z0-9-], at most 60 characters. */
    readonly id: string;
    readonly log: Log;
    /** Called when the lease could not be renewed in time: all turns must stop (and be released). */
    readonly onLost: () => void;
    /** ms [Date.now]. */
    readonly now?: () => number;
    /** The process that this runner is [this one]. */
    readonly process?: ProcessMark;
}

/**
 * Takes the lease `runner/<id>` and renews it each 5 s until `release`. A runner that lost it goes on
 * trying, and holds it again once the store answers.
 * @throws StoreError when the first sign cannot be written.
 */
export async function createRunnerLease(options: RunnerLeaseOptions): Promise<RunnerLease> {
    const {store, id, log, onLost, now = Date.now} = options;
    const key = (runner: string): string => `runner/${runner}`;
    const startedAt = now();
    const own = options.process ?? ownProcessMark();
    let trustedUntil = 0;
    let released = false;
    let renewing: Promise<void> | undefined;
    let lostTimer: NodeJS.Timeout | undefined;

    const lose = (): void => {
        log.error('the runner lease was lost: turns are stopped', {runner: id});
        onLost();
    };
    const renew = async (): Promise<void> => {
        // Counted from before the write, because the store may count from any moment in it.
        const asked = now();
        await updateDocument(
            store,
            key(id),
            leaseSchema,
            () => ({v: 1 as const, runner: id, startedAt, renewedAt: asked, process: own}),
            {ttlSeconds: LEASE_SECONDS},
        );
        trustedUntil = asked + TRUST_MS;
        clearTimeout(lostTimer);
        if (!released) lostTimer = setTimeout(lose, trustedUntil - now());
    };
    const renewUnlessRenewing = (): void => {
        renewing ??= renew()
            .catch((thrown: unknown) => {
                log.warn('the runner lease was not renewed', {runner: id, error: errorOf(thrown)});
            })
            .finally(() => {
                renewing = undefined;
            });
    };

    await renew();
    const renewTimer = setInterval(renewUnlessRenewing, RENEW_MS);
    return {
        id,
        held: () => !released && now() < trustedUntil,
        async isAlive(runnerId) {
            const read = await readDocument(store, key(runnerId), othersSchema);
            if (read.kind !== 'found') return read.kind === 'broken';
            const mark = read.value.process;
            return mark === undefined || livenessOf(mark, own) !== 'gone';
        },
        async release() {
            if (released) return;
            released = true;
            clearInterval(renewTimer);
            clearTimeout(lostTimer);
            // A renewal on its way would write the lease anew behind the deletion.
            await renewing;
            await removeDocument(store, key(id), leaseSchema);
        },
    };
}
