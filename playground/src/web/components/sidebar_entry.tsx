import React from 'react';
import type {Channel} from '../api/schemas.ts';
import {
    channelOf,
    channelTitle,
    fullName,
    myId,
    statusOf,
    teammateId,
    unreadOf,
    useChat,
    userOf,
} from '../state/selectors.ts';
import {Avatar, BotTag} from './avatar.tsx';
import {Icon} from './icon.tsx';
import {useServices} from './services.ts';

/** One line of the channel list. */
export function SidebarEntry({channelId}: {channelId: string}) {
    const {conversations} = useServices();
    const channel = useChat((state) => channelOf(state, channelId));
    const title = useChat((state) => (channel === undefined ? '' : channelTitle(state, channel)));
    const isCurrent = useChat((state) => state.entities.channels.currentChannelId === channelId);
    const unread = useChat((state) => channel !== undefined && unreadOf(state, channel).unread);
    const mentions = useChat((state) =>
        channel === undefined ? 0 : unreadOf(state, channel).mentions,
    );
    if (channel === undefined) {
        return null;
    }
    const classes = [
        'pg-entry',
        isCurrent ? 'pg-entry--current' : '',
        unread && !isCurrent ? 'pg-entry--unread' : '',
    ];
    return (
        <li>
            <button
                type="button"
                className={classes.join(' ')}
                aria-current={isCurrent ? 'page' : undefined}
                onClick={() => void conversations.open(channelId)}
            >
                {channel.type === 'D' ? (
                    <Talk channel={channel} title={title} />
                ) : (
                    <>
                        <Icon name={iconOf(channel)} className="pg-entry__icon" />
                        <span className="pg-entry__title">{title}</span>
                    </>
                )}
                {unread && !isCurrent && <span className="pg-hidden">unread</span>}
                {mentions > 0 && !isCurrent && (
                    <span className="pg-badge" aria-label={`${mentions} mentions`}>
                        {mentions}
                    </span>
                )}
            </button>
        </li>
    );
}

/** A bot that one has not talked to yet. */
export function NewTalkEntry({userId}: {userId: string}) {
    const {conversations} = useServices();
    const user = useChat((state) => userOf(state, userId));
    return user === undefined ? null : (
        <li>
            <button
                type="button"
                className="pg-entry"
                onClick={() => void conversations.openDirect(userId)}
            >
                <Avatar user={user} size="small" withStatus />
                <span className="pg-entry__title">{fullName(user)}</span>
                <BotTag />
            </button>
        </li>
    );
}

function iconOf({type}: Channel) {
    return type === 'P' ? 'lock-outline' : type === 'G' ? 'account-multiple-outline' : 'pound';
}

function Talk({channel, title}: {channel: Channel; title: string}) {
    const user = useChat((state) => userOf(state, teammateId(channel, myId(state))));
    const isSelf = useChat((state) => user?.id === myId(state));
    const status = useChat((state) => (user === undefined ? '' : statusOf(state, user.id)));
    return (
        <>
            <Avatar user={user} size="small" withStatus />
            <span className="pg-entry__title">
                {title}
                {isSelf && <span className="pg-entry__self"> (you)</span>}
            </span>
            {user?.is_bot === true && <BotTag />}
            {status === 'online' && <span className="pg-hidden">online</span>}
        </>
    );
}
