import React, {useEffect} from 'react';
import {fullName, sameItems, typists, useChat, userOf} from '../state/selectors.ts';
import {useServices} from './services.ts';

/** Says who is writing right now; its place stays free, so that nothing jumps. */
export function TypingLine({place}: {place: string}) {
    const {store} = useServices();
    const ids = useChat((state) => typists(state, place), sameItems);
    const names = useChat(
        (state) =>
            ids.map((id) => {
                const user = userOf(state, id);
                return user === undefined ? 'Somebody' : fullName(user);
            }),
        sameItems,
    );
    useEffect(() => {
        if (ids.length === 0) {
            return undefined;
        }
        const timer = setInterval(() => {
            store.dispatch({type: 'TYPING_SWEPT', now: Date.now()});
        }, 1_000);
        return () => clearInterval(timer);
    }, [store, ids.length]);
    return (
        <div className="pg-typing" aria-live="polite">
            {names.length > 0 && (
                <>
                    <span className="pg-typing__dots" aria-hidden="true">
                        <i />
                        <i />
                        <i />
                    </span>
                    {typingText(names)}
                </>
            )}
        </div>
    );
}

function typingText(names: readonly string[]): string {
    const [first = '', second = ''] = names;
    switch (names.length) {
        case 1:
            return `${first} is typing…`;
        case 2:
            return `${first} and ${second} are typing…`;
        default:
            return 'Several people are typing…';
    }
}
