import {composer, openHarbour} from './testing/harbour.ts';
import type {Harbour} from './testing/harbour.ts';

let harbour: Harbour;

beforeAll(async () => {
    harbour = await openHarbour();
});

afterAll(async () => {
    await harbour.close();
});

describe('the login page', () => {
    it('has the seeded password filled in and takes a name', async () => {
        const page = await harbour.visit('');
        await page.getByLabel('Username or email').fill('bob');
        await page.getByRole('button', {name: 'Log in'}).click();
        await composer(page).waitFor();
        expect(await page.getByText('@bob').count()).toBe(1);
    });

    it('says what the server said to a wrong password', async () => {
        const page = await harbour.visit('');
        await page.getByLabel('Username or email').fill('bob');
        await page.getByLabel('Password').fill('wrong');
        await page.getByRole('button', {name: 'Log in'}).click();
        expect(await page.getByRole('alert').textContent()).toMatch(/password|credentials/i);
    });

    it('is where one is after logging out', async () => {
        const page = await harbour.visit('Carol');
        await page.getByRole('button', {name: /@carol/}).click();
        await page.getByRole('menuitem', {name: 'Log out'}).click();
        await page.getByRole('heading', {name: 'Gangway'}).waitFor();
        await page.reload();
        await page.getByRole('heading', {name: 'Gangway'}).waitFor();
    });

    it('is skipped when one switches to another seeded account', async () => {
        const page = await harbour.visit('Carol');
        await page.getByRole('button', {name: /@carol/}).click();
        await page.getByRole('menuitem', {name: 'Switch to Bob'}).click();
        await page.getByRole('button', {name: /@bob/}).waitFor();
        expect(await page.getByRole('button', {name: /@carol/}).count()).toBe(0);
    });
});

describe('the page', () => {
    it('leads to the first channel where its address names nobody', async () => {
        const page = await harbour.visit('Alice');
        await page.goto(`${harbour.playground.url}/harbor/messages/@nobody-here`);
        await page.getByRole('heading', {level: 1, name: 'Town Square'}).waitFor();
        await page.goto(`${harbour.playground.url}/harbor/channels/deck`);
        await page.getByRole('heading', {level: 1, name: 'Deck'}).waitFor();
        await page.goBack();
        await page.getByRole('heading', {level: 1, name: 'Town Square'}).waitFor();
    });

    it('offers to try again when the server does not answer', async () => {
        const page = await harbour.visit('Alice');
        await harbour.playground.faults.inject({
            kind: 'answer',
            status: 503,
            match: {path: '/users/me/teams$', times: 1},
        });
        await page.reload();
        await page.getByText('The server does not answer.').waitFor();
        await page.getByRole('button', {name: 'Try again'}).click();
        await composer(page).waitFor();
    });

    it('follows the device into the night, and stays light when told to', async () => {
        const page = await harbour.visit('Alice', {colorScheme: 'dark'});
        const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
        const night = await ground();
        await page.getByRole('button', {name: /@alice/}).click();
        await page.getByRole('menuitemradio', {name: 'Day'}).click();
        expect(night).toBe('rgb(17, 32, 42)');
        expect(await ground()).toBe('rgb(255, 255, 255)');
    });

    it('puts the channel list into a drawer on a narrow screen', async () => {
        const page = await harbour.visit('Alice', {viewport: {width: 700, height: 800}});
        const list = page.getByRole('navigation', {name: 'Channels and direct messages'});
        expect(await list.isVisible()).toBe(false);
        await page.getByRole('button', {name: 'Show the channel list'}).click();
        await list.getByRole('button', {name: 'Deck'}).click();
        await page.getByRole('heading', {level: 1, name: 'Deck'}).waitFor();
        await list.waitFor({state: 'hidden'});
        const overflow = await page.evaluate(
            () => document.documentElement.scrollWidth - window.innerWidth,
        );
        expect(overflow).toBeLessThanOrEqual(0);
    });

    it('can be used by keyboard alone', async () => {
        const page = await harbour.visit('');
        await page.getByRole('button', {name: /^Alice/}).waitFor();
        await page.keyboard.press('Tab');
        await page.keyboard.press('Enter');
        await composer(page).waitFor();
        expect(await composer(page).evaluate((one) => one === document.activeElement)).toBe(true);
        await page.keyboard.type('By keyboard');
        await page.keyboard.press('Enter');
        await page.locator('article').filter({hasText: 'By keyboard'}).waitFor();
        await page.keyboard.press('Shift+Tab');
        const outline = await page.evaluate(
            () => getComputedStyle(document.activeElement ?? document.body).outlineStyle,
        );
        expect(outline).toBe('solid');
    });
});
