import type {Browser, BrowserContextOptions, Locator, Page} from 'playwright-core';
import {createPlayground} from '../../playground.ts';
import type {Playground} from '../../playground.ts';
import {seedHarbor} from '../../seed-harbor.ts';
import type {Harbor} from '../../seed-harbor.ts';
import {createServerVersion} from '../../world/server-version.ts';
import {createWebHandler} from '../../web-server.ts';
import {launchBrowser} from './browser.ts';

/** What a call of the API answered. */
export type Json = Readonly<Record<string, unknown>>;

/** Calls the API as one user. */
export type Caller = (method: string, path: string, body?: unknown) => Promise<Json>;

/** A seeded playground with a bot, its web client, and a browser. */
export interface Harbour {
    readonly playground: Playground;
    readonly harbor: Harbor;
    readonly bot: Caller;
    readonly botId: string;
    as(username: string): Promise<Caller>;
    /** Opens the page and logs in by pressing the seeded account; '' only opens it. */
    visit(name: string, options?: BrowserContextOptions): Promise<Page>;
    /** Errors that pages threw since the last look. */
    takeErrors(): readonly string[];
    close(): Promise<void>;
}

/** Starts everything that a browser test needs. */
export async function openHarbour(serverVersion = '11.6'): Promise<Harbour> {
    const {react19} = createServerVersion(serverVersion);
    const playground = await createPlayground({
        web: await createWebHandler({react19}),
        serverVersion,
    });
    const harbor = seedHarbor(playground);
    const bot = playground.addBot('gangway', {
        display_name: 'Gangway',
        teams: [harbor.teamId],
        channels: [harbor.townSquareId, harbor.deckId],
    });
    const browser = await launchBrowser();
    const errors: string[] = [];
    return {
        playground,
        harbor,
        bot: caller(playground.url, bot.token),
        botId: bot.userId,
        as: async (username) => caller(playground.url, await login(playground.url, username)),
        visit: (name, options = {}) => visit(browser, playground.url, name, options, errors),
        takeErrors: () => errors.splice(0),
        async close() {
            await browser.close();
            await playground.close();
        },
    };
}

async function visit(
    browser: Browser,
    url: string,
    name: string,
    options: BrowserContextOptions,
    errors: string[],
): Promise<Page> {
    const context = await browser.newContext({viewport: {width: 1280, height: 800}, ...options});
    const page = await context.newPage();
    page.setDefaultTimeout(45_000);
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.goto(url);
    if (name !== '') {
        await page.getByRole('button', {name: new RegExp(`^${name}`)}).click();
        await composer(page).waitFor();
    }
    return page;
}

/** The field for messages of the channel. */
export function composer(page: Page): Locator {
    return page.getByRole('textbox', {name: /^Write to/});
}

/** Writes a message and sends it. */
export async function say(page: Page, text: string): Promise<void> {
    await composer(page).fill(text);
    await page.keyboard.press('Enter');
}

/** The post with a text. */
export function post(page: Page, text: string | RegExp): Locator {
    return page.locator('main article').filter({hasText: text});
}

/** Opens a channel or a talk of the sidebar. */
export async function openChannel(page: Page, title: string): Promise<void> {
    await page.getByRole('navigation').getByRole('button', {name: title}).first().click();
    await page.getByRole('heading', {level: 1, name: title}).waitFor();
}

function caller(url: string, token: string): Caller {
    return async (method, path, body) => {
        const response = await fetch(`${url}/api/v4${path}`, {
            method,
            headers: {Authorization: `Bearer ${token}`, 'Content-Type': 'application/json'},
            ...(body === undefined ? {} : {body: JSON.stringify(body)}),
        });
        const answer: unknown = await response.json();
        if (!response.ok) {
            throw new Error(`${method} ${path} answered ${response.status}`);
        }
        return answer as Json;
    };
}

async function login(url: string, username: string): Promise<string> {
    const response = await fetch(`${url}/api/v4/users/login`, {
        method: 'POST',
        headers: {'Content-Type': 'application/json'},
        body: JSON.stringify({login_id: username, password: 'Playground1!'}),
    });
    return response.headers.get('Token') ?? '';
}
