/** The post that a turn answers: a turn's id is its post's, with `-r<n>` behind it for another try. */
export function postOf(turnId: string): string {
    return turnId.split('-', 1)[0] ?? turnId;
}

/** The id of the n-th further try to answer the post of a turn. */
export function retryOf(turnId: string, n: number): string {
    return `${postOf(turnId)}-r${n}`;
}

/** Whether it is a further try. */
export function isRetry(turnId: string): boolean {
    return turnId !== postOf(turnId);
}
