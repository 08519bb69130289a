import React, {useEffect, useState} from 'react';
import {channelTitle, currentChannel, unreadOf, useChat} from '../state/selectors.ts';
import type {State} from '../state/shape.ts';
import {ChannelView} from './channel_view.tsx';
import {DialogPlace} from './dialog_form.tsx';
import {ConnectionBanner, Toasts} from './notices.tsx';
import {PluginPlace} from './plugin_place.tsx';
import {AppBar, RightSide} from './right_side.tsx';
import {useServices} from './services.ts';
import {Sidebar} from './sidebar.tsx';
import {Switcher} from './switcher.tsx';

/** The page of somebody who is logged in. */
export function Workspace() {
    const [isFinding, setFinding] = useState(false);
    const isPanelOpen = useChat((state) => state.views.rhs.isSidebarOpen);
    usePageTitle();
    useReturns();
    useEffect(() => {
        const onKey = (event: KeyboardEvent): void => {
            if (event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey)) {
                event.preventDefault();
                setFinding(true);
            }
        };
        window.addEventListener('keydown', onKey);
        return () => window.removeEventListener('keydown', onKey);
    }, []);
    return (
        <div className={`pg-app ${isPanelOpen ? 'pg-app--panel' : ''}`}>
            <ConnectionBanner />
            <Sidebar onFind={() => setFinding(true)} />
            <ChannelView />
            <RightSide />
            <AppBar />
            <Toasts />
            <DialogPlace />
            {isFinding && <Switcher onClose={() => setFinding(false)} />}
            <PluginPlace place="Root" what="a part of the page" />
            <PluginPlace place="Global" what="a part of the page" />
        </div>
    );
}

function usePageTitle(): void {
    const title = useChat((state) => {
        const channel = currentChannel(state);
        return channel === undefined ? '' : channelTitle(state, channel);
    });
    const mentions = useChat(allMentions);
    useEffect(() => {
        const count = mentions > 0 ? `(${mentions}) ` : '';
        document.title = `${count}${title === '' ? '' : `${title} · `}Gangway playground`;
    }, [title, mentions]);
}

function allMentions(state: State): number {
    const {channels, currentChannelId} = state.entities.channels;
    return Object.values(channels)
        .filter(({id}) => id !== currentChannelId)
        .reduce((sum, channel) => sum + unreadOf(state, channel).mentions, 0);
}

/** The reader comes back to the page, or goes back in its history. */
function useReturns(): void {
    const {conversations, store} = useServices();
    useEffect(() => {
        const onFocus = (): void => {
            const channel = currentChannel(store.getState());
            if (channel !== undefined && unreadOf(store.getState(), channel).unread) {
                void conversations.view(channel.id);
            }
        };
        const onBack = (): void => void conversations.openFromPath();
        window.addEventListener('focus', onFocus);
        window.addEventListener('popstate', onBack);
        return () => {
            window.removeEventListener('focus', onFocus);
            window.removeEventListener('popstate', onBack);
        };
    }, [conversations, store]);
}
