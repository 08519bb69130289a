import React, {useState} from 'react';
import {
    currentTeam,
    isPublicBot,
    myId,
    sameItems,
    teammateId,
    unreadOf,
    useChat,
} from '../state/selectors.ts';
import type {State} from '../state/shape.ts';
import {Mark} from './brand.tsx';
import {Icon, IconButton} from './icon.tsx';
import {OwnMenu} from './own_menu.tsx';
import {PluginPlace} from './plugin_place.tsx';
import {useServices} from './services.ts';
import {NewTalkEntry, SidebarEntry} from './sidebar_entry.tsx';

/** Talks that are listed; older ones are found by the switcher. */
const talkLimit = 20;
/** Bots that are offered without a talk; a playground has one. */
const botLimit = 3;

/** The left side: team, channels, direct messages, oneself. */
export function Sidebar({onFind}: {onFind: () => void}) {
    const {store} = useServices();
    const team = useChat(currentTeam);
    const channels = useChat(publicChannels, sameItems);
    const talks = useChat(directChannels, sameItems);
    const newBots = useChat(botsWithoutTalk, sameItems);
    const isOpen = useChat((state) => state.views.drawerOpen);
    const close = (): void => store.dispatch({type: 'DRAWER_TOGGLED', open: false});

    return (
        <>
            {isOpen && <div className="pg-drawer-shade" onClick={close} />}
            <nav
                className={`pg-sidebar ${isOpen ? 'pg-sidebar--open' : ''}`}
                aria-label="Channels and direct messages"
                onKeyDown={(event) => {
                    if (event.key === 'Escape' && isOpen) {
                        close();
                    }
                }}
            >
                <header className="pg-sidebar__header">
                    <Mark />
                    <div className="pg-sidebar__titles">
                        <span className="pg-sidebar__team">{team?.display_name ?? ''}</span>
                        <span className="pg-sidebar__product">Gangway playground</span>
                    </div>
                    <IconButton
                        icon="close"
                        label="Close the channel list"
                        className="pg-sidebar__close"
                        onClick={close}
                    />
                </header>
                <button type="button" className="pg-sidebar__find" onClick={onFind}>
                    <Icon name="magnify" />
                    <span>Find or start a talk</span>
                    <kbd>Ctrl K</kbd>
                </button>
                <PluginPlace place="LeftSidebarHeader" what="its part of the sidebar" />
                <div className="pg-sidebar__lists">
                    <Section title="Channels" ids={channels} />
                    <Section
                        title="Direct messages"
                        ids={talks}
                        action={
                            <IconButton icon="plus" label="New direct message" onClick={onFind} />
                        }
                        more={newBots.map((id) => (
                            <NewTalkEntry key={id} userId={id} />
                        ))}
                        empty="Press + to write to a person or a bot."
                    />
                </div>
                <OwnMenu />
            </nav>
        </>
    );
}

function Section(props: {
    title: string;
    ids: readonly string[];
    action?: React.ReactNode;
    /** Entries below those of channels. */
    more?: readonly React.ReactNode[];
    empty?: string;
}) {
    const {title, ids, action, more = [], empty} = props;
    const [isFolded, setFolded] = useState(false);
    const shown = useChat(
        (state) => (isFolded ? ids.filter((id) => staysVisible(state, id)) : ids),
        sameItems,
    );
    return (
        <section className="pg-section">
            <div className="pg-section__head">
                <h2>
                    <button
                        type="button"
                        className="pg-section__fold"
                        aria-expanded={!isFolded}
                        onClick={() => setFolded(!isFolded)}
                    >
                        <Icon name={isFolded ? 'chevron-right' : 'chevron-down'} />
                        {title}
                    </button>
                </h2>
                {action}
            </div>
            <ul>
                {shown.map((id) => (
                    <SidebarEntry key={id} channelId={id} />
                ))}
                {!isFolded && more}
            </ul>
            {ids.length + more.length === 0 && empty !== undefined && (
                <p className="pg-section__empty">{empty}</p>
            )}
        </section>
    );
}

/** A folded section still shows what wants attention. */
function staysVisible(state: State, id: string): boolean {
    const {channels, currentChannelId} = state.entities.channels;
    const channel = channels[id];
    return id === currentChannelId || (channel !== undefined && unreadOf(state, channel).unread);
}

function publicChannels(state: State): readonly string[] {
    const {currentTeamId} = state.entities.teams;
    return Object.values(state.entities.channels.channels)
        .filter((one) => one.team_id === currentTeamId && one.delete_at === 0)
        .sort((one, other) => one.display_name.localeCompare(other.display_name))
        .map(({id}) => id);
}

function directChannels(state: State): readonly string[] {
    const {channels, currentChannelId} = state.entities.channels;
    return Object.values(channels)
        .filter(({type}) => type === 'D' || type === 'G')
        .filter((one) => one.last_post_at > 0 || one.id === currentChannelId)
        .filter((one) => one.name !== `${myId(state)}__${myId(state)}` || one.last_post_at > 0)
        .sort((one, other) => other.last_post_at - one.last_post_at)
        .slice(0, talkLimit)
        .map(({id}) => id);
}

/** A newcomer has talked to nobody; the bots are why one is here. */
function botsWithoutTalk(state: State): readonly string[] {
    const talks = new Set(directChannels(state));
    const partners = Object.values(state.entities.channels.channels)
        .filter((channel) => channel.type === 'D' && talks.has(channel.id))
        .map((channel) => teammateId(channel, myId(state)));
    return Object.values(state.entities.users.profiles)
        .filter((user) => isPublicBot(user) && !partners.includes(user.id))
        .slice(0, botLimit)
        .map(({id}) => id);
}
