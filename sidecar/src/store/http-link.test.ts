import {createHttpLink, PluginAwayError} from './http-link.ts';

function linkAt() {
    const clock = {now: 1_000_000};
    const told: string[] = [];
    const link = createHttpLink({
        now: () => clock.now,
        random: () => 1,
        listener: {
            lost: (error) => told.push(`lost: ${error.message}`),
            back: (awayMs) => told.push(`back after ${awayMs}`),
        },
    });
    const mayAsk = (): boolean => {
        try {
            link.enter();
            return true;
        } catch (error) {
            if (error instanceof PluginAwayError) return false;
            throw error;
        }
    };
    const fail = (): void => link.failed(new PluginAwayError('unavailable', 'no'));
    return {clock, told, link, mayAsk, fail};
}

describe('the link of an attached runner', () => {
    it('[INS-08] says nothing of a plugin that is back at once, and lets everybody ask meanwhile', () => {
        const {clock, told, link, mayAsk, fail} = linkAt();
        for (let n = 0; n < 20; n++) {
            expect(mayAsk()).toBe(true);
            fail();
            clock.now += 100;
        }
        link.answered();
        // What was before the answer does not count.
        clock.now += 2_000;
        fail();
        expect(told).toEqual([]);
        expect(mayAsk()).toBe(true);
    });

    it('[INS-08] says once that the plugin is lost and once that it is back, and asks every 2 s meanwhile', () => {
        const {clock, told, link, mayAsk, fail} = linkAt();
        fail();
        clock.now += 3_000;
        fail();
        const tries: number[] = [];
        for (let second = 0; second < 60; second++) {
            // Many callers want to ask each second; one of them may.
            for (let caller = 0; caller < 5; caller++) {
                if (!mayAsk()) continue;
                tries.push(second);
                fail();
            }
            clock.now += 1_000;
        }
        expect(tries).toEqual(Array.from({length: 29}, (_, n) => 2 + 2 * n));
        expect(told).toEqual(['lost: no']);
        link.answered();
        link.answered();
        expect(told).toEqual(['lost: no', 'back after 63000']);
        expect([mayAsk(), mayAsk()]).toEqual([true, true]);
    });
});
