import {DELTA_EVENT} from '../../sidecar/src/contract/events.ts';
import {AgentPost} from './components/agent_post/agent_post.tsx';
import {AdminConsole} from './components/admin_console/admin_console.tsx';
import {addConsoleLook, removeConsoleLook} from './components/admin_console/console_look.ts';
import {addLook, removeLook} from './components/agent_post/look.ts';
import {textsOf} from './i18n/texts.ts';
import {isBot} from './live/authors.ts';
import {requestDraft} from './live/draft_request.ts';
import {actionOfDelta, actionOfPost} from './live/events.ts';
import {createGapFiller} from './live/gap_filler.ts';
import {allForgotten, liveAnswers, liveStateOf} from './live/reducer.ts';
import {PLUGIN_ID} from './manifest.ts';
import type {Plugin} from './types/mattermost_webapp.ts';

/** `props.type` of an answer (sidecar/src/contract/post-props.ts; a test compares). */
const ANSWER_POST_TYPE = 'custom_gangway';

/** The setting of `plugin.json` that the page is drawn for; a test compares. */
const SETTINGS_KEY = 'Settings';

let stop: () => void = () => undefined;

/** The webapp half: what it registers with the web client. */
export const plugin: Plugin = {
    initialize(registry, store) {
        addLook();
        addConsoleLook();
        registry.registerTranslations(textsOf);
        registry.registerAdminConsoleCustomSetting(SETTINGS_KEY, AdminConsole, {showTitle: false});
        registry.registerReducer(liveAnswers);
        registry.registerPostTypeComponent(ANSWER_POST_TYPE, AgentPost);
        const filler = createGapFiller({
            read: () => liveStateOf(store.getState()),
            dispatch: (action) => store.dispatch(action),
            request: requestDraft,
        });
        const unsubscribe = store.subscribe(() => {
            filler.look();
        });
        stop = () => {
            unsubscribe();
            filler.reset();
            removeLook();
            removeConsoleLook();
        };
        registry.registerWebSocketEventHandler(
            `custom_${PLUGIN_ID}_${DELTA_EVENT}`,
            ({data, broadcast}) => {
                const action = actionOfDelta(data, broadcast);
                if (action !== undefined) store.dispatch(action);
            },
        );
        for (const event of ['posted', 'post_edited']) {
            registry.registerWebSocketEventHandler(event, ({data}) => {
                const action = actionOfPost(data, (userId) => isBot(store.getState(), userId));
                if (action !== undefined) store.dispatch(action);
            });
        }
        registry.registerReconnectHandler(() => {
            filler.reset();
            store.dispatch(allForgotten());
        });
    },
    uninitialize() {
        stop();
    },
};
