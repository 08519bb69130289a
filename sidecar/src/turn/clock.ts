import type {User} from '../mattermost/platform.ts';

/** Somebody whose clock an agent is told. */
export type ClockOwner = Pick<User, 'username' | 'timeZone'>;

/**
 * Date, weekday, time and zone of those who ask, one line for each zone:
 * `Tuesday, 1 December 2026, 03:15 (Europe/Berlin, UTC+01:00)`. Lines begin with names where the people who ask
 * live in several zones.
 */
export function clockLines(at: number, people: readonly ClockOwner[]): string {
    const byClock = new Map<string, string[]>();
    for (const {username, timeZone} of people) {
        const clock = clockIn(timeZone, at);
        const names = byClock.get(clock) ?? [];
        if (!names.includes(username)) names.push(username);
        byClock.set(clock, names);
    }
    const lines = [...byClock];
    if (lines.length === 0) return clockIn('', at);
    return lines
        .map(([clock, names]) => (lines.length === 1 ? clock : `${namesText(names)}: ${clock}`))
        .join('\n');
}

const namesText = (names: readonly string[]): string => names.map((name) => `@${name}`).join(', ');

function clockIn(timeZone: string, at: number): string {
    const own = timeZone === '' ? undefined : format(timeZone, at);
    if (own !== undefined) return `${own.time} (${timeZone}, ${own.offset})`;
    return `${new Intl.DateTimeFormat('en-GB', {...PARTS, timeZone: 'UTC'}).format(at)} (UTC; the time zone of who asks is not known)`;
}

const PARTS: Intl.DateTimeFormatOptions = {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
};

/** Undefined for a zone that is not known here. */
function format(timeZone: string, at: number): {time: string; offset: string} | undefined {
    try {
        const time = new Intl.DateTimeFormat('en-GB', {...PARTS, timeZone}).format(at);
        const zone = new Intl.DateTimeFormat('en-GB', {timeZone, timeZoneName: 'longOffset'});
        const name = zone.formatToParts(at).find(({type}) => type === 'timeZoneName')?.value;
        return {time, offset: (name ?? 'UTC').replace('GMT', 'UTC')};
    } catch (error) {
        if (error instanceof RangeError) return undefined;
        throw error;
    }
}
