import {useLayoutEffect, useRef, type RefObject} from 'react';

/** Nearer to the end than this counts as being there, px. */
const NEAR = 40;

/**
 * Keeps the end of a growing answer in sight of who was looking at the end before it grew, and leaves who has
 * scrolled away alone. The client does this by itself only after a post has kept its height for 200 ms, which
 * an answer may not do before it is over.
 */
export function useFollowing(place: RefObject<HTMLElement>, text: string, growing: boolean): void {
    const seen = useRef<number | undefined>(undefined);
    useLayoutEffect(() => {
        const before = seen.current;
        if (!growing && before === undefined) return;
        const list = place.current === null ? undefined : scrollerOf(place.current);
        if (list === undefined) return;
        const wasAtEnd =
            before !== undefined && list.scrollTop + list.clientHeight >= before - NEAR;
        if (wasAtEnd && list.scrollHeight > before) list.scrollTop = list.scrollHeight;
        seen.current = growing ? list.scrollHeight : undefined;
    }, [place, text, growing]);
}

/** The list in which a post stands: the channel's or the thread's. */
function scrollerOf(element: HTMLElement): HTMLElement | undefined {
    for (let above = element.parentElement; above !== null; above = above.parentElement) {
        if (/^(?:auto|scroll|overlay)$/.test(getComputedStyle(above).overflowY)) return above;
    }
    return undefined;
}
