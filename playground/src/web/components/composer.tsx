import React, {useEffect, useId, useRef, useState} from 'react';
import type {ChangeEvent, ClipboardEvent, KeyboardEvent} from 'react';
import {myId, useChat} from '../state/selectors.ts';
import type {State} from '../state/shape.ts';
import {AutoTextarea} from './auto_textarea.tsx';
import {draftOf, keepDraft} from './drafts.ts';
import {EmojiPicker} from './emoji_picker.tsx';
import {Icon, IconButton} from './icon.tsx';
import {Problem} from './problem.tsx';
import {useServices} from './services.ts';
import {SuggestionList} from './suggestion_list.tsx';
import {useSuggestions} from './suggestions.ts';
import type {Suggestion} from './suggestions.ts';
import {UploadList} from './upload_list.tsx';
import type {Uploads} from './uploads.ts';

interface Props {
    readonly channelId: string;
    /** '' outside of threads. */
    readonly rootId: string;
    readonly placeholder: string;
    readonly uploads: Uploads;
    /** The last own post, which the up arrow edits. */
    readonly lastOwnPost: (state: State) => string | undefined;
}

/** The server repeats typing marks for about this long. */
const typingEveryMs = 4_000;
const defaultLimit = 16_383;

/** Where messages are written. */
export function Composer(props: Props) {
    const {channelId, rootId, uploads} = props;
    const {session, store, writing} = useServices();
    const draftKey = `${useChat(myId)} ${channelId} ${rootId}`;
    const limit = useChat((state) => Number(state.entities.general.config['MaxPostSize']));
    const [text, setText] = useState(draftOf(draftKey));
    const [caret, setCaret] = useState(0);
    const [problem, setProblem] = useState('');
    const [active, setActive] = useState(0);
    const [isHushed, setHushed] = useState(false);
    const field = useRef<HTMLTextAreaElement>(null);
    const lastTyping = useRef(0);
    const listId = useId();
    const {items, from, to} = useSuggestions(text, caret, {channelId, rootId});
    const shown = isHushed ? [] : items;
    // The server counts code points.
    const length = Array.from(text).length;
    const isTooLong = length > (limit > 0 ? limit : defaultLimit);
    const canSend =
        (text.trim() !== '' || uploads.items.length > 0) && !uploads.isSending && !isTooLong;

    useEffect(() => setActive(0), [items.length, text]);
    useEffect(() => field.current?.focus({preventScroll: true}), []);

    const write = (next: string, at: number): void => {
        setText(next);
        setCaret(at);
        setHushed(false);
        keepDraft(draftKey, next);
        if (next.trim() !== '' && Date.now() - lastTyping.current > typingEveryMs) {
            lastTyping.current = Date.now();
            session.send('user_typing', {channel_id: channelId, parent_id: rootId});
        }
    };
    const send = async (): Promise<void> => {
        if (!canSend) {
            return;
        }
        const message = text.trimEnd();
        write('', 0);
        setProblem('');
        lastTyping.current = 0;
        const outcome = await writing.send({channelId, rootId, message, files: uploads.take()});
        if (outcome.kind === 'refused') {
            setProblem(outcome.message);
            write(message, message.length);
        }
    };
    const complete = (suggestion: Suggestion): void => {
        const next = text.slice(0, from) + suggestion.insert + text.slice(to);
        const at = from + suggestion.insert.length;
        write(next, at);
        // The caret can be placed only once the text is in the field.
        requestAnimationFrame(() => field.current?.setSelectionRange(at, at));
    };
    const insert = (words: string): void => {
        const at = field.current?.selectionStart ?? text.length;
        write(text.slice(0, at) + words + text.slice(at), at + words.length);
        field.current?.focus();
    };
    const onSuggestionKey = (event: KeyboardEvent): boolean => {
        const chosen = shown[active];
        switch (event.key) {
            case 'ArrowDown':
            case 'ArrowUp': {
                const step = event.key === 'ArrowDown' ? 1 : -1;
                setActive((active + step + shown.length) % shown.length);
                return true;
            }
            case 'Escape':
                setHushed(true);
                return true;
            case 'Tab':
            case 'Enter':
                if (chosen === undefined || text.trim() === chosen.insert.trim()) {
                    return false;
                }
                complete(chosen);
                return true;
            default:
                return false;
        }
    };
    const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
        if (event.nativeEvent.isComposing) {
            return;
        }
        if (shown.length > 0 && onSuggestionKey(event)) {
            event.preventDefault();
        } else if (event.key === 'Enter' && !event.shiftKey) {
            event.preventDefault();
            void send();
        } else if (event.key === 'ArrowUp' && text === '') {
            const postId = props.lastOwnPost(store.getState());
            if (postId !== undefined) {
                event.preventDefault();
                store.dispatch({type: 'EDIT_STARTED', postId});
            }
        }
    };
    const onPaste = (event: ClipboardEvent): void => {
        if (event.clipboardData.files.length > 0) {
            event.preventDefault();
            uploads.add(event.clipboardData.files);
        }
    };
    return (
        <div className="pg-composer">
            {shown.length > 0 && (
                <SuggestionList
                    id={listId}
                    items={shown}
                    active={active}
                    onPoint={setActive}
                    onChoose={complete}
                />
            )}
            <div className="pg-composer__box">
                <AutoTextarea
                    ref={field}
                    className="pg-composer__field"
                    aria-label={props.placeholder}
                    aria-autocomplete="list"
                    aria-controls={shown.length > 0 ? listId : undefined}
                    aria-activedescendant={shown.length > 0 ? `${listId}-${active}` : undefined}
                    placeholder={props.placeholder}
                    value={text}
                    onChange={(event) => write(event.target.value, event.target.selectionStart)}
                    onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
                    onKeyDown={onKeyDown}
                    onPaste={onPaste}
                />
                <UploadList uploads={uploads} />
                <div className="pg-composer__bar">
                    <AttachButton uploads={uploads} />
                    <EmojiButton onPick={(name) => insert(`:${name}: `)} />
                    <span className="pg-composer__hint">
                        {isTooLong
                            ? `${length} characters, which is too long`
                            : 'Enter sends, Shift+Enter starts a new line'}
                    </span>
                    <button
                        type="button"
                        className="pg-composer__send"
                        aria-label="Send"
                        title="Send"
                        disabled={!canSend}
                        onClick={() => void send()}
                    >
                        <Icon name="send-outline" />
                    </button>
                </div>
            </div>
            <Problem hasIcon text={problem} />
        </div>
    );
}

function AttachButton({uploads}: {uploads: Uploads}) {
    const input = useRef<HTMLInputElement>(null);
    const onChange = (event: ChangeEvent<HTMLInputElement>): void => {
        uploads.add(event.target.files ?? []);
        // The same file can then be chosen again.
        event.target.value = '';
    };
    return (
        <>
            <input
                ref={input}
                type="file"
                multiple
                hidden
                data-testid="file-input"
                onChange={onChange}
            />
            <IconButton
                icon="paperclip"
                label="Attach files"
                onClick={() => input.current?.click()}
            />
        </>
    );
}

function EmojiButton({onPick}: {onPick: (name: string) => void}) {
    const box = useRef<HTMLSpanElement>(null);
    const [isOpen, setOpen] = useState(false);
    const anchor = box.current?.querySelector('button') ?? undefined;
    return (
        <span ref={box} className="pg-anchor">
            <IconButton
                icon="emoticon-outline"
                label="Insert an emoji"
                expanded={isOpen}
                onClick={() => setOpen(!isOpen)}
            />
            {isOpen && anchor !== undefined && (
                <EmojiPicker anchor={anchor} onClose={() => setOpen(false)} onPick={onPick} />
            )}
        </span>
    );
}
