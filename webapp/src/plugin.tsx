import {AgentPost} from './components/agent_post/agent_post.tsx';
import {actionOfDelta, actionOfPost} from './live/events.ts';
import {allForgotten, liveAnswers} from './live/reducer.ts';
import {PLUGIN_ID} from './manifest.ts';

import type {Plugin} from './types/mattermost_webapp.ts';

/** `props.type` of an answer (sidecar/src/contract/post-props.ts; a test compares). */
const ANSWER_POST_TYPE = 'custom_gangway';

/** The webapp half: what it registers with the web client. */
export const plugin: Plugin = {
    initialize(registry, store) {
        registry.registerReducer(liveAnswers);
        registry.registerPostTypeComponent(ANSWER_POST_TYPE, AgentPost);
        registry.registerWebSocketEventHandler(`custom_${PLUGIN_ID}_delta`, ({data}) => {
            const action = actionOfDelta(data);
            if (action !== undefined) store.dispatch(action);
        });
        for (const event of ['posted', 'post_edited']) {
            registry.registerWebSocketEventHandler(event, ({data}) => {
                const action = actionOfPost(data);
                if (action !== undefined) store.dispatch(action);
            });
        }
        registry.registerReconnectHandler(() => {
            store.dispatch(allForgotten());
        });
    },
};
