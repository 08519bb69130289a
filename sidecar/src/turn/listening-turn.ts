import type {Log} from '../contract/log.ts';
import type {Leases} from '../session/leases.ts';
import type {Listening} from './account-loop.ts';

/** Whose turn it is to listen to an account to which one runner listens for all. */
export interface ListeningTurn {
    /** Waits until it is this runner's; rejects with the signal's reason. */
    readonly mayListen: (signal: AbortSignal) => Promise<Listening | undefined>;
    /** The id of the runner that listens; undefined while that is not known. */
    readonly listener: () => string | undefined;
}

/** What `createListeningTurn` needs. */
export interface ListeningTurnDeps {
    readonly leases: Leases;
    readonly account: string;
    readonly runnerId: string;
    /**
     * Whether this runner ends as a whole. Then it keeps the lease until it has left, so that its heir finds
     * the turns that it left open, and answers them before newer ones.
     */
    readonly isEnding: () => boolean;
    readonly log: Log;
}

/** Makes the turn of one account on this runner: the lease `lease/account/<name>`. */
export function createListeningTurn(deps: ListeningTurnDeps): ListeningTurn {
    const {leases, account, runnerId, isEnding, log} = deps;
    let listener: string | undefined;
    return {
        listener: () => listener,
        async mayListen(signal) {
            const wish = {at: Date.now(), urgent: false};
            const pass = await leases.take(`account/${account}`, {
                wish: () => wish,
                onHeld(runner) {
                    if (listener !== runner) log.info('another runner listens', {runner});
                    listener = runner;
                },
                signal,
            });
            listener = runnerId;
            return (
                pass && {
                    lost: pass.lost,
                    done() {
                        listener = undefined;
                        return isEnding() ? false : pass.done();
                    },
                }
            );
        },
    };
}
