// Names of settings are shorter; a pasted text is not compared with anything.
const MAX_LENGTH = 64;

/** How many insertions, deletions, exchanges and swaps of neighbours lead from one to the other. */
function distance(from: string, to: string): number {
    let older: number[] = [];
    let previous = Array.from({length: to.length + 1}, (_, index) => index);
    for (let row = 1; row <= from.length; row++) {
        const current = [row];
        for (let column = 1; column <= to.length; column++) {
            const same = from[row - 1] === to[column - 1];
            const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
            current[column] = Math.min(
                (previous[column] ?? Infinity) + 1,
                (current[column - 1] ?? Infinity) + 1,
                (previous[column - 1] ?? Infinity) + (same ? 0 : 1),
                swapped ? (older[column - 2] ?? Infinity) + 1 : Infinity,
            );
        }
        older = previous;
        previous = current;
    }
    return previous[to.length] ?? Infinity;
}

const plain = (name: string): string => name.toLowerCase().replaceAll(/[-_ ]/g, '');

/**
 * The candidate that somebody most probably meant, or undefined when none is near: few letters
 * away (case, dashes and underscores do not count), or one name holds the other (`token` and
 * `botToken`).
 */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
    const wanted = plain(name);
    if (wanted === '' || wanted.length > MAX_LENGTH) return undefined;
    let best: string | undefined;
    let least = Math.floor(wanted.length / 3) + 1;
    for (const candidate of candidates) {
        const far = distance(wanted, plain(candidate));
        if (far < least) {
            least = far;
            best = candidate;
        }
    }
    if (best !== undefined || wanted.length < 3) return best;
    return candidates
        .filter((candidate) => holds(plain(candidate), wanted))
        .sort((a, b) => a.length - b.length)[0];
}

const holds = (candidate: string, wanted: string): boolean =>
    candidate.includes(wanted) || (candidate.length > 3 && wanted.includes(candidate));
