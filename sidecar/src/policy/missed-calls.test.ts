import {createMissedCalls} from './missed-calls.ts';

describe('calls for the bot where it is no member', () => {
    it('[GATE-16][BR-32] are counted for an hour and a day, for each account', () => {
        let minute = 0;
        const calls = createMissedCalls(() => minute * 60_000);
        calls.record('default');
        minute = 30;
        calls.record('default');
        calls.record('default');
        expect(calls.counts('default')).toEqual({lastHour: 3, lastDay: 3});
        minute = 60;
        expect(calls.counts('default')).toEqual({lastHour: 2, lastDay: 3});
        minute = 24 * 60;
        calls.record('default');
        expect(calls.counts('default')).toEqual({lastHour: 1, lastDay: 3});
        minute = 3 * 24 * 60;
        expect(calls.counts('default')).toEqual({lastHour: 0, lastDay: 0});
        expect(calls.counts('other')).toEqual({lastHour: 0, lastDay: 0});
    });
});
