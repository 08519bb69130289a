import React from 'react';
import {act} from 'react-dom/test-utils';
import {render, screen} from '@testing-library/react';
import {Provider} from 'react-redux';
import {legacy_createStore as createStore, type Reducer} from 'redux';
import {ANSWER_POST_TYPE} from '../../sidecar/src/contract/post-props.ts';
import manifest from '../../plugin.json';
import {PLUGIN_ID} from './manifest.ts';
import {plugin} from './plugin.tsx';
import type {PluginRegistry, PostTypeProps, WebSocketMessage} from './types/mattermost_webapp.ts';

/** The web client as far as the plugin meets it: its registry, its store, its Markdown. */
function loadPlugin() {
    const components = new Map<string, React.ComponentType<PostTypeProps>>();
    const handlers = new Map<string, (message: WebSocketMessage) => void>();
    let reconnected: () => void = () => undefined;
    let reducer: Reducer<unknown> = (state = {}) => state;
    window.PostUtils = {
        formatText: (text) => `<p>${text}</p>`,
        messageHtmlToComponent: (html) => <span>{html.replace(/<\/?p>/g, '')}</span>,
    };
    const registry: PluginRegistry = {
        registerPostTypeComponent(type, component) {
            components.set(type, component);
            return type;
        },
        registerReducer(given) {
            reducer = given as Reducer<unknown>;
        },
        registerWebSocketEventHandler: (event, handler) => void handlers.set(event, handler),
        registerReconnectHandler(handler) {
            reconnected = handler;
        },
        registerTranslations: () => undefined,
    };
    const store = createStore(
        (state: Readonly<Record<string, unknown>> = {}, action: {type: string}) => ({
            [`plugins-${PLUGIN_ID}`]: reducer(state[`plugins-${PLUGIN_ID}`], action),
        }),
    );
    plugin.initialize(registry, store);
    store.dispatch({type: 'start'});
    return {
        components,
        events: [...handlers.keys()],
        reconnect(): void {
            act(() => {
                reconnected();
            });
        },
        receive(event: string, data: unknown): void {
            act(() => {
                handlers.get(event)?.({event, data});
            });
        },
        show(post: PostTypeProps['post']) {
            const Answer = components.get(ANSWER_POST_TYPE);
            if (Answer === undefined) throw new Error('no component for answers');
            return render(
                <Provider store={store}>
                    <Answer post={post} />
                </Provider>,
            );
        },
    };
}

const post = (message: string, state: string, deltas = 0) => ({
    id: 'p1',
    channel_id: 'c1',
    message,
    props: {type: ANSWER_POST_TYPE, gangway: {turn: 't', agent: 'main', state, part: 0, deltas}},
});
const delta = (n: number, offset: number, text: string) => ({postId: 'p1', n, offset, text});

it('registers under the id of the manifest, for the post type of answers', () => {
    const {components, events} = loadPlugin();
    expect(PLUGIN_ID).toBe(manifest.id);
    expect([...components.keys()]).toEqual([ANSWER_POST_TYPE]);
    expect(events).toContain(`custom_${manifest.id}_delta`);
});

it('[DEL-04] shows the text grow by deltas while the stored post stays as it is', () => {
    const client = loadPlugin();
    const stored = post('The tide', 'streaming');
    client.receive('posted', {post: JSON.stringify(stored)});
    const {container} = client.show(stored);
    client.receive(`custom_${manifest.id}_delta`, delta(1, 8, ' is out'));
    expect(screen.getByText('The tide is out')).not.toBeNull();
    expect(container.querySelector('[aria-busy="true"]')).not.toBeNull();
});

it('[DEL-04] shows the stored text alone once the answer is final', () => {
    const client = loadPlugin();
    client.receive('posted', {post: JSON.stringify(post('The', 'streaming'))});
    client.receive(`custom_${manifest.id}_delta`, delta(1, 3, ' wrong'));
    const final = post('The tide.', 'done');
    client.receive('post_edited', {post: JSON.stringify(final)});
    const {container} = client.show(final);
    expect(container.textContent).toBe('The tide.');
    expect(container.querySelector('.gangway-cursor')).toBeNull();
});

it('[DEL-04] starts from the stored text again after the connection was lost', () => {
    const client = loadPlugin();
    client.receive('posted', {post: JSON.stringify(post('The', 'streaming'))});
    client.receive(`custom_${manifest.id}_delta`, delta(1, 3, ' tide'));
    client.reconnect();
    const {container} = client.show(post('The tide is', 'streaming', 4));
    expect(container.textContent).toBe('The tide is');
});

it.each([undefined, null, 'x', {}, {post: 'custom_gangway{'}, {postId: 1}, delta(1, 0, 'x')])(
    'is not troubled by an event that says %j',
    (data) => {
        const client = loadPlugin();
        for (const event of client.events) client.receive(event, data);
        const {container} = client.show(post('Still here', 'done'));
        expect(container.textContent).toBe('Still here');
    },
);
