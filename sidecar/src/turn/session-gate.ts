import type {SessionGate, Waiting} from '../session/turn-queue.ts';
import type {Wish} from '../session/leases.ts';
import type {TurnControl} from './control.ts';
import type {TurnDeps} from './deps.ts';
import type {Work} from './work.ts';

/** The name of the lease of a session's turns. */
export const sessionLease = (sessionId: string): string => `session/${sessionId}`;

/**
 * Lets turns of a session run on one runner at a time, in the order of their posts. Who interrupts ends
 * what another runner runs; what was said for a running agent (`steer`) becomes a turn of its own there.
 */
export function createSessionGate(
    {leases, log}: Pick<TurnDeps, 'leases' | 'log'>,
    control: () => Pick<TurnControl, 'waiting' | 'interruptElsewhere'>,
): SessionGate<Work> {
    const passOf = (
        pass: ReturnType<typeof leases.tryTake>,
    ): ReturnType<SessionGate<Work>['tryEnter']> =>
        pass === undefined
            ? undefined
            : {done: (next) => pass.done(next === undefined ? undefined : wishOf(next))};

    return {
        tryEnter: (sessionId) => passOf(leases.tryTake(sessionLease(sessionId))),
        async enter(sessionId, first, signal) {
            using _ = control().waiting(sessionId);
            /** The message for which another runner was interrupted already, and that runner. */
            let told = '';
            const interrupt = async (runner: string): Promise<void> => {
                const entry = first()?.item.entry;
                const asking = `${runner} ${entry?.turnId}`;
                if (entry === undefined || told === asking) return;
                // What has the lease and has not begun yet is found the next time.
                const ended = await control().interruptElsewhere(sessionId, entry.userId);
                if (ended > 0) told = asking;
            };
            const pass = await leases.take(sessionLease(sessionId), {
                wish() {
                    const next = first();
                    return next === undefined ? undefined : wishOf(next);
                },
                onHeld(runner, {urgent}) {
                    if (!urgent) return;
                    interrupt(runner).catch((thrown: unknown) => {
                        const error = thrown instanceof Error ? thrown : undefined;
                        log.warn('a turn elsewhere could not be interrupted', {error});
                    });
                },
                signal,
            });
            return passOf(pass);
        },
    };
}

function wishOf({item, mode}: Waiting<Work>): Wish {
    return {at: item.entry.postedAt, urgent: mode === 'interrupt'};
}
