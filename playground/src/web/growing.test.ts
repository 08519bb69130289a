import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import type {Browser, Page} from 'playwright-core';
import * as z from 'zod';
import {decodeDelta} from '../../../sidecar/src/contract/events.ts';
import {startModelStub, type ModelStub} from '../../bench/model-stub.ts';
import {bringAboard} from '../aboard.ts';
import {createDevBundle} from '../dev-bundle.ts';
import {createPlayground, type Playground} from '../playground.ts';
import {seedHarbor, type Harbor} from '../seed-harbor.ts';
import {createWebHandler} from '../web-server.ts';
import {launchBrowser} from './testing/browser.ts';
import {openChannel} from './testing/harbour.ts';

let playground: Playground;
let harbor: Harbor;
let model: ModelStub;
let browser: Browser;
/** What pages asked the plugin for, by user. */
const drafts: Record<string, number> = {};

beforeAll(async () => {
    [model, playground, browser] = await Promise.all([
        startModelStub(),
        createWebHandler().then((web) => createPlayground({web})),
        launchBrowser(),
    ]);
    harbor = seedHarbor(playground);
    await bringAboard(playground, harbor, await createDevBundle(path.join(__dirname, '../../..')));
    const settings = {
        channels: {mattermost: {groupPolicy: 'open'}},
        agents: {main: {kind: 'openai-compatible', baseUrl: model.url, model: 'bench'}},
    };
    const stored = await fetch(`${playground.url}/plugins/gangway/api/v1/settings`, {
        method: 'PUT',
        headers: {
            Authorization: `Bearer ${playground.login(harbor.users.admin)}`,
            'Content-Type': 'application/json',
        },
        body: JSON.stringify({revision: 0, settings}),
    });
    expect(stored.status).toBe(200);
}, 180_000);

afterAll(async () => {
    await browser.close();
    await playground.close();
    await model.close();
});

const eventSchema = z.looseObject({event: z.string(), data: z.unknown(), seq: z.number()});

/** Opens the channel as a user, to whom the server loses each delta whose number `loses` names. */
async function look(name: string, loses: (n: number) => boolean = () => false): Promise<Page> {
    const context = await browser.newContext({viewport: {width: 1280, height: 800}});
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    let lost = 0;
    await page.routeWebSocket(/\/websocket/, (socket) => {
        const server = socket.connectToServer();
        server.onMessage((text) => {
            const frame = eventSchema.safeParse(JSON.parse(String(text)));
            if (!frame.success) {
                socket.send(text);
                return;
            }
            const delta = decodeDelta(frame.data.data);
            if (delta !== undefined && loses(delta.n)) {
                // Lost before the server counted it, so that the client cannot see the loss.
                lost++;
                return;
            }
            socket.send(JSON.stringify({...frame.data, seq: frame.data.seq - lost}));
        });
    });
    page.on('request', (request) => {
        if (request.url().includes('/api/v1/answers/')) drafts[name] = (drafts[name] ?? 0) + 1;
    });
    await page.goto(playground.url);
    await page.getByRole('button', {name: new RegExp(`^${name}`)}).click();
    await openChannel(page, 'Deck');
    return page;
}

const length = async (page: Page): Promise<number> =>
    (await page.locator('main .gangway-answer').last().innerText()).length;

async function untilAsLongAs(page: Page, least: () => Promise<number>): Promise<void> {
    const end = Date.now() + 60_000;
    for (;;) {
        const wanted = await least();
        if ((await length(page)) >= wanted - 60) return;
        if (Date.now() > end) throw new Error('it stays behind');
        await sleep(50);
    }
}

function stored(): {message: string; state: unknown; edited: number} {
    const bot = playground.world.users.byUsername('gangway')?.id;
    const row = playground.world.posts.table
        .ofChannel(harbor.deckId)
        .filter((one) => one.user_id === bot && one.delete_at === 0)
        .at(-1);
    const {state} = (row?.props['gangway'] ?? {}) as {state?: unknown};
    return {message: row?.message ?? '', state, edited: row?.edit_at ?? 0};
}

it('[DEL-04] shows everybody the text as it grows: who was there, who comes late, who loses events', async () => {
    const alice = await look('Alice');
    const carol = await look('Carol', (n) => n % 9 === 4);
    playground.post(harbor.users.alice, harbor.deckId, '@gangway bench:grow:30000:20:0');
    await alice.locator('.gangway-answer').waitFor();
    await sleep(2_000);

    const lengths = new Set<number>();
    const edits = new Set<number>();
    // By edits alone, no page would ever see more lengths than there were edits.
    while (lengths.size <= edits.size + 5) {
        lengths.add(await length(alice));
        edits.add(stored().edited);
        await sleep(100);
    }

    const bob = await look('Bob');
    await bob.locator('.gangway-answer[aria-busy="true"]').waitFor();
    expect(stored().state).toBe('streaming');
    await untilAsLongAs(bob, () => length(alice));
    await untilAsLongAs(carol, () => length(alice));
    expect(stored().state).toBe('streaming');
    expect(drafts['Alice']).toBeUndefined();
    expect(drafts['Bob']).toBe(1);
    expect(drafts['Carol']).toBeGreaterThan(0);

    model.finish('grow');
    for (const page of [alice, bob, carol]) {
        await page.locator('.gangway-answer[aria-busy="false"]').waitFor();
    }
    const whole = await alice.locator('.gangway-answer').innerText();
    expect(whole.split(/\s+/).length).toBe(stored().message.trim().split(/\s+/).length);
    for (const page of [bob, carol]) {
        expect(await page.locator('.gangway-answer').innerText()).toBe(whole);
    }
}, 180_000);
