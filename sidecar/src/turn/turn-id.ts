/** The post that a turn answers: a turn's id is its post's, with `-r<n>` behind it for another try. */
export function postOf(turnId: string): string {
    return turnId.split('-', 1)[0] ?? turnId;
}
