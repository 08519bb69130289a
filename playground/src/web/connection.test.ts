import type {Page} from 'playwright-core';
import {openChannel, openHarbour, post} from './testing/harbour.ts';
import type {Harbour} from './testing/harbour.ts';

let harbour: Harbour;
let alice: Page;

beforeAll(async () => {
    harbour = await openHarbour();
    alice = await harbour.visit('Alice');
    await openChannel(alice, 'Deck');
});

afterAll(async () => {
    await harbour.close();
});

const banner = 'The connection is lost';

describe('a lost connection', () => {
    it('brings what was missed when it comes back in time, without asking for it', async () => {
        const {deckId, users} = harbour.harbor;
        const asked: string[] = [];
        const onRequest = (request: {url(): string}): void => void asked.push(request.url());
        await harbour.playground.faults.inject({kind: 'refuse-upgrades', status: 503});
        await harbour.playground.faults.inject({kind: 'cut', user: 'alice'});
        await alice.getByText(banner).waitFor();
        alice.on('request', onRequest);
        harbour.playground.post(users.bob, deckId, 'Sent while away');
        await harbour.playground.faults.inject({kind: 'clear'});
        await post(alice, 'Sent while away').waitFor();
        await alice.getByText(banner).waitFor({state: 'hidden'});
        alice.off('request', onRequest);
        expect(asked.filter((url) => /\/channels\/\w+\/posts/.test(url))).toEqual([]);
    });

    it('is followed by catching up when the server has forgotten it', async () => {
        const {deckId, users, townSquareId} = harbour.harbor;
        const edited = harbour.playground.post(users.bob, deckId, 'Before the restart');
        await post(alice, 'Before the restart').waitFor();
        await alice.waitForTimeout(50);
        const restarted = harbour.playground.restart(300);
        harbour.playground.post(users.bob, deckId, 'During the restart');
        harbour.playground.post(users.bob, townSquareId, '@alice during the restart');
        await restarted;
        const bob = await harbour.as('bob');
        await bob('PUT', `/posts/${edited.id}/patch`, {message: 'Before, but edited'});

        await post(alice, 'During the restart').waitFor();
        await post(alice, 'Before, but edited').waitFor();
        await alice
            .getByRole('navigation')
            .getByRole('button', {name: 'Town Square'})
            .getByLabel('1 mentions')
            .waitFor();
        await alice.getByText(banner).waitFor({state: 'hidden'});
    });

    it('is tried again at once when the user wants that', async () => {
        await harbour.playground.faults.inject({kind: 'refuse-upgrades', status: 503});
        await harbour.playground.faults.inject({kind: 'cut', user: 'alice'});
        await alice.getByText(banner).waitFor();
        // After the fourth try in vain the next one is at least twelve seconds away.
        for (let tries = 0; tries < 4; tries++) {
            await alice.waitForEvent('websocket');
        }
        await harbour.playground.faults.inject({kind: 'clear'});
        await alice.getByRole('button', {name: 'Try now'}).click();
        await alice.getByText(banner).waitFor({state: 'hidden', timeout: 10_000});
    });
});

describe('a message that cannot be sent', () => {
    it('stays with a way to send it again, and is then there once', async () => {
        await harbour.playground.faults.inject({
            kind: 'answer',
            status: 503,
            match: {method: 'POST', path: '/posts$', times: 1},
        });
        await alice.getByRole('textbox', {name: /^Write to/}).fill('Stubborn message');
        await alice.keyboard.press('Enter');
        const stubborn = post(alice, 'Stubborn message');
        await stubborn.getByText('This message was not sent.').waitFor();
        await stubborn.getByRole('button', {name: 'Send again'}).click();
        await stubborn.getByText('This message was not sent.').waitFor({state: 'detached'});
        expect(await stubborn.count()).toBe(1);
    });
});

describe('older messages', () => {
    it('come in above while one scrolls up, without a jump', async () => {
        const {townSquareId, users} = harbour.harbor;
        for (let index = 0; index < 120; index++) {
            harbour.playground.post(users.bob, townSquareId, `Message number ${index}.`);
        }
        await openChannel(alice, 'Town Square');
        await post(alice, 'Message number 119.').waitFor();
        expect(await post(alice, 'Message number 5.').count()).toBe(0);

        const list = alice.locator('.pg-posts__scroller');
        await list.evaluate((element) => element.scrollTo({top: 300}));
        await post(alice, 'Message number 60.').waitFor();
        const first = post(alice, 'Message number 80.');
        expect(await first.isVisible()).toBe(true);
        await list.evaluate((element) => element.scrollTo({top: 0}));
        await post(alice, 'Message number 5.').waitFor();
        await list.evaluate((element) => element.scrollTo({top: 0}));
        await alice.getByRole('heading', {name: /Welcome to/}).waitFor();
    });
});
