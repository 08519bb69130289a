import React from 'react';
import {
    channelOf,
    channelTitle,
    memberOf,
    myId,
    pluginComponents,
    statusOf,
    teammateId,
    useChat,
    userOf,
} from '../state/selectors.ts';
import {Avatar, BotTag} from './avatar.tsx';
import {Icon, IconButton} from './icon.tsx';
import {MarkdownLine} from './markdown.tsx';
import {PluginPlace} from './plugin_place.tsx';
import {useServices} from './services.ts';

const statusWords: Readonly<Record<string, string>> = {
    online: 'Online',
    away: 'Away',
    dnd: 'Do not disturb',
    offline: 'Offline',
};

/** What the open channel is, and what plugins offer for it. */
export function ChannelHeader({channelId}: {channelId: string}) {
    const {store} = useServices();
    const channel = useChat((state) => channelOf(state, channelId));
    const member = useChat((state) => memberOf(state, channelId));
    const title = useChat((state) => (channel === undefined ? '' : channelTitle(state, channel)));
    const ownId = useChat(myId);
    if (channel === undefined) {
        return null;
    }
    const note = channel.header === '' ? channel.purpose : channel.header;
    return (
        <header className="pg-header">
            <IconButton
                icon="menu"
                label="Show the channel list"
                className="pg-header__menu"
                onClick={() => store.dispatch({type: 'DRAWER_TOGGLED', open: true})}
            />
            <div className="pg-header__titles">
                {channel.type === 'D' ? (
                    <PersonTitle userId={teammateId(channel, ownId)} title={title} />
                ) : (
                    <h1 className="pg-header__title">
                        <Icon name={channel.type === 'P' ? 'lock-outline' : 'pound'} />
                        {title}
                    </h1>
                )}
                {note !== '' && (
                    <p className="pg-header__note">
                        <MarkdownLine text={note} />
                    </p>
                )}
            </div>
            <PluginPlace
                place="ChannelHeaderIcon"
                what="its icon"
                given={{channel, channelMember: member}}
            />
            <PluginButtons channelId={channelId} />
        </header>
    );
}

function PersonTitle({userId, title}: {userId: string; title: string}) {
    const user = useChat((state) => userOf(state, userId));
    const status = useChat((state) => statusOf(state, userId));
    return (
        <>
            <Avatar user={user} size="medium" withStatus />
            <div>
                <h1 className="pg-header__title">
                    {title}
                    {user?.is_bot === true && <BotTag />}
                </h1>
                <p className="pg-header__note">
                    {user?.is_bot === true && user.bot_description !== ''
                        ? user.bot_description
                        : `@${user?.username ?? ''} · ${statusWords[status] ?? 'Offline'}`}
                </p>
            </div>
        </>
    );
}

/** The buttons that plugins put into the header. */
function PluginButtons({channelId}: {channelId: string}) {
    const {store} = useServices();
    const buttons = useChat((state) => pluginComponents(state, 'ChannelHeaderButton'));
    return (
        <>
            {buttons.map(({id, icon, text, tooltipText, action}) => {
                const label = [tooltipText, text].find((one) => typeof one === 'string');
                return (
                    <button
                        key={id}
                        type="button"
                        className="pg-icon-button"
                        title={typeof label === 'string' ? label : undefined}
                        aria-label={typeof label === 'string' ? label : undefined}
                        onClick={() =>
                            action?.(
                                channelOf(store.getState(), channelId),
                                memberOf(store.getState(), channelId),
                            )
                        }
                    >
                        {icon}
                    </button>
                );
            })}
        </>
    );
}
