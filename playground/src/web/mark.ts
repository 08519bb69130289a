/**
 * The playground's mark: a gangway with its stanchions and rope, rising from the quay above a
 * wave. `ink` colours the plank, `brass` the rope.
 */
export function markSvg(ink: string, brass: string): string {
    return (
        `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" fill="none" stroke-linecap="round" stroke-linejoin="round">` +
        `<path d="${markPaths.rope}" stroke="${brass}" stroke-width="2"/>` +
        `<path d="${markPaths.posts}" stroke="${ink}" stroke-width="2"/>` +
        `<path d="${markPaths.plank}" stroke="${ink}" stroke-width="3.2"/>` +
        `<path d="${markPaths.wave}" stroke="${ink}" stroke-width="2.2"/></svg>`
    );
}

/** The strokes of the mark, on a grid of 32. */
export const markPaths = {
    plank: 'M4 21.5 28 10.5',
    posts: 'M8 19.5v-7M16 16V9M24 12.5V5.5',
    rope: 'M8 12.5c2.5 1 5.5-.8 8-3.5 2.5.6 5.5-1 8-3.5',
    wave: 'M3 27.5c2.2-2 4.3-2 6.5 0s4.3 2 6.5 0 4.3-2 6.5 0 4.3 2 6.5 0',
};
