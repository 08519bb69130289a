import React, {useState} from 'react';
import {emojiGroups, findEmojis} from '../markdown/emoji.ts';
import type {Emoji} from '../markdown/emoji.ts';
import {Popover} from './popover.tsx';

interface Props {
    readonly anchor: HTMLElement;
    readonly onClose: () => void;
    readonly onPick: (name: string) => void;
}

/** All emojis that the client knows, with a search. */
export function EmojiPicker({anchor, onClose, onPick}: Props) {
    const [term, setTerm] = useState('');
    const pick = (emoji: Emoji | undefined): void => {
        if (emoji !== undefined) {
            onClose();
            anchor.focus();
            onPick(emoji.name);
        }
    };
    const wanted = term.trim().toLowerCase();
    const groups = wanted === '' ? emojiGroups : [{title: 'Found', emojis: findEmojis(wanted, 60)}];
    return (
        <Popover
            anchor={anchor}
            label="Emojis"
            role="dialog"
            onClose={onClose}
            className="pg-emojis"
        >
            <input
                className="form-control"
                type="text"
                aria-label="Search emojis"
                placeholder="Search emojis"
                value={term}
                onChange={(event) => setTerm(event.target.value)}
                onKeyDown={(event) => {
                    if (event.key === 'Enter') {
                        event.preventDefault();
                        pick(groups[0]?.emojis[0]);
                    }
                }}
            />
            <div className="pg-emojis__groups">
                {groups.map(({title, emojis}) => (
                    <section key={title}>
                        <h3>{title}</h3>
                        <div className="pg-emojis__grid">
                            {emojis.map((emoji) => (
                                <button
                                    key={emoji.name}
                                    type="button"
                                    title={`:${emoji.name}:`}
                                    aria-label={emoji.name}
                                    onClick={() => pick(emoji)}
                                >
                                    {emoji.character}
                                </button>
                            ))}
                        </div>
                    </section>
                ))}
            </div>
        </Popover>
    );
}
