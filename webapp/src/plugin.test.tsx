import React from 'react';
import {act} from 'react-dom/test-utils';
import {render, screen} from '@testing-library/react';
import {Provider} from 'react-redux';
import {legacy_createStore as createStore, type Reducer} from 'redux';
import {DELTA_EVENT, encodeDelta} from '../../sidecar/src/contract/events.ts';
import {ANSWER_POST_TYPE} from '../../sidecar/src/contract/post-props.ts';
import manifest from '../../plugin.json';
import {PLUGIN_ID} from './manifest.ts';
import {plugin} from './plugin.tsx';
import type {PluginRegistry, PostTypeProps, WebSocketMessage} from './types/mattermost_webapp.ts';

const PROFILES = {bot: {is_bot: true}, mallory: {is_bot: false}};

/** The web client as far as the plugin meets it: its registry, its store, its Markdown. */
function loadPlugin(profiles: Readonly<Record<string, unknown>> = PROFILES) {
    const components = new Map<string, React.ComponentType<PostTypeProps>>();
    const handlers = new Map<string, (message: WebSocketMessage) => void>();
    const consoleKeys: string[] = [];
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
        registerAdminConsoleCustomSetting: (key) => void consoleKeys.push(key),
    };
    const store = createStore(
        (state: Readonly<Record<string, unknown>> = {}, action: {type: string}) => ({
            entities: {
                users: {profiles: action.type === 'start' ? {} : profiles},
            },
            [`plugins-${PLUGIN_ID}`]: reducer(state[`plugins-${PLUGIN_ID}`], action),
        }),
    );
    plugin.initialize(registry, store);
    store.dispatch({type: 'start'});
    const load = (): void => void store.dispatch({type: 'loaded'});
    if (profiles === PROFILES) load();
    return {
        components,
        consoleKeys,
        load: () => {
            act(load);
        },
        leave: () => plugin.uninitialize?.(),
        events: [...handlers.keys()],
        reconnect(): void {
            act(() => {
                reconnected();
            });
        },
        receive(event: string, data: unknown): void {
            act(() => {
                handlers.get(event)?.({event, data, broadcast: {channel_id: 'c1'}});
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

// A client that stays behind would go on asking for what it misses, in the next test.
afterEach(() => plugin.uninitialize?.());

const post = (message: string, state: string, deltas = 0) => ({
    id: 'p1',
    channel_id: 'c1',
    user_id: 'bot',
    message,
    props: {
        type: ANSWER_POST_TYPE,
        gangway: {turn: 't', agent: 'main', state, part: 0, stream: 'abc', deltas},
    },
});
const delta = (n: number, text: string) => encodeDelta({stream: 'abc', n, text});
const DELTA = `custom_${manifest.id}_${DELTA_EVENT}`;

it('registers under the id of the manifest, for the post type of answers', () => {
    const {components, events, consoleKeys} = loadPlugin();
    expect(PLUGIN_ID).toBe(manifest.id);
    const custom = manifest.settings_schema.settings.filter(({type}) => type === 'custom');
    expect(consoleKeys).toEqual(custom.map(({key}) => key));
    expect([...components.keys()]).toEqual([ANSWER_POST_TYPE]);
    expect(events).toContain(DELTA);
});

it('[DEL-04] shows the text grow by deltas while the stored post stays as it is', () => {
    const client = loadPlugin();
    const stored = post('The tide', 'streaming');
    client.receive('posted', {post: JSON.stringify(stored)});
    const {container} = client.show(stored);
    client.receive(DELTA, delta(1, ' is out'));
    expect(screen.getByText('The tide is out')).not.toBeNull();
    expect(container.querySelector('[aria-busy="true"]')).not.toBeNull();
});

it('[DEL-04] shows the stored text alone once the answer is final', () => {
    const client = loadPlugin();
    client.receive('posted', {post: JSON.stringify(post('The', 'streaming'))});
    client.receive(DELTA, delta(1, ' wrong'));
    const final = post('The tide.', 'done');
    client.receive('post_edited', {post: JSON.stringify(final)});
    const {container} = client.show(final);
    expect(container.textContent).toBe('The tide.');
    expect(container.querySelector('.gangway-answer--growing')).toBeNull();
});

it('[DEL-04] draws the same elements while an answer grows and when it is final, so that nothing jumps', () => {
    const {show} = loadPlugin();
    const growing = show(post('The tide', 'streaming')).container.firstElementChild;
    const final = show(post('The tide', 'done')).container.firstElementChild;
    expect(growing?.className).toBe('gangway-answer gangway-answer--growing');
    expect(final?.className).toBe('gangway-answer');
    expect(growing?.innerHTML).toBe(final?.innerHTML);
});

it('shows the text of an earlier try as the old one until another try has its own', () => {
    const {show} = loadPlugin();
    const failed = post('Too busy.', 'failed');
    const props = {...failed.props, gangway: {...failed.props.gangway, again: true}};
    const {container} = show({...failed, props});
    const answer = container.querySelector('.gangway-answer--again');
    expect(answer?.textContent).toBe('Too busy.');
    expect(answer?.getAttribute('aria-busy')).toBe('true');
    const forged = show({...failed, props, id: 'p2', user_id: 'mallory'});
    expect(forged.container.querySelector('.gangway-answer--again')).toBeNull();
});

it('brings the looks of answers and of the console into the page, and takes them away with the plugin', () => {
    document.head.replaceChildren();
    const {leave} = loadPlugin();
    loadPlugin();
    expect(document.querySelectorAll('style')).toHaveLength(2);
    leave();
    expect(document.querySelectorAll('style')).toHaveLength(0);
});

it('[DEL-04] starts from the stored text again after the connection was lost', () => {
    const client = loadPlugin();
    client.receive('posted', {post: JSON.stringify(post('The', 'streaming'))});
    client.receive(DELTA, delta(1, ' tide'));
    client.reconnect();
    const {container} = client.show(post('The tide is', 'streaming', 4));
    expect(container.textContent).toBe('The tide is');
});

it('[DEL-04] asks for the text so far when a page is opened in the middle of an answer', async () => {
    jest.useFakeTimers();
    const asked: string[] = [];
    window.fetch = ((url: string) => {
        asked.push(url);
        const text = JSON.stringify({stream: 'abc', n: 9, message: 'The tide is coming'});
        return Promise.resolve({ok: true, text: () => Promise.resolve(text)});
    }) as never;
    const client = loadPlugin();
    const {container} = client.show(post('The tide', 'streaming', 3));
    client.receive(DELTA, delta(10, ' in'));
    expect(container.textContent).toBe('The tide');
    await act(() => jest.advanceTimersByTimeAsync(10_000));
    expect(container.textContent).toBe('The tide is coming in');
    expect(asked).toEqual(['/plugins/gangway/api/v1/answers/p1']);
    client.leave();
    jest.useRealTimers();
});

it('[DEL-04] gives the stream of an answer to no post that somebody else forged', () => {
    const client = loadPlugin();
    const stored = post('The tide', 'streaming');
    const forged = {...post('I say', 'streaming'), id: 'p2', user_id: 'mallory'};
    client.receive('posted', {post: JSON.stringify(stored)});
    client.receive('posted', {post: JSON.stringify(forged)});
    const theirs = client.show(forged);
    const {container} = client.show(stored);
    client.receive('post_edited', {post: JSON.stringify(forged)});
    client.receive(DELTA, delta(1, ' is out'));
    expect(container.textContent).toBe('The tide is out');
    expect(theirs.container.textContent).toBe('I say');
    expect(theirs.container.querySelector('[aria-busy="true"]')).toBeNull();
});

it('[DEL-04] lets an answer grow as soon as the client has loaded who its author is', async () => {
    jest.useFakeTimers();
    const text = JSON.stringify({stream: 'abc', n: 1, message: 'The tide is'});
    window.fetch = (() => Promise.resolve({ok: true, text: () => Promise.resolve(text)})) as never;
    const client = loadPlugin({bot: {is_bot: true}});
    const stored = post('The tide', 'streaming');
    client.receive('posted', {post: JSON.stringify(stored)});
    const {container} = client.show(stored);
    client.load();
    client.receive(DELTA, delta(2, ' out'));
    await act(() => jest.advanceTimersByTimeAsync(2000));
    expect(container.textContent).toBe('The tide is out');
    client.leave();
    jest.useRealTimers();
});

it('[DEL-04] draws the stored text of a runner that names no stream, as older ones do', () => {
    const client = loadPlugin();
    const old = {...post('The tide', 'streaming')};
    const {stream: _none, ...gangway} = old.props.gangway;
    const {container} = client.show({...old, props: {...old.props, gangway}});
    client.receive(DELTA, {postId: 'p1', n: 1, offset: 8, text: ' is out'});
    expect(container.textContent).toBe('The tide');
});

it.each([undefined, null, 'x', {}, {post: 'custom_gangway{'}, {postId: 1}, delta(1, 'x')])(
    'is not troubled by an event that says %j',
    (data) => {
        const client = loadPlugin();
        for (const event of client.events) client.receive(event, data);
        const {container} = client.show(post('Still here', 'done'));
        expect(container.textContent).toBe('Still here');
    },
);
