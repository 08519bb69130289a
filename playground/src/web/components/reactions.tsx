import React, {useRef, useState} from 'react';
import type {Reaction} from '../api/schemas.ts';
import {announce} from '../chat/toasts.ts';
import {emojiCharacter} from '../markdown/emoji.ts';
import {fullName, myId, useChat} from '../state/selectors.ts';
import type {State} from '../state/shape.ts';
import {EmojiPicker} from './emoji_picker.tsx';
import {IconButton} from './icon.tsx';
import {useServices} from './services.ts';

/** The emojis under a post; a press joins in or steps back. */
export function Reactions({postId}: {postId: string}) {
    const reactions = useChat((state) => state.entities.posts.reactions[postId]);
    const groups = groupsOf(Object.values(reactions ?? {}));
    return groups.length === 0 ? null : (
        <div className="pg-reactions">
            {groups.map(([name, users]) => (
                <Group key={name} postId={postId} name={name} users={users} />
            ))}
            <AddReaction postId={postId} className="pg-reaction pg-reaction--add" />
        </div>
    );
}

function Group({postId, name, users}: {postId: string; name: string; users: readonly string[]}) {
    const toggle = useToggle(postId);
    const isMine = useChat((state) => users.includes(myId(state)));
    const who = useChat((state) => namesOf(state, users));
    return (
        <button
            type="button"
            className={`pg-reaction ${isMine ? 'pg-reaction--mine' : ''}`}
            aria-pressed={isMine}
            aria-label={`${name}, ${users.length}`}
            title={`${who} reacted with :${name}:`}
            onClick={() => void toggle(name)}
        >
            <span className="pg-reaction__emoji">{emojiCharacter(name) ?? `:${name}:`}</span>
            <span className="pg-reaction__count">{users.length}</span>
        </button>
    );
}

/** The button that opens the picker for a post. */
export function AddReaction({postId, className}: {postId: string; className: string}) {
    const toggle = useToggle(postId);
    const [isOpen, setOpen] = useState(false);
    const box = useRef<HTMLSpanElement>(null);
    const anchor = box.current?.querySelector('button') ?? undefined;
    return (
        <span ref={box} className="pg-anchor">
            <IconButton
                icon="emoticon-plus-outline"
                label="Add a reaction"
                className={className}
                expanded={isOpen}
                onClick={() => setOpen(!isOpen)}
            />
            {isOpen && anchor !== undefined && (
                <EmojiPicker
                    anchor={anchor}
                    onClose={() => setOpen(false)}
                    onPick={(name) => void toggle(name)}
                />
            )}
        </span>
    );
}

/** Adds or takes back a reaction, and says so when that is refused. */
export function useToggle(postId: string): (name: string) => Promise<void> {
    const {store, writing} = useServices();
    return async (name) => {
        const outcome = await writing.toggleReaction(postId, name);
        if (outcome.kind === 'refused') {
            announce(store, outcome.message);
        }
    };
}

/** By emoji, in the order of the first reaction. */
function groupsOf(reactions: readonly Reaction[]): readonly (readonly [string, string[]])[] {
    const groups = new Map<string, string[]>();
    for (const {emoji_name, user_id} of [...reactions].sort(byTime)) {
        groups.set(emoji_name, [...(groups.get(emoji_name) ?? []), user_id]);
    }
    return [...groups];
}

function byTime(one: Reaction, other: Reaction): number {
    return one.create_at - other.create_at;
}

function namesOf(state: State, ids: readonly string[]): string {
    const names = ids.map((id) => {
        const user = state.entities.users.profiles[id];
        return id === myId(state) ? 'You' : user === undefined ? 'Somebody' : fullName(user);
    });
    return names.length < 2
        ? names.join('')
        : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}
