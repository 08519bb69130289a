import {createDeltaPace} from './delta-pace.ts';

/** Pieces of `bytes`, one each `everyMs`: how many a delta carries, and how long the oldest waits. */
function paced(bytes: number, everyMs: number, count = 300): {perDelta: number; longest: number} {
    let at = 0;
    const pace = createDeltaPace(() => at);
    let waiting: number[] = [];
    let deltas = 0;
    let longest = 0;
    const send = (): void => {
        deltas++;
        longest = Math.max(longest, at - (waiting[0] ?? at));
        waiting = [];
        pace.sent();
    };
    for (let n = 0; n < count; n++) {
        const arrives = n * everyMs;
        const due = pace.dueAt;
        if (due !== undefined && due <= arrives) {
            at = Math.max(due, at);
            send();
        }
        at = arrives;
        waiting.push(at);
        pace.arrived(bytes);
        if ((pace.dueAt ?? Infinity) <= at) send();
    }
    return {perDelta: count / deltas, longest};
}

describe('the pace of deltas', () => {
    it('[DEL-04] is 120 ms at 50 short tokens a second, the last of which does not wait', () => {
        const {perDelta, longest} = paced(6, 20);
        expect(longest).toBe(120);
        expect(perDelta).toBeGreaterThan(6.8);
    });

    it('[DEL-04] is at most 210 ms however slow the model is, and never more than ten a second', () => {
        expect(paced(6, 50)).toMatchObject({longest: 200});
        expect(paced(6, 50).perDelta).toBeGreaterThan(4.8);
        expect(paced(6, 5).longest).toBeLessThanOrEqual(100);
        expect(paced(6, 5).perDelta).toBeGreaterThan(18);
        expect(paced(1, 90).longest).toBeLessThanOrEqual(210);
    });

    it('[DEL-04] shows what comes seldom, or after a silence, at once', () => {
        expect(paced(6, 400).longest).toBeLessThanOrEqual(210);
        expect(paced(6, 2000).longest).toBe(0);
    });

    it('waits for nothing when all is sent', () => {
        const pace = createDeltaPace(() => 0);
        expect(pace.dueAt).toBeUndefined();
        pace.arrived(5);
        expect(pace.dueAt).toBe(0);
        pace.sent();
        expect(pace.dueAt).toBeUndefined();
    });
});
