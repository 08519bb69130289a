import {deltaEditDue, editInterval} from './edit-schedule.ts';

/** Edits that a text which always grows gets until `ageMs`, the final one not counted. */
function editsUntil(ageMs: number, throttleMs: number): number {
    let edits = 0;
    for (let at = editInterval(throttleMs, 0); at < ageMs; at += editInterval(throttleMs, at))
        edits++;
    return edits;
}

describe('editInterval', () => {
    it('[DEL-03] starts at throttleMs and grows with the age up to five seconds', () => {
        const intervals = [0, 1000, 5000, 20_000, 40_000, 600_000].map((age) =>
            editInterval(1000, age),
        );
        expect(intervals[0]).toBe(1000);
        expect(intervals).toEqual([...intervals].sort((one, other) => one - other));
        expect(intervals.at(-1)).toBe(5000);
    });

    it('[DEL-03] allows at most 24 edits before the final one of a 60 s answer', () => {
        expect(editsUntil(60_000, 1000)).toBeLessThanOrEqual(24);
        expect(editsUntil(30_000, 1000)).toBeLessThanOrEqual(18);
    });

    it('[DEL-03] keeps to a throttle that is longer', () => {
        expect(editInterval(8000, 0)).toBe(8000);
        expect(editInterval(8000, 60_000)).toBe(8000);
    });
});

describe('deltaEditDue', () => {
    const due = (sinceEditMs: number, length: number, storedLength: number, sinceTextMs = 0) =>
        deltaEditDue({sinceEditMs, sinceTextMs, length, storedLength});

    it('[DEL-04] asks for a stored edit when the text has quadrupled, or after 30 s', () => {
        expect(due(9999, 900, 100)).toBe(false);
        expect(due(10_000, 400, 100)).toBe(true);
        expect(due(29_999, 399, 100)).toBe(false);
        expect(due(30_000, 101, 100)).toBe(true);
    });

    it('[DEL-04] stores what is there when the agent pauses', () => {
        expect(due(5000, 101, 100, 2999)).toBe(false);
        expect(due(4999, 101, 100, 3000)).toBe(false);
        expect(due(5000, 101, 100, 3000)).toBe(true);
    });
});
