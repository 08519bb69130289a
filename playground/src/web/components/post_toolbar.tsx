import React, {useRef, useState} from 'react';
import type {Post} from '../api/schemas.ts';
import {announce} from '../chat/toasts.ts';
import {emojiCharacter} from '../markdown/emoji.ts';
import {isEphemeral} from '../state/post_kinds.ts';
import {myId, pluginComponents, useChat, userOf} from '../state/selectors.ts';
import type {PluginComponent} from '../state/shape.ts';
import {ConfirmDelete} from './confirm_delete.tsx';
import {Icon, IconButton} from './icon.tsx';
import {PluginPlace} from './plugin_place.tsx';
import {Menu} from './popover.tsx';
import type {MenuItem} from './popover.tsx';
import {AddReaction, useToggle} from './reactions.tsx';
import {useServices} from './services.ts';

/** What one answers a bot with: well done, once more, stop. */
const forBots = ['+1', 'repeat', 'octagonal_sign'];
const forPeople = ['+1', 'heart', 'smile'];

/** What can be done with a post; it shows while the post is pointed at or has the focus. */
export function PostToolbar({post, place}: {post: Post; place: 'channel' | 'thread'}) {
    const {writing} = useServices();
    const toggle = useToggle(post.id);
    const isBot = useChat((state) => userOf(state, post.user_id)?.is_bot === true);
    if (isEphemeral(post)) {
        return null;
    }
    return (
        <div className="pg-toolbar" role="group" aria-label="Message actions">
            {post.delete_at === 0 && (
                <>
                    {(isBot ? forBots : forPeople).map((name) => (
                        <button
                            key={name}
                            type="button"
                            className="pg-icon-button pg-toolbar__emoji"
                            title={`React with :${name}:`}
                            aria-label={`React with ${name}`}
                            onClick={() => void toggle(name)}
                        >
                            {emojiCharacter(name)}
                        </button>
                    ))}
                    <AddReaction postId={post.id} className="" />
                    <PluginPlace place="PostAction" what="its action" given={{post}} />
                </>
            )}
            {place === 'channel' && (
                <IconButton
                    icon="reply-outline"
                    label="Reply"
                    onClick={() => void writing.openThread(post.id)}
                />
            )}
            {post.delete_at === 0 && <MoreMenu post={post} />}
        </div>
    );
}

function MoreMenu({post}: {post: Post}) {
    const {store} = useServices();
    const [isOpen, setOpen] = useState(false);
    const [isDeleting, setDeleting] = useState(false);
    const box = useRef<HTMLSpanElement>(null);
    const isOwn = useChat((state) => myId(state) === post.user_id);
    const isAdmin = useChat(
        (state) => userOf(state, myId(state))?.roles.includes('system_admin') === true,
    );
    const plugins = useChat((state) => pluginComponents(state, 'PostDropdownMenu'));
    const anchor = box.current?.querySelector('button') ?? undefined;

    const copy = async (): Promise<void> => {
        try {
            await navigator.clipboard.writeText(post.message);
            announce(store, 'The text is on the clipboard.');
        } catch {
            // Pages that are not served from this machine may not write the clipboard.
            announce(store, 'The browser does not let this page write the clipboard.');
        }
    };
    const groups: readonly (readonly MenuItem[])[] = [
        [
            {
                key: 'copy',
                text: 'Copy text',
                icon: <Icon name="content-copy" />,
                onChoose: () => void copy(),
            },
        ],
        plugins.filter((one) => isWanted(one, post.id)).map((one) => pluginItem(one, post.id)),
        [
            ...(isOwn
                ? [
                      {
                          key: 'edit',
                          text: 'Edit',
                          icon: <Icon name="pencil-outline" />,
                          onChoose: () => store.dispatch({type: 'EDIT_STARTED', postId: post.id}),
                      },
                  ]
                : []),
            ...(isOwn || isAdmin
                ? [
                      {
                          key: 'delete',
                          text: 'Delete',
                          isDangerous: true,
                          icon: <Icon name="trash-can-outline" />,
                          onChoose: () => setDeleting(true),
                      },
                  ]
                : []),
        ],
    ];
    return (
        <span ref={box} className="pg-anchor">
            <IconButton
                icon="dots-horizontal"
                label="More"
                expanded={isOpen}
                onClick={() => setOpen(!isOpen)}
            />
            {isOpen && anchor !== undefined && (
                <Menu
                    anchor={anchor}
                    label="Message"
                    groups={groups}
                    onClose={() => setOpen(false)}
                />
            )}
            {isDeleting && <ConfirmDelete post={post} onClose={() => setDeleting(false)} />}
        </span>
    );
}

function isWanted({filter}: PluginComponent, postId: string): boolean {
    try {
        return filter?.(postId) ?? true;
    } catch {
        // A filter that fails hides its own entry only.
        return false;
    }
}

function pluginItem(component: PluginComponent, postId: string): MenuItem {
    return {
        key: component.id,
        text: component.text,
        icon: <Icon name="creation-outline" />,
        onChoose: () => component.action?.(postId),
    };
}
