import * as z from 'zod';

import type {Log} from '../contract/log.ts';
import {removeDocument, updateDocument} from '../store/documents.ts';
import type {Store} from '../store/store.ts';

/** How long a runner counts as alive after its last sign, seconds. */
const LEASE_SECONDS = 15;
/** How often a runner gives a sign, ms. */
const RENEW_MS = 5000;
/**
 * After its last sign a runner trusts its own lease this long only, ms: what it has in hand then has
 * three seconds to stop before others may take it.
 */
const TRUST_MS = 12_000;

const leaseSchema = z.object({
    v: z.literal(1),
    runner: z.string(),
    startedAt: z.number(),
    renewedAt: z.number(),
});

/** One running sidecar process as the others see it. */
export interface RunnerLease {
    /** Made anew at each start of a process, so that a restart can tell its predecessor's turns. */
    readonly id: string;
    /** Whether others still must not take over this runner's turns. */
    held(): boolean;
    /** Whether the runner of this id gave a sign within the last 15 s. */
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
            () => ({v: 1 as const, runner: id, startedAt, renewedAt: asked}),
            {ttlSeconds: LEASE_SECONDS},
        );
        trustedUntil = asked + TRUST_MS;
        clearTimeout(lostTimer);
        if (!released) lostTimer = setTimeout(lose, trustedUntil - now());
    };
    const renewUnlessRenewing = (): void => {
        renewing ??= renew()
            .catch((thrown: unknown) => {
                const error = thrown instanceof Error ? thrown : undefined;
                log.warn('the runner lease was not renewed', {runner: id, error});
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
        isAlive: async (runnerId) => (await store.get(key(runnerId))) !== undefined,
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
