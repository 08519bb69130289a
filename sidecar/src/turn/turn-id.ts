/** The post that a turn answers: a turn's id is its post's, with `-c<n>` or `-r<n>` behind it (below). */
export function postOf(turnId: string): string {
    return turnId.split('-', 1)[0] ?? turnId;
}

/** The id of the n-th further try of a turn. */
export function retryOf(turnId: string, n: number): string {
    return `${firstTry(turnId)}-r${n}`;
}

/** The id of the n-th turn that goes on with the answer to the post of a turn. */
export function continuationOf(turnId: string, n: number): string {
    return `${postOf(turnId)}-c${n}`;
}

/** The turn of which an id is a further try; itself where it is none. */
export function firstTry(turnId: string): string {
    return turnId.replace(/-r\d+$/, '');
}

/** Whether it goes on with an answer that was cut off. */
export function isContinuation(turnId: string): boolean {
    return /-c\d+(?:-|$)/.test(turnId);
}

/** Whether it is a further turn for a post that was answered before: another try, or a continuation. */
export function isFurther(turnId: string): boolean {
    return turnId !== postOf(turnId);
}
