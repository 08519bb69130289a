/** @jest-environment node */
import {readFileSync} from 'node:fs';
import path from 'node:path';
import type {Browser, Page} from 'playwright-core';
import {startModelStub, type ModelStub} from '../../playground/bench/model-stub.ts';
import {bringAboard} from '../../playground/src/aboard.ts';
import {createDevBundle} from '../../playground/src/dev-bundle.ts';
import {createPlayground, type Playground} from '../../playground/src/playground.ts';
import {seedHarbor, type Harbor} from '../../playground/src/seed-harbor.ts';
import {createWebHandler} from '../../playground/src/web-server.ts';
import {launchBrowser} from '../../playground/src/web/testing/browser.ts';

let playground: Playground;
let harbor: Harbor;
let model: ModelStub;
let browser: Browser;
const errors: string[] = [];

beforeAll(async () => {
    [model, playground, browser] = await Promise.all([
        startModelStub(),
        createWebHandler().then((web) => createPlayground({web})),
        launchBrowser(),
    ]);
    harbor = seedHarbor(playground);
    await bringAboard(playground, harbor, await createDevBundle(path.join(__dirname, '../..')));
}, 180_000);

afterAll(async () => {
    await browser.close();
    await playground.close();
    await model.close();
});

interface Held {
    readonly revision: number;
    readonly settings: Record<string, unknown>;
}

async function settings(method = 'GET', body?: object): Promise<Held> {
    const response = await fetch(`${playground.url}/plugins/gangway/api/v1/settings`, {
        method,
        headers: {
            Authorization: `Bearer ${playground.login(harbor.users.admin)}`,
            'Content-Type': 'application/json',
        },
        ...(body === undefined ? {} : {body: JSON.stringify(body)}),
    });
    expect(response.status).toBe(200);
    return (await response.json()) as Held;
}

/** Opens the page of the System Console as the admin, at a part of it. */
async function open(part: string): Promise<Page> {
    const context = await browser.newContext({viewport: {width: 1280, height: 900}});
    const page = await context.newPage();
    page.setDefaultTimeout(45_000);
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.goto(`${playground.url}/admin_console/plugins/plugin_gangway#${part}`);
    await page.getByRole('button', {name: /^admin/i}).click();
    await page.getByRole('tablist').waitFor();
    return page;
}

const saveButton = (page: Page) => page.getByRole('button', {name: 'Save', exact: true});

async function saved(page: Page): Promise<void> {
    await saveButton(page).click();
    await page.locator('button:disabled', {hasText: /^Save$/}).waitFor();
}

it('[WEB-01] sets chat mode and reply mode by mouse, and takes one back to the default', async () => {
    const page = await open('behaviour');
    await page.getByRole('radio', {name: /Every message/}).check();
    await page
        .getByRole('group', {name: 'Reply Mode:'})
        .getByRole('radio', {name: /Always/})
        .check();
    await saved(page);
    const first = await settings();
    expect(first.settings).toMatchObject({
        channels: {mattermost: {chatmode: 'onmessage', replyToMode: 'all'}},
    });
    await page
        .getByRole('group', {name: 'Chat Mode:'})
        .getByRole('button', {name: 'Reset to default'})
        .click();
    await saved(page);
    const second = await settings();
    expect(second.settings).toEqual({channels: {mattermost: {replyToMode: 'all'}}});
    expect(errors).toEqual([]);
}, 120_000);

it('[ROUTE-07] adds a model, lists its models, sees it answer, and saves', async () => {
    const page = await open('agents');
    await page.getByRole('button', {name: 'Add Agent'}).click();
    const address = page.getByLabel('Address:');
    await address.fill(model.url);
    await page.getByLabel('API Key:').fill('sk-very-secret-key');
    await page.getByLabel('Model:').fill('bench');
    await page.getByRole('button', {name: 'Test Agent'}).click();
    await page.getByText(/First text after \d+ ms/).waitFor();
    await saved(page);
    const {settings: stored} = await settings();
    expect(stored['agents']).toEqual({
        main: {
            kind: 'openai-compatible',
            baseUrl: model.url,
            model: 'bench',
            apiKey: '••••••••',
        },
    });
    expect(await page.content()).not.toContain('sk-very-secret-key');
    // What is stored is used for the next try, and stays through the next save.
    await page.getByRole('button', {name: 'Test Agent'}).click();
    await page.getByText(/First text after \d+ ms/).waitFor();
    expect(errors).toEqual([]);
}, 120_000);

it('[WEB-01] [SET-01] keeps what another admin saved meanwhile, and asks where both changed one thing', async () => {
    const page = await open('behaviour');
    const {revision, settings: before} = await settings();
    await settings('PUT', {revision, settings: {...before, queue: {max: 7}}});
    await page.getByLabel('Waiting Messages:').fill('9');
    await page.getByRole('radio', {name: /Paragraphs/}).check();
    await saveButton(page).click();
    await page.getByText(/Another admin changed the same settings/).waitFor();
    expect((await settings()).settings['queue']).toEqual({max: 7});
    await page.getByRole('button', {name: 'Take Theirs'}).click();
    await saved(page);
    expect((await settings()).settings).toMatchObject({
        queue: {max: 7},
        channels: {mattermost: {streaming: {mode: 'block'}}},
    });
}, 120_000);

it('[SET-03] says at the field what is wrong, and saves nothing', async () => {
    const page = await open('behaviour');
    const before = await settings();
    await page.getByLabel('Time Between Edits (ms):').fill('1');
    await saveButton(page).click();
    await page.getByText(/Nothing was saved: one setting needs another value/).waitFor();
    await page.locator('.form-group.has-error', {hasText: 'Time Between Edits'}).waitFor();
    expect(await settings()).toEqual(before);
}, 120_000);

/** Runs in the page by name: the file expects to be a script of its own, and the page allows no inline ones. */
const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds in the page by WCAG 2.2 AA: its rule and the first place. */
async function faultsIn(page: Page): Promise<readonly string[]> {
    await page.evaluate(axeSource);
    const found: unknown = await page.evaluate(`axe
        .run('.GangwayConsole', {
            runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
        })
        .then(({violations, passes}) =>
            passes.length < 10
                ? ['axe looked at nothing']
                : violations.map(({id, nodes}) => id + ' ' + nodes[0].html))`);
    return Array.isArray(found) ? found.map(String) : ['axe gave nothing'];
}

it('[WEB-08] has no fault by axe in any part, and is worked by the keyboard', async () => {
    const page = await open('overview');
    await page.getByRole('row', {name: /default.*Ready/}).waitFor();
    for (const part of ['overview', 'behaviour', 'access', 'agents', 'accounts', 'json']) {
        await page.locator(`#gangway-tab-${part}`).click();
        const found = await faultsIn(page);
        expect([part, ...found]).toEqual([part]);
    }
    await page.locator('#gangway-tab-json').focus();
    await page.keyboard.press('ArrowRight');
    expect(await page.locator('#gangway-tab-overview').getAttribute('aria-selected')).toBe('true');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowDown');
    await page.getByRole('radio', {name: /Every message/, checked: true}).waitFor();
}, 180_000);

it('[WEB-01] finds a person by name, stores the id, and shows the name again', async () => {
    const page = await open('access');
    const field = page.getByRole('combobox', {name: 'People Who May Write:'});
    await field.fill('ali');
    await page.getByRole('option', {name: /@alice/}).waitFor();
    await field.press('Enter');
    await page.getByRole('listitem').filter({hasText: '@alice'}).first().waitFor();
    await saved(page);
    expect((await settings()).settings).toMatchObject({
        channels: {mattermost: {allowFrom: [harbor.users.alice]}},
    });
    await page.getByRole('button', {name: 'Remove @alice'}).first().click();
    await page.getByRole('button', {name: 'Reset to default'}).first().click();
    await saved(page);
}, 120_000);
