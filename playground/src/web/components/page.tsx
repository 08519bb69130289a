import React, {useEffect, useMemo, useState} from 'react';
import {IntlProvider} from 'react-intl';
import {Provider} from 'react-redux';
import type {Chat} from '../chat/chat.ts';
import {createRenderer} from '../markdown/renderer.ts';
import type {Renderer} from '../markdown/renderer.ts';
import {note} from '../log.ts';
import {me, myId, useChat} from '../state/selectors.ts';
import type {State} from '../state/shape.ts';
import {useThemeInUse} from './appearance.ts';
import {Mark} from './brand.tsx';
import {consolePlugin, ConsolePage} from './console_page.tsx';
import {Login} from './login.tsx';
import {ChatContext, RendererContext, ThemeContext} from './services.ts';
import {Workspace} from './workspace.tsx';

interface Props {
    readonly chat: Chat;
    /** Told of each new renderer, as plugins use it too. */
    readonly onRenderer: (renderer: Renderer) => void;
}

/** The whole page with all that its components need. */
export function Page({chat, onRenderer}: Props) {
    return (
        <Provider store={chat.store.redux}>
            <ChatContext.Provider value={chat}>
                <Surroundings onRenderer={onRenderer}>
                    <Content chat={chat} />
                </Surroundings>
            </ChatContext.Provider>
        </Provider>
    );
}

/** What depends on the state: names to mention, colours, texts of plugins. */
function Surroundings({onRenderer, children}: Omit<Props, 'chat'> & {children: React.ReactNode}) {
    const theme = useThemeInUse();
    const texts = useChat((state) => state.plugins.translations);
    const names = useChat(knownNames);
    const own = useChat((state) => me(state)?.username ?? '');
    const renderer = useMemo(() => rendererFor(names, own), [names, own]);
    useEffect(() => onRenderer(renderer), [renderer, onRenderer]);
    return (
        <ThemeContext.Provider value={theme}>
            <RendererContext.Provider value={renderer}>
                <IntlProvider locale="en" messages={texts} onError={reportText}>
                    {children}
                </IntlProvider>
            </RendererContext.Provider>
        </ThemeContext.Provider>
    );
}

function Content({chat}: {chat: Chat}) {
    const isSignedIn = useChat((state) => myId(state) !== '');
    // As the address was at first: signing in opens a conversation, which has an address of its own.
    const [pluginId] = useState(() => consolePlugin(window.location.pathname));
    const [start, setStart] = useState<'waiting' | 'known' | 'unreachable'>('waiting');
    useEffect(() => {
        if (start === 'waiting') {
            void chat.session.resume().then((found) => {
                setStart(found === 'unreachable' ? 'unreachable' : 'known');
            });
        }
    }, [chat, start]);
    if (start === 'unreachable' && !isSignedIn) {
        return <Unreachable onRetry={() => setStart('waiting')} />;
    }
    if (start === 'waiting' && !isSignedIn) {
        return <div className="pg-nothing" />;
    }
    if (!isSignedIn) {
        return <Login />;
    }
    return pluginId === undefined ? <Workspace /> : <ConsolePage pluginId={pluginId} />;
}

function Unreachable({onRetry}: {onRetry: () => void}) {
    return (
        <main className="pg-nothing">
            <Mark />
            <p>The server does not answer.</p>
            <button type="button" className="btn btn-primary" onClick={onRetry}>
                Try again
            </button>
        </main>
    );
}

/** One string, so that it only differs when the names do. */
function knownNames(state: State): string {
    return Object.values(state.entities.users.profiles)
        .map(({username}) => username)
        .sort()
        .join(' ');
}

function rendererFor(names: string, own: string): Renderer {
    const everyone = new Set(['all', 'channel', 'here']);
    const known = new Set(names.split(' '));
    return createRenderer({
        isMe: (name) => name === own || everyone.has(name),
        isKnown: (name) => known.has(name) || everyone.has(name),
    });
}

function reportText(error: {code: string}): void {
    note('a text of a plugin could not be formatted', {code: error.code});
}
