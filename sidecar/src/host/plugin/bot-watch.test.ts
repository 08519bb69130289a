import {silentLog} from '../../contract/log.ts';
import {createBotWatch} from './bot-watch.ts';

describe("[CON-03] the plugin's bot", () => {
    beforeEach(() => jest.useFakeTimers());
    afterEach(() => jest.useRealTimers());

    function watched(isActive: boolean) {
        const server = {deleteAt: isActive ? 0 : 5, looks: 0, isAway: false};
        const told: string[] = [];
        const stop = new AbortController();
        const note = (message: string): void => void told.push(message);
        const watch = createBotWatch(
            {
                bot: {userId: 'bot', username: 'gangway'},
                isActive,
                record: async () => {
                    server.looks += 1;
                    if (server.isAway) throw new Error('away');
                    return {deleteAt: server.deleteAt};
                },
                log: {...silentLog, info: note, warn: note},
                now: Date.now,
                random: () => 0.5,
            },
            stop.signal,
        );
        const changes: boolean[] = [];
        watch.onChange(() => changes.push(watch.off() === undefined));
        return {server, watch, told, changes, stop};
    }

    it('[BR-42] is off as soon as the server says so, and back within 15 s, told once each', async () => {
        const {server, watch, told, changes, stop} = watched(true);
        watch.deactivated('somebody else');
        expect(watch.off()).toBeUndefined();
        server.deleteAt = 7;
        watch.deactivated('bot');
        watch.deactivated('bot');
        expect(watch.off()).toEqual({
            since: Date.now(),
            reason: expect.stringContaining('@gangway is switched off and answers nobody'),
        });
        await jest.advanceTimersByTimeAsync(600_000);
        expect(changes).toEqual([false]);
        server.deleteAt = 0;
        await jest.advanceTimersByTimeAsync(15_000);
        expect(changes).toEqual([false, true]);
        expect(told).toEqual([
            'the bot is switched off; an admin can enable it again',
            'the bot is switched on again',
        ]);
        stop.abort();
    });

    it('[BR-42] is found off where nobody says so, as on other nodes of a cluster', async () => {
        const {server, changes, stop} = watched(true);
        server.deleteAt = 7;
        await jest.advanceTimersByTimeAsync(40_000);
        expect(changes).toEqual([false]);
        stop.abort();
    });

    it('stays as it was while the server cannot say, and is asked seldom', async () => {
        const {server, watch, changes, stop} = watched(false);
        server.isAway = true;
        await jest.advanceTimersByTimeAsync(60_000);
        expect([watch.off() === undefined, changes.length]).toEqual([false, 0]);
        expect(server.looks).toBeLessThanOrEqual(8);
        stop.abort();
        await jest.advanceTimersByTimeAsync(0);
        expect(jest.getTimerCount()).toBe(0);
    });
});
