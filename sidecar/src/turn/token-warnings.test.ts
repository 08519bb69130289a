import {silentLog} from '../contract/log.ts';
import type {PlatformStatus} from '../mattermost/platform.ts';
import {createMemoryStore} from '../store/memory-store.ts';
import type {Store} from '../store/store.ts';
import {warnOfTokenEnd, type TokenWarningDeps} from './token-warnings.ts';

const DAY = 86_400_000;
const ALICE = 'a'.repeat(26);
const BOB = 'b'.repeat(26);

describe('[CON-11] the end of a bot token', () => {
    beforeEach(() => jest.useFakeTimers());
    afterEach(() => jest.useRealTimers());

    function runner(store: Store, end: number | undefined, failing = new Set<string>()) {
        const sent: [to: string, days: string][] = [];
        const stop = new AbortController();
        let tell: (status: PlatformStatus) => void = () => undefined;
        const status = (tokenEndsAt: number | undefined): PlatformStatus => ({
            state: 'ready',
            since: 0,
            lastEventAt: undefined,
            lastError: undefined,
            reconnects: 0,
            tokenEndsAt,
        });
        let current = status(end);
        const platform = {
            bot: {userId: 'bot', username: 'gangway'},
            get status() {
                return current;
            },
            onStatus: (listener: typeof tell) => {
                tell = listener;
                return {[Symbol.dispose]: () => undefined};
            },
            usersWithRole: async () => [{id: BOB}],
            directChannel: async (userId: string) => ({id: `dm-${userId}`}),
            createPost: async ({channelId, message}: {channelId: string; message: string}) => {
                if (failing.has(channelId)) throw new Error('no');
                sent.push([channelId, /in ([\w ]+)\. After/.exec(message)?.[1] ?? message]);
                expect(message).toContain('new token for @gangway');
            },
        } as unknown as TokenWarningDeps['platform'];
        const done = warnOfTokenEnd(
            {
                account: 'main',
                platform,
                owners: () => ['*', 'user:' + ALICE, 'role:system_admin', '@carol'],
                store,
                log: silentLog,
                now: Date.now,
            },
            stop.signal,
        );
        return {
            sent,
            failing,
            change: (next: number | undefined) => tell((current = status(next))),
            stop: async () => {
                stop.abort();
                await jest.advanceTimersByTimeAsync(0);
                await done;
            },
        };
    }

    it('is told to each owner 14 and 3 days before, once, over runners and restarts', async () => {
        const store = createMemoryStore();
        const end = Date.now() + 20 * DAY;
        const one = runner(store, end);
        const other = runner(store, end);
        await jest.advanceTimersByTimeAsync(5 * DAY);
        expect([...one.sent, ...other.sent]).toEqual([]);
        await jest.advanceTimersByTimeAsync(2 * DAY);
        expect([...one.sent, ...other.sent]).toEqual([
            [`dm-${ALICE}`, '14 days'],
            [`dm-${BOB}`, '14 days'],
        ]);
        await one.stop();
        await other.stop();
        const again = runner(store, end);
        await jest.advanceTimersByTimeAsync(12 * DAY);
        expect(again.sent).toEqual([
            [`dm-${ALICE}`, '3 days'],
            [`dm-${BOB}`, '3 days'],
        ]);
        await again.stop();
    });

    it('is told as soon as it is known, and anew for another token', async () => {
        const gone = runner(createMemoryStore(), undefined);
        await jest.advanceTimersByTimeAsync(DAY);
        expect(gone.sent).toEqual([]);
        gone.change(Date.now() + DAY);
        await jest.advanceTimersByTimeAsync(0);
        expect(gone.sent.map(([, days]) => days)).toEqual(['one day', 'one day']);
        gone.change(Date.now() + 10 * DAY);
        await jest.advanceTimersByTimeAsync(0);
        expect(gone.sent.slice(2).map(([, days]) => days)).toEqual(['10 days', '10 days']);
        await gone.stop();
    });

    it('is told later where nobody could be reached, and not twice where one could', async () => {
        const failing = new Set([`dm-${ALICE}`, `dm-${BOB}`]);
        const one = runner(createMemoryStore(), Date.now() + 10 * DAY, failing);
        await jest.advanceTimersByTimeAsync(1_000);
        failing.delete(`dm-${BOB}`);
        await jest.advanceTimersByTimeAsync(DAY);
        expect(one.sent).toEqual([[`dm-${BOB}`, '10 days']]);
        await one.stop();
        expect(jest.getTimerCount()).toBe(0);
    });
});
