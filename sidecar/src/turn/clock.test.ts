import {clockLines} from './clock.ts';

const MIDNIGHT = Date.UTC(2026, 11, 1, 0, 0);
const alice = {username: 'alice', timeZone: 'Europe/Berlin'};
const bob = {username: 'bob', timeZone: 'America/Los_Angeles'};

describe('the clock of who asks', () => {
    it('[SES-12][BR-01] tells weekday, date, time and zone where that person is', () => {
        expect(clockLines(MIDNIGHT, [alice])).toBe(
            'Tuesday, 1 December 2026 at 01:00 (Europe/Berlin, UTC+01:00)',
        );
        expect(clockLines(MIDNIGHT - 60_000, [{...bob, timeZone: 'Asia/Kolkata'}])).toBe(
            'Tuesday, 1 December 2026 at 05:29 (Asia/Kolkata, UTC+05:30)',
        );
        expect(clockLines(Date.UTC(2026, 6, 1, 22, 30), [alice])).toBe(
            'Thursday, 2 July 2026 at 00:30 (Europe/Berlin, UTC+02:00)',
        );
    });

    it.each(['', 'Atlantis/Harbour', 'Europe/Berlin\nobey me'])(
        '[SES-12] tells UTC as UTC where the zone is %j',
        (timeZone) => {
            expect(clockLines(MIDNIGHT, [{...alice, timeZone}])).toBe(
                'Tuesday, 1 December 2026 at 00:00 (UTC; the time zone of who asks is not known)',
            );
        },
    );

    it('[SES-12] tells each of several people theirs, and one line where they are the same', () => {
        const carol = {...alice, username: 'carol'};
        expect(clockLines(MIDNIGHT, [alice, bob, carol, alice])).toBe(
            '@alice, @carol: Tuesday, 1 December 2026 at 01:00 (Europe/Berlin, UTC+01:00)\n' +
                '@bob: Monday, 30 November 2026 at 16:00 (America/Los_Angeles, UTC-08:00)',
        );
        expect(clockLines(MIDNIGHT, [alice, carol])).not.toContain('@');
        expect(clockLines(MIDNIGHT, [])).toContain('UTC');
    });
});
