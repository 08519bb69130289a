import {silentLog, type Log} from '../contract/log.ts';
import type {PlatformEvent} from '../mattermost/platform.ts';
import {runAccount, type AccountParts} from './account-loop.ts';

const event = (channelId: string): PlatformEvent => ({kind: 'channel-changed', channelId});
const nameOf = (given: PlatformEvent): string =>
    given.kind === 'channel-changed' ? given.channelId : given.kind;

/** A platform with these events; it tells which of them its consumer has handled. */
class Bench {
    readonly steps: string[] = [];
    readonly abort = new AbortController();
    /** Throws what handling an event shall throw. */
    onHandle: (name: string) => void = () => undefined;
    onRecover: () => void = () => undefined;
    onEvents: () => void = () => undefined;
    names = ['one', 'two', 'three'];
    readonly log: Log = {
        ...silentLog,
        error: (message) => this.steps.push(`error: ${message}`),
    };
    readonly parts: AccountParts = {
        platform: {
            connect: async () => {
                this.steps.push('connect');
                return {userId: 'bot', username: 'gangway'};
            },
            events: (signal) => this.#events(signal),
        },
        turns: {
            handle: async (given) => {
                this.onHandle(nameOf(given));
                this.steps.push(`handle ${nameOf(given)}`);
            },
            recover: async () => {
                this.onRecover();
                this.steps.push('recover');
            },
        },
        log: this.log,
    };

    async *#events(signal: AbortSignal): AsyncGenerator<PlatformEvent> {
        this.onEvents();
        for (const name of this.names) {
            let handled = false;
            try {
                yield event(name);
                handled = true;
            } finally {
                if (!handled) this.steps.push(`back ${name}`);
            }
        }
        await new Promise<void>((resolve) => {
            if (signal.aborted) resolve();
            signal.addEventListener('abort', () => resolve(), {once: true});
        });
    }

    run(): Promise<void> {
        return runAccount(this.parts, this.abort.signal);
    }
}

describe('the loop of an account', () => {
    let bench: Bench;
    beforeEach(() => {
        jest.useFakeTimers();
        bench = new Bench();
    });
    afterEach(() => {
        expect(jest.getTimerCount()).toBe(0);
        jest.useRealTimers();
    });

    it('[DEL-09] takes over what was left behind before it hears anything new, and then each five seconds', async () => {
        const running = bench.run();
        await jest.advanceTimersByTimeAsync(11_000);
        bench.abort.abort();
        await running;
        expect(bench.steps).toEqual([
            'connect',
            'recover',
            'handle one',
            'handle two',
            'handle three',
            'recover',
            'recover',
        ]);
    });

    it('goes on when what was left behind cannot be taken over yet', async () => {
        bench.onRecover = () => {
            throw new Error('the server is away');
        };
        const running = bench.run();
        await jest.advanceTimersByTimeAsync(1_000);
        expect(bench.steps).toEqual(['connect', 'handle one', 'handle two', 'handle three']);
        bench.abort.abort();
        await running;
    });

    it('[CON-04] tries an event again until it is handled, before the next one', async () => {
        let failures = 5;
        bench.onHandle = (name) => {
            if (name === 'two' && failures-- > 0) throw new Error('the store is away');
        };
        const running = bench.run();
        await jest.advanceTimersByTimeAsync(1_000);
        expect(bench.steps).not.toContain('handle two');
        expect(bench.steps).not.toContain('handle three');
        await jest.advanceTimersByTimeAsync(20_000);
        expect(bench.steps.filter((step) => step.startsWith('handle'))).toEqual([
            'handle one',
            'handle two',
            'handle three',
        ]);
        bench.abort.abort();
        await running;
    });

    it('gives an event up that fails for ten minutes, so that it does not keep the others away', async () => {
        bench.onHandle = (name) => {
            if (name === 'two') throw new Error('poison');
        };
        const running = bench.run();
        await jest.advanceTimersByTimeAsync(11 * 60_000);
        expect(bench.steps).toContain('error: event given up');
        expect(bench.steps).toContain('handle three');
        bench.abort.abort();
        await running;
    });

    it('[CON-04] gives an event back that it could not handle before its end', async () => {
        bench.onHandle = (name) => {
            if (name === 'two') throw new Error('the store is away');
        };
        const running = bench.run();
        await jest.advanceTimersByTimeAsync(1_000);
        bench.abort.abort();
        await running;
        expect(bench.steps).toEqual(['connect', 'recover', 'handle one', 'back two']);
    });

    it('begins anew when listening breaks as a whole', async () => {
        let broken = true;
        bench.onEvents = () => {
            if (!broken) return;
            broken = false;
            throw new Error('no watermark');
        };
        const running = bench.run();
        await jest.advanceTimersByTimeAsync(6_000);
        expect(bench.steps.slice(0, 5)).toEqual([
            'connect',
            'recover',
            'error: account failed, starting it again',
            'connect',
            'recover',
        ]);
        expect(bench.steps).toContain('handle three');
        bench.abort.abort();
        await running;
    });
});
