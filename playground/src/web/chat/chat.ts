import {createApi} from '../api/client.ts';
import {createRequest} from '../api/request.ts';
import {createPluginEvents} from '../plugins/plugin_events.ts';
import {createPluginLoader} from '../plugins/loader.ts';
import {isReact19} from '../plugins/shared_modules.tsx';
import {createChatStore} from '../state/store.ts';
import type {ChatStore} from '../state/store.ts';
import {createApps} from './apps.ts';
import type {Apps} from './apps.ts';
import {createConversations} from './conversations.ts';
import type {Conversations} from './conversations.ts';
import {handleEvent} from './events.ts';
import {createFiles} from './files.ts';
import type {Files} from './files.ts';
import {createPeople} from './people.ts';
import type {People} from './people.ts';
import {createSession} from './session.ts';
import type {Session} from './session.ts';
import {createWriting} from './writing.ts';
import type {Writing} from './writing.ts';

/** How long a 12.0 lets the script, registration and `initialize` of a plugin last, ms. */
const PLUGIN_START_MS = 30_000;

/** Everything that components can set in motion. */
export interface Chat {
    readonly store: ChatStore;
    readonly session: Session;
    readonly people: People;
    readonly conversations: Conversations;
    readonly writing: Writing;
    readonly files: Files;
    readonly apps: Apps;
}

/** Builds the client without its page; the only place that sees all of its parts. */
export function createChat(): Chat {
    const store = createChatStore();
    const api = createApi(createRequest({onSignedOut: () => chat.session.expire()}));
    const events = createPluginEvents();
    const plugins = createPluginLoader({
        api,
        store,
        events,
        startLimitMs: isReact19 ? PLUGIN_START_MS : undefined,
    });
    const people = createPeople({api, store});
    const conversations = createConversations({api, store, people});
    const apps = createApps({api, store});
    const writing = createWriting({api, store, runCommand: (written) => apps.runCommand(written)});
    const session = createSession({
        api,
        store,
        people,
        conversations,
        writing,
        onEvent(frame) {
            void handleEvent(frame, {
                store,
                people,
                conversations,
                isWatched: () => document.visibilityState === 'visible' && document.hasFocus(),
                onPluginsChanged: () => void plugins.sync(),
            });
            events.deliver(frame);
        },
        onReconnect: () => events.reconnected(),
        onStarted: () => void plugins.sync(),
    });
    const chat: Chat = {
        store,
        session,
        people,
        conversations,
        writing,
        files: createFiles({api}),
        apps,
    };
    return chat;
}
