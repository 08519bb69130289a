import type {Page} from 'playwright-core';
import {openChannel, openHarbour, post} from './testing/harbour.ts';
import type {Harbour} from './testing/harbour.ts';

let harbour: Harbour;
let alice: Page;
let manifests: unknown[] = [];

/** A bundle as webpack makes one: it takes its modules from the page and registers itself. */
const bundle = `
(() => {
    const {React, ReactRedux, ReactIntl, PostUtils} = window;
    const e = React.createElement;
    window.seen = {events: [], reconnects: 0, header: undefined, post: undefined, gone: false};
    const Answer = ({post, isRHS, theme}) => {
        const [count, setCount] = React.useState(0);
        const extra = ReactRedux.useSelector((state) => state['plugins-test.boat'].note);
        const author = ReactRedux.useSelector(
            (state) => state.entities.users.profiles[post.user_id].username,
        );
        const html = PostUtils.formatText(post.message, {singleline: false});
        return e('div', {className: 'boat-answer'},
            PostUtils.messageHtmlToComponent(html, {postId: post.id}),
            e('p', null, [author, extra, String(isRHS), theme.centerChannelBg].join(' ')),
            e('p', null, e(ReactIntl.FormattedMessage, {id: 'boat.hello', values: {name: 'sea'}})),
            e('button', {type: 'button', onClick: () => setCount(count + 1)}, 'pressed ' + count),
        );
    };
    const Broken = () => { throw new Error('broken on purpose'); };
    const Panel = () => {
        const channel = ReactRedux.useSelector((state) => {
            const {channels, currentChannelId} = state.entities.channels;
            return channels[currentChannelId].name;
        });
        return e('p', null, 'Panel for ' + channel);
    };
    window.registerPlugin('test.boat', {
        initialize(registry, store) {
            registry.registerReducer((state = {note: 'none'}, action) =>
                action.type === 'boat/note' ? {note: action.note} : state);
            registry.registerPostTypeComponent('custom_boat', Answer);
            registry.registerPostTypeComponent('custom_broken', Broken);
            registry.registerTranslations((locale) => ({'boat.hello': 'Hello {name} in ' + locale}));
            registry.registerWebSocketEventHandler('custom_test.boat_note', (message) => {
                window.seen.events.push(message.data.text);
                store.dispatch((dispatch) => dispatch({type: 'boat/note', note: message.data.text}));
            });
            registry.registerReconnectHandler(() => { window.seen.reconnects += 1; });
            registry.registerAdminConsoleCustomSetting('Settings', Answer, {showTitle: false});
            registry.registerRootComponent(() => e('div', {id: 'boat-root'}, 'Root of the boat'));
            registry.registerRootComponent(Broken);
            const panel = registry.registerRightHandSidebarComponent(Panel, 'Boat panel');
            registry.registerChannelHeaderButtonAction(
                e('i', {className: 'icon icon-anchor'}),
                (channel, member) => {
                    window.seen.header = [channel.name, member.user_id];
                    store.dispatch(panel.toggleRHSPlugin);
                },
                'Boat', 'Open the boat');
            registry.registerAppBarComponent({
                iconUrl: 'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg"/>',
                tooltipText: 'Boat app', rhsComponent: Panel, rhsTitle: 'Boat app panel',
            });
            registry.registerPostDropdownMenuAction('Ask the boat', (id) => { window.seen.post = id; },
                (id) => store.getState().entities.posts.posts[id].message.includes('boat'));
            registry.registerSomethingFromTheFuture('x', Answer);
        },
        uninitialize() { window.seen.gone = true; },
    });
})();
`;

beforeAll(async () => {
    harbour = await openHarbour();
    manifests = [
        {
            id: 'test.boat',
            name: 'Boat',
            version: '1.0.0',
            webapp: {bundle_path: '/static/test.boat/test.boat_1_bundle.js'},
        },
    ];
    alice = await harbour.visit('');
    await alice.route('**/api/v4/plugins/webapp', (route) => route.fulfill({json: manifests}));
    await alice.route('**/static/plugins/test.boat/test.boat_1_bundle.js', (route) =>
        route.fulfill({contentType: 'text/javascript', body: bundle}),
    );
    await alice.getByRole('button', {name: /^Alice/}).click();
    await openChannel(alice, 'Deck');
});

afterAll(async () => {
    await harbour.close();
});

function publish(event: string, data: Record<string, unknown>): void {
    harbour.playground.world.core.emit({
        kind: 'published',
        published: {event, data, audience: {}},
    });
}

describe('the webapp half of a plugin', () => {
    it('draws posts by the type in their props, with the page’s modules, texts and colours', async () => {
        await harbour.bot('POST', '/posts', {
            channel_id: harbour.harbor.deckId,
            message: 'A **boat** answer',
            props: {type: 'custom_boat'},
        });
        const answer = post(alice, 'boat answer').locator('.boat-answer');
        expect(await answer.locator('strong').textContent()).toBe('boat');
        expect(await answer.innerText()).toContain('gangway none false #ffffff');
        expect(await answer.innerText()).toContain('Hello sea in en');
        await answer.getByRole('button', {name: 'pressed 0'}).click();
        await answer.getByRole('button', {name: 'pressed 1'}).waitFor();
    });

    it('hears its events and keeps its own state', async () => {
        publish('custom_test.boat_note', {text: 'ahoy'});
        await post(alice, 'boat answer').getByText('gangway ahoy false').waitFor();
        expect(await alice.evaluate('window.seen.events')).toEqual(['ahoy']);
    });

    it('does not take the page down when a component throws', async () => {
        await harbour.bot('POST', '/posts', {
            channel_id: harbour.harbor.deckId,
            message: 'A broken one',
            props: {type: 'custom_broken'},
        });
        await alice.getByText('test.boat could not draw this message').waitFor();
        await alice.getByText('test.boat could not draw a part of the page').waitFor();
        expect(await alice.locator('#boat-root').innerText()).toBe('Root of the boat');
        await post(alice, 'boat answer').waitFor();
    });

    it('opens its panel from the channel header and from the app bar', async () => {
        await alice.getByRole('button', {name: 'Open the boat'}).click();
        await alice.getByRole('heading', {name: 'Boat panel'}).waitFor();
        await alice.getByText('Panel for deck').waitFor();
        expect(await alice.evaluate('window.seen.header')).toEqual([
            'deck',
            harbour.harbor.users.alice,
        ]);
        await alice.getByRole('button', {name: 'Open the boat'}).click();
        await alice.getByText('Panel for deck').waitFor({state: 'detached'});
        await alice.getByRole('button', {name: 'Boat app'}).click();
        await alice.getByRole('heading', {name: 'Boat app panel'}).waitFor();
        await alice.getByRole('button', {name: 'Close the panel'}).click();
    });

    it('offers its action in the menu of those posts that it wants', async () => {
        const answer = post(alice, 'boat answer');
        await answer.hover();
        await answer.getByRole('button', {name: 'More'}).click();
        await alice.getByRole('menuitem', {name: 'Ask the boat'}).click();
        const id = await answer.getAttribute('data-post-id');
        expect(await alice.evaluate('window.seen.post')).toBe(id);

        harbour.playground.post(harbour.harbor.users.bob, harbour.harbor.deckId, 'Something else');
        await post(alice, 'Something else').hover();
        await post(alice, 'Something else').getByRole('button', {name: 'More'}).click();
        await alice.getByRole('menuitem', {name: 'Copy text'}).waitFor();
        expect(await alice.getByRole('menuitem', {name: 'Ask the boat'}).count()).toBe(0);
        await alice.keyboard.press('Escape');
    });

    it('is told of reconnects', async () => {
        await harbour.playground.faults.inject({kind: 'cut', user: 'alice'});
        await alice.waitForFunction(() => Reflect.get(window, 'seen').reconnects === 1);
    });

    it('goes with all that it registered when it is disabled, and leaves plain posts', async () => {
        manifests = [];
        publish('plugin_disabled', {manifest: {id: 'test.boat'}});
        await alice.locator('.boat-answer').waitFor({state: 'detached'});
        await post(alice, 'A boat answer').locator('strong').waitFor();
        expect(await alice.evaluate('window.seen.gone')).toBe(true);
        expect(await alice.getByRole('button', {name: 'Open the boat'}).count()).toBe(0);
        expect(await alice.locator('#boat-root').count()).toBe(0);
    });
});
