import {useCallback, useEffect, useLayoutEffect, useRef, useState} from 'react';
import type {RefObject} from 'react';

/** Distance from the end, in px, that still counts as being there. */
const endSlack = 24;
/** Distance from the top, in px, at which older posts are asked for. */
const topReach = 400;

interface Shown {
    readonly conversation: string;
    readonly firstPost: string;
    readonly lastPost: string;
    readonly onTop?: () => void;
}

/** Where the reader of a list is. */
export interface PinnedScroll {
    readonly isAtEnd: boolean;
    /** Posts came while the reader was elsewhere. */
    readonly news: boolean;
    readonly goToEnd: () => void;
}

/**
 * Keeps a list at its end while the reader is there, and keeps what is being read in place when
 * older posts come in above. (What changes above while the reader is further up is held in place
 * by the browser's scroll anchoring.)
 */
export function usePinnedScroll(
    scroller: RefObject<HTMLElement | null>,
    content: RefObject<HTMLElement | null>,
    shown: Shown,
): PinnedScroll {
    const [isAtEnd, setAtEnd] = useState(true);
    const [news, setNews] = useState(false);
    const pinned = useRef(true);
    const heightBefore = useRef(0);
    const {onTop} = shown;

    const goToEnd = useCallback(() => {
        const box = scroller.current;
        if (box !== null) {
            box.scrollTop = box.scrollHeight;
        }
    }, [scroller]);

    useLayoutEffect(() => {
        pinned.current = true;
        setAtEnd(true);
        goToEnd();
    }, [goToEnd, shown.conversation]);

    useLayoutEffect(() => {
        const box = scroller.current;
        // Only near the very top does the browser not hold the place by itself.
        if (box !== null && !pinned.current && box.scrollTop < 10) {
            box.scrollTop += box.scrollHeight - heightBefore.current;
        }
    }, [scroller, shown.firstPost]);

    useEffect(() => {
        setNews(!pinned.current);
    }, [shown.lastPost]);

    useEffect(() => {
        const box = scroller.current;
        const inner = content.current;
        if (box === null || inner === null) {
            return undefined;
        }
        const onScroll = (): void => {
            if (pinned.current && box.scrollHeight !== heightBefore.current) {
                // The list has grown, the reader has not moved: the observer follows.
                return;
            }
            pinned.current = box.scrollHeight - box.scrollTop - box.clientHeight < endSlack;
            heightBefore.current = box.scrollHeight;
            setAtEnd(pinned.current);
            if (pinned.current) {
                setNews(false);
            }
            if (box.scrollTop < topReach) {
                onTop?.();
            }
        };
        const follow = new ResizeObserver(() => {
            if (pinned.current) {
                box.scrollTop = box.scrollHeight;
            }
            heightBefore.current = box.scrollHeight;
        });
        follow.observe(inner);
        follow.observe(box);
        box.addEventListener('scroll', onScroll, {passive: true});
        return () => {
            follow.disconnect();
            box.removeEventListener('scroll', onScroll);
        };
    }, [scroller, content, onTop]);

    return {isAtEnd, news, goToEnd};
}
