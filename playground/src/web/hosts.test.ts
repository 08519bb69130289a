import path from 'node:path';
import type {Browser, Page} from 'playwright-core';
import {bringAboard} from '../aboard.ts';
import {createDevBundle} from '../dev-bundle.ts';
import {createPlayground, type Playground} from '../playground.ts';
import {seedHarbor} from '../seed-harbor.ts';
import {createServerVersion} from '../world/server-version.ts';
import {createWebHandler} from '../web-server.ts';
import {launchBrowser} from './testing/browser.ts';
import {openChannel, say} from './testing/harbour.ts';

// The same bundle in the web client of a server with React 18 and of one with React 19.

let browser: Browser;
let bundle: Buffer;

beforeAll(async () => {
    [browser, bundle] = await Promise.all([
        launchBrowser(),
        createDevBundle(path.join(__dirname, '../../..')),
    ]);
}, 180_000);

afterAll(async () => {
    await browser.close();
});

const reactVersion = (page: Page): Promise<string> => page.evaluate<string>('window.React.version');

describe.each([
    ['11.6', '18.', false],
    ['12.1', '19.', true],
])('the webapp half on a Mattermost %s', (serverVersion, react, hasRuntime) => {
    let playground: Playground;
    let page: Page;
    const errors: string[] = [];

    beforeAll(async () => {
        const {react19} = createServerVersion(serverVersion);
        const web = await createWebHandler({react19});
        playground = await createPlayground({web, serverVersion});
        const harbor = seedHarbor(playground);
        await bringAboard(playground, harbor, bundle);
        const context = await browser.newContext({viewport: {width: 1280, height: 800}});
        page = await context.newPage();
        page.setDefaultTimeout(60_000);
        page.on('pageerror', (error) => errors.push(String(error)));
        await page.clock.install();
        await page.goto(playground.url);
        await page.getByRole('button', {name: /^Admin/}).click();
        await openChannel(page, 'Deck');
    }, 180_000);

    afterAll(async () => {
        await page.context().close();
        await playground.close();
    });

    it('[INS-13] is drawn by the React of the host, of which it has no second one', async () => {
        expect(await reactVersion(page)).toMatch(new RegExp(`^${react.replace('.', '\\.')}`));
        expect(await page.evaluate('"ReactJSXRuntime" in window')).toBe(hasRuntime);
        const response = await fetch(`${playground.url}/api/v4/plugins/webapp`, {
            headers: {
                Authorization: `Bearer ${playground.login(playground.world.users.byUsername('admin')?.id ?? '')}`,
            },
        });
        const [{webapp}] = (await response.json()) as [{webapp: {bundle_path: string}}];
        const address = webapp.bundle_path.replace(/^\/static\/(?!plugins)/, '/static/plugins/');
        const script = await (await fetch(`${playground.url}${address}`)).text();
        expect(script).toContain('createElement');
        expect(script).not.toMatch(
            /react\.(?:transitional\.)?element|jsx-runtime|react\.production/,
        );
    });

    it('[INS-13] has started well within the limit, draws answers, and goes on after it', async () => {
        await say(page, '@gangway hello');
        await page.locator('.gangway-answer').first().waitFor();
        await page.clock.runFor(31_000);
        await say(page, '@gangway stream');
        await page.locator('.gangway-answer').nth(1).waitFor();
        expect(errors).toEqual([]);
    });
});

describe('the start of plugins', () => {
    const bundleOf = (initialize: string): string =>
        `window.registerPlugin('test.slow', {initialize(registry) { window.registry = registry; ${initialize} }});`;
    const draws = `registry.registerRootComponent(() => window.React.createElement('p', {id: 'slow-root'}, 'Here'));`;

    it.each([
        ['12.1', `return new Promise(() => {});`, false],
        ['12.1', `${draws} throw new Error('on purpose');`, undefined],
        ['12.1', `return undefined;`, true],
        ['11.6', `return new Promise(() => {});`, true],
    ])('[INS-13] is over after 30 s, on a %s with %s', async (serverVersion, initialize, lives) => {
        const {react19} = createServerVersion(serverVersion);
        const web = await createWebHandler({react19});
        const playground = await createPlayground({web, serverVersion});
        seedHarbor(playground);
        const context = await browser.newContext();
        const page = await context.newPage();
        page.setDefaultTimeout(60_000);
        const webapp = {bundle_path: '/static/test.slow/test.slow_1_bundle.js'};
        await page.route('**/api/v4/plugins/webapp', (route) =>
            route.fulfill({json: [{id: 'test.slow', name: 'Slow', version: '1.0.0', webapp}]}),
        );
        await page.route('**/static/plugins/test.slow/test.slow_1_bundle.js', (route) =>
            route.fulfill({contentType: 'text/javascript', body: bundleOf(initialize)}),
        );
        await page.clock.install();
        await page.goto(playground.url);
        await page.getByRole('button', {name: /^Alice/}).click();
        await openChannel(page, 'Deck');
        await page.waitForFunction('window.registry !== undefined');
        await page.clock.runFor(31_000);
        const id = await page.evaluate<unknown>(
            `(() => { const {registry} = window; return ${draws.replace(/;$/, '')}; })()`,
        );
        expect(typeof id).toBe('string');
        const shown = page.locator('#slow-root');
        if (lives === true) await shown.first().waitFor();
        // What was registered before the failure stays; what comes after it does not count.
        else expect(await shown.count()).toBe(lives === undefined ? 1 : 0);
        await context.close();
        await playground.close();
    });
});
