const clock = new Intl.DateTimeFormat(undefined, {hour: '2-digit', minute: '2-digit'});
const weekday = new Intl.DateTimeFormat(undefined, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
});
const full = new Intl.DateTimeFormat(undefined, {dateStyle: 'full', timeStyle: 'medium'});

/** The time of day of a moment, as the reader's country writes it. */
export function timeText(at: number): string {
    return clock.format(at);
}

/** The whole moment, for tooltips. */
export function momentText(at: number): string {
    return full.format(at);
}

/** `Today`, `Yesterday`, or the date. */
export function dayText(at: number, now: number = Date.now()): string {
    const days = dayNumber(now) - dayNumber(at);
    return days === 0 ? 'Today' : days === 1 ? 'Yesterday' : weekday.format(at);
}

/** Number of the local day that a moment lies in; only differences mean something. */
export function dayNumber(at: number): number {
    const date = new Date(at);
    return Math.round(
        new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime() / 864e5,
    );
}

/** `3 min ago`, for moments of today; the day for older ones. */
export function agoText(at: number, now: number = Date.now()): string {
    const minutes = Math.floor((now - at) / 60_000);
    if (minutes < 1) {
        return 'just now';
    }
    return minutes < 60 ? `${minutes} min ago` : `${dayText(at, now)}, ${timeText(at)}`;
}
