import type {Page} from 'playwright-core';
import {composer, openChannel, openHarbour, post, say} from './testing/harbour.ts';
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

afterEach(() => {
    expect(harbour.takeErrors()).toEqual([]);
});

describe('the web client while people talk', () => {
    it('shows what was posted, once, and to the others too', async () => {
        const bob = await harbour.visit('Bob');
        await openChannel(bob, 'Deck');
        await say(alice, 'Good **morning**');

        await post(bob, 'Good morning').waitFor();
        await post(alice, 'Good morning').waitFor();
        expect(await post(alice, 'Good morning').count()).toBe(1);
        expect(await post(alice, 'Good morning').locator('strong').textContent()).toBe('morning');
        await bob.context().close();
    });

    it('shows an answer while it grows, and stays at the end of it', async () => {
        const {deckId} = harbour.harbor;
        const answer = await harbour.bot('POST', '/posts', {
            channel_id: deckId,
            message: 'Line 0',
        });
        let message = 'Line 0';
        for (let line = 1; line <= 40; line++) {
            message += `\n\nLine ${line}`;
            await harbour.bot('PUT', `/posts/${String(answer['id'])}/patch`, {message});
        }
        await post(alice, 'Line 40').waitFor();
        await alice.waitForFunction(() => {
            const list = document.querySelector('.pg-posts__scroller');
            return list !== null && list.scrollHeight - list.scrollTop - list.clientHeight < 2;
        });
        expect(await post(alice, 'Line 40').getByText('(edited)').count()).toBe(1);
    });

    it('holds the place of a reader who has scrolled up, and says that there is news', async () => {
        const list = alice.locator('.pg-posts__scroller');
        await list.evaluate((element) => element.scrollTo({top: 120}));
        await alice.getByRole('button', {name: 'To the end'}).waitFor();
        const place = await list.evaluate((element) => element.scrollTop);

        harbour.playground.post(harbour.botId, harbour.harbor.deckId, 'News from the bridge');
        await alice.getByRole('button', {name: 'New messages'}).waitFor();

        expect(await list.evaluate((element) => element.scrollTop)).toBe(place);
        await alice.getByRole('button', {name: 'New messages'}).click();
        await alice.getByRole('button', {name: 'New messages'}).waitFor({state: 'hidden'});
    });

    it('keeps the blocks of a growing answer that did not change', async () => {
        const {deckId} = harbour.harbor;
        const answer = await harbour.bot('POST', '/posts', {
            channel_id: deckId,
            message: 'Firm ground',
        });
        const block = post(alice, 'Firm ground').locator('.pg-text__block').first();
        await block.evaluate((element) => element.setAttribute('data-kept', 'yes'));
        await harbour.bot('PUT', `/posts/${String(answer['id'])}/patch`, {
            message: 'Firm ground\n\nand more',
        });
        await post(alice, 'and more').waitFor();
        expect((await post(alice, 'and more').locator('[data-kept]').innerText()).trim()).toBe(
            'Firm ground',
        );
    });

    it('says who is typing', async () => {
        await harbour.bot('POST', `/users/${harbour.botId}/typing`, {
            channel_id: harbour.harbor.deckId,
        });
        await alice.getByText('gangway is typing…').waitFor();
        harbour.playground.post(harbour.botId, harbour.harbor.deckId, 'Done typing');
        await alice.getByText('gangway is typing…').waitFor({state: 'hidden'});
    });

    it('tells the others that the user is typing', async () => {
        const typed = new Promise<void>((resolve) => {
            const tap = harbour.playground.tap((event) => {
                if (event.kind === 'published' && event.published.event === 'typing') {
                    tap[Symbol.dispose]();
                    resolve();
                }
            });
        });
        await composer(alice).pressSequentially('Hm');
        await typed;
        await composer(alice).fill('');
    });

    it('shows what only this user sees, until it is dismissed', async () => {
        const admin = await harbour.as('admin');
        await admin('POST', '/posts/ephemeral', {
            user_id: harbour.harbor.users.alice,
            post: {channel_id: harbour.harbor.deckId, message: 'Psst, low tide'},
        });
        const whisper = post(alice, 'Psst, low tide');
        await whisper.getByText('Only visible to you').waitFor();
        await whisper.getByRole('button', {name: 'Dismiss'}).click();
        await whisper.waitFor({state: 'detached'});
    });

    it('edits and deletes own messages, and marks both for the others', async () => {
        const bob = await harbour.visit('Bob');
        await openChannel(bob, 'Deck');
        await say(alice, 'Wrong berth');
        await post(bob, 'Wrong berth').waitFor();

        const editor = alice.getByRole('textbox', {name: 'Text of the message'});
        // Bob may have it before Alice's own page knows that it was taken; until then it is not to be edited.
        for (let tries = 0; tries < 100 && !(await editor.isVisible()); tries++) {
            await alice.keyboard.press('ArrowUp');
            await alice.waitForTimeout(200);
        }
        await editor.fill('Right berth');
        await alice.keyboard.press('Enter');
        await post(bob, 'Right berth').getByText('(edited)').waitFor();
        expect(await post(bob, 'Wrong berth').count()).toBe(0);

        await post(alice, 'Right berth').hover();
        await post(alice, 'Right berth').getByRole('button', {name: 'More'}).click();
        await alice.getByRole('menuitem', {name: 'Delete'}).click();
        await alice.getByRole('dialog').getByRole('button', {name: 'Delete'}).click();
        await post(alice, 'Right berth').waitFor({state: 'detached'});
        await post(bob, '(message deleted)').waitFor();
        await bob.context().close();
    });

    it('offers no way to edit what somebody else wrote', async () => {
        const foreign = post(alice, 'News from the bridge');
        await foreign.hover();
        await foreign.getByRole('button', {name: 'More'}).click();
        await alice.getByRole('menuitem', {name: 'Copy text'}).waitFor();
        expect(await alice.getByRole('menuitem', {name: 'Edit'}).count()).toBe(0);
        await alice.keyboard.press('Escape');
    });

    it('completes the names of bots, and mentions them', async () => {
        await composer(alice).pressSequentially('Ahoy @gang');
        await alice.getByRole('option', {name: /@gangway/}).waitFor();
        await alice.keyboard.press('Enter');
        expect(await composer(alice).inputValue()).toBe('Ahoy @gangway ');
        await alice.keyboard.press('Enter');
        await post(alice, 'Ahoy @gangway').locator('.mention-link').waitFor();
    });

    it('keeps a command that was refused, with the reason', async () => {
        await composer(alice).fill('/nosuchcommand now');
        await alice.keyboard.press('Enter');
        await alice.getByRole('alert').waitFor();
        expect(await composer(alice).inputValue()).toBe('/nosuchcommand now');
        await composer(alice).fill('');
    });

    it('starts a new line with Shift+Enter and keeps a draft for each channel', async () => {
        await composer(alice).fill('First');
        await alice.keyboard.press('Shift+Enter');
        await alice.keyboard.type('Second');
        await openChannel(alice, 'Town Square');
        expect(await composer(alice).inputValue()).toBe('');
        await openChannel(alice, 'Deck');
        expect(await composer(alice).inputValue()).toBe('First\nSecond');
        await composer(alice).fill('');
    });
});

describe('the list of channels', () => {
    it('marks what is unread and counts mentions until the channel is opened', async () => {
        const {townSquareId, users} = harbour.harbor;
        const entry = alice.getByRole('navigation').getByRole('button', {name: 'Town Square'});
        harbour.playground.post(users.bob, townSquareId, 'Anybody here?');
        await entry.getByText('unread').waitFor();
        expect(await entry.getByText('1', {exact: true}).count()).toBe(0);

        harbour.playground.post(users.bob, townSquareId, '@alice are you aboard?');
        await entry.getByLabel('1 mentions').waitFor();
        expect(await alice.title()).toMatch(/^\(1\) /);

        await openChannel(alice, 'Town Square');
        await alice.getByRole('separator').getByText('New messages').waitFor();
        await entry.getByText('unread').waitFor({state: 'detached'});
        await openChannel(alice, 'Deck');
    });

    it('offers the bot to those who have not talked to it yet', async () => {
        const bob = await harbour.visit('Bob');
        const nav = bob.getByRole('navigation');
        await nav.getByRole('button', {name: /^gangway/i}).click();
        await bob.getByRole('heading', {level: 1, name: /gangway/i}).waitFor();
        expect(await nav.getByRole('button', {name: /^gangway/i}).count()).toBe(1);
        await bob.context().close();
    });

    it('opens a talk with a bot that was searched by name', async () => {
        await alice.keyboard.press('Control+k');
        await alice.getByRole('combobox').fill('gangw');
        await alice.getByRole('option', {name: /@gangway/}).waitFor();
        await alice.keyboard.press('Enter');
        await alice.getByRole('heading', {level: 1, name: /gangway/i}).waitFor();
        await say(alice, 'Hello in private');
        await post(alice, 'Hello in private').waitFor();
        expect(new URL(alice.url()).pathname).toBe('/harbor/messages/@gangway');
    });

    it('shows a talk that somebody else begins', async () => {
        const {users} = harbour.harbor;
        const talk = harbour.playground.direct(users.carol, users.alice);
        harbour.playground.post(users.carol, talk.id, 'A word, Alice?');
        const entry = alice.getByRole('navigation').getByRole('button', {name: /Carol/});
        await entry.getByLabel('1 mentions').waitFor();
        await entry.click();
        await post(alice, 'A word, Alice?').waitFor();
    });

    it('comes back to the same conversation when the page is loaded again', async () => {
        await alice.reload();
        await post(alice, 'A word, Alice?').waitFor();
    });
});
