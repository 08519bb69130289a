import type {Page} from 'playwright-core';
import {composer, openChannel, openHarbour, post, say} from './testing/harbour.ts';
import type {Harbour, Json} from './testing/harbour.ts';

let harbour: Harbour;
let alice: Page;
/** What the plugin side of the playground was asked, and what it answers. */
const asked: {path: string; userId: string; body: Json}[] = [];
let answer: Json | 'unreachable' = {};

beforeAll(async () => {
    harbour = await openHarbour();
    harbour.playground.outbound.plugin = ({path, userId, body}) => {
        asked.push({path, userId, body: JSON.parse(body) as Json});
        return answer === 'unreachable'
            ? Promise.reject(new Error('no plugin'))
            : Promise.resolve(JSON.stringify(answer));
    };
    alice = await harbour.visit('Alice');
    await openChannel(alice, 'Deck');
});

afterAll(async () => {
    await harbour.close();
});

beforeEach(() => {
    asked.length = 0;
    answer = {};
});

afterEach(() => {
    expect(harbour.takeErrors()).toEqual([]);
});

function postCard(message: string, actions: readonly Json[]): Promise<Json> {
    return harbour.bot('POST', '/posts', {
        channel_id: harbour.harbor.deckId,
        message,
        props: {attachments: [{title: 'Reserve berth 3?', color: 'warning', actions}]},
    });
}

const allow = {
    id: 'allow',
    type: 'button',
    name: 'Allow',
    style: 'primary',
    integration: {url: '/plugins/gangway/actions/allow', context: {ask: 'x1'}},
};

describe('a card', () => {
    it('tells the integration which button was pressed and by whom, and shows its update', async () => {
        const card = await postCard('Approval one', [allow]);
        answer = {update: {message: 'Approval one: allowed', props: {}}};
        await post(alice, 'Approval one').getByRole('button', {name: 'Allow'}).click();
        await post(alice, 'Approval one: allowed').waitFor();
        expect(asked).toMatchObject([
            {
                path: '/actions/allow',
                userId: harbour.harbor.users.alice,
                body: {post_id: card['id'], context: {ask: 'x1'}},
            },
        ]);
        expect(await post(alice, 'Approval one').getByRole('button', {name: 'Allow'}).count()).toBe(
            0,
        );
    });

    it('says below the button when the integration cannot be reached', async () => {
        await postCard('Approval two', [allow]);
        answer = 'unreachable';
        const card = post(alice, 'Approval two');
        await card.getByRole('button', {name: 'Allow'}).click();
        await card.getByRole('alert').waitFor();
        expect(await card.getByRole('button', {name: 'Allow'}).isEnabled()).toBe(true);
    });

    it('sends the choice of a menu', async () => {
        await postCard('Approval three', [
            {
                id: 'berth',
                type: 'select',
                name: 'Another berth',
                options: [
                    {text: 'Berth 1', value: 'one'},
                    {text: 'Berth 2', value: 'two'},
                ],
                integration: {url: '/plugins/gangway/actions/berth', context: {}},
            },
        ]);
        await post(alice, 'Approval three')
            .getByRole('combobox', {name: 'Another berth'})
            .selectOption('Berth 2');
        await expectSoon(() => asked[0]?.body['context'], {selected_option: 'two'});
    });

    it('opens a form, checks it, and sends what was filled in', async () => {
        await postCard('Approval four', [allow]);
        await post(alice, 'Approval four').getByRole('button', {name: 'Allow'}).click();
        await expectSoon(() => asked.length, 1);
        const trigger = asked[0]?.body['trigger_id'];
        await harbour.bot('POST', '/actions/dialogs/open', {
            trigger_id: trigger,
            url: '/plugins/gangway/dialogs/berth',
            dialog: berthForm,
        });
        const form = alice.getByRole('dialog', {name: 'Reserve a berth'});
        await form.getByRole('button', {name: 'Reserve'}).click();
        expect(await form.getByText('This field is required.').count()).toBe(2);

        await form.getByLabel('Ship').fill('Aurora');
        await form.getByLabel('Berth').selectOption('Berth 2');
        await form.getByLabel('At night').check();
        await form.getByLabel('With pilot').check();
        asked.length = 0;
        answer = {errors: {ship: 'This ship is not known.'}};
        await form.getByRole('button', {name: 'Reserve'}).click();
        await form.getByText('This ship is not known.').waitFor();

        answer = {};
        await form.getByRole('button', {name: 'Reserve'}).click();
        await form.waitFor({state: 'detached'});
        expect(asked.at(-1)).toMatchObject({
            path: '/dialogs/berth',
            body: {
                type: 'dialog_submission',
                callback_id: 'berth',
                submission: {
                    ship: 'Aurora',
                    berth: 'two',
                    notes: null,
                    time: 'night',
                    pilot: true,
                },
            },
        });
    });

    it('tells the integration when a form is closed, if it wants to know', async () => {
        await postCard('Approval five', [allow]);
        await post(alice, 'Approval five').getByRole('button', {name: 'Allow'}).click();
        await expectSoon(() => asked.length, 1);
        await harbour.bot('POST', '/actions/dialogs/open', {
            trigger_id: asked[0]?.body['trigger_id'],
            url: '/plugins/gangway/dialogs/berth',
            dialog: {...berthForm, notify_on_cancel: true},
        });
        await alice.getByRole('dialog', {name: 'Reserve a berth'}).waitFor();
        await alice.keyboard.press('Escape');
        await expectSoon(() => asked.at(-1)?.body['cancelled'], true);
    });
});

const berthForm = {
    callback_id: 'berth',
    title: 'Reserve a berth',
    submit_label: 'Reserve',
    elements: [
        {display_name: 'Ship', name: 'ship', type: 'text'},
        {display_name: 'Notes', name: 'notes', type: 'textarea', optional: true},
        {
            display_name: 'Berth',
            name: 'berth',
            type: 'select',
            options: [
                {text: 'Berth 1', value: 'one'},
                {text: 'Berth 2', value: 'two'},
            ],
        },
        {
            display_name: 'Time',
            name: 'time',
            type: 'radio',
            default: 'day',
            options: [
                {text: 'By day', value: 'day'},
                {text: 'At night', value: 'night'},
            ],
        },
        {display_name: 'Pilot', name: 'pilot', type: 'bool', placeholder: 'With pilot'},
    ],
};

describe('a thread', () => {
    it('is read and answered in the panel, and counted under its root', async () => {
        const root = await harbour.bot('POST', '/posts', {
            channel_id: harbour.harbor.deckId,
            message: 'The root of it',
        });
        await post(alice, 'The root of it').hover();
        await post(alice, 'The root of it').getByRole('button', {name: 'Reply'}).click();
        const panel = alice.getByRole('complementary', {name: 'Thread'});
        await panel.getByRole('textbox').fill('A reply');
        await alice.keyboard.press('Enter');
        await panel.locator('article').filter({hasText: 'A reply'}).waitFor();
        await post(alice, 'The root of it')
            .getByRole('button', {name: /^1 reply/})
            .waitFor();

        await harbour.bot('POST', '/posts', {
            channel_id: harbour.harbor.deckId,
            message: 'And an answer',
            root_id: root['id'],
        });
        await panel.locator('article').filter({hasText: 'And an answer'}).waitFor();
        await panel.getByText('2 replies').waitFor();
        expect(await post(alice, 'And an answer').count()).toBe(0);

        await alice.keyboard.press('Escape');
        await panel.waitFor({state: 'detached'});
        await harbour.bot('POST', '/posts', {
            channel_id: harbour.harbor.deckId,
            message: 'One more',
            root_id: root['id'],
        });
        await post(alice, 'The root of it')
            .getByRole('button', {name: /^3 replies 1 new/})
            .waitFor();
    });
});

describe('a reaction', () => {
    it('is added from the toolbar and the picker, joined, and taken back', async () => {
        const bobs = await harbour.as('bob');
        const root = await harbour.bot('POST', '/posts', {
            channel_id: harbour.harbor.deckId,
            message: 'React to me',
        });
        const target = post(alice, 'React to me');
        await target.hover();
        await target.getByRole('button', {name: 'React with octagonal_sign'}).click();
        const stop = target.getByRole('button', {name: 'octagonal_sign, 1'});
        expect(await stop.getAttribute('aria-pressed')).toBe('true');

        await bobs('POST', '/reactions', {
            user_id: harbour.harbor.users.bob,
            post_id: root['id'],
            emoji_name: 'octagonal_sign',
        });
        await target.getByRole('button', {name: 'octagonal_sign, 2'}).click();
        const left = target.getByRole('button', {name: 'octagonal_sign, 1'});
        await left.waitFor();
        expect(await left.getAttribute('aria-pressed')).toBe('false');

        await target.getByRole('button', {name: 'Add a reaction'}).last().click();
        await alice.getByRole('textbox', {name: 'Search emojis'}).fill('repeat');
        await alice.keyboard.press('Enter');
        await target.getByRole('button', {name: 'repeat, 1'}).waitFor();
        const reactions = await bobs('GET', `/posts/${String(root['id'])}/reactions`);
        expect(JSON.stringify(reactions)).toContain('repeat');
    });
});

describe('code in a message', () => {
    it('is copied as it is by its button', async () => {
        await alice.context().grantPermissions(['clipboard-read', 'clipboard-write']);
        harbour.playground.post(
            harbour.botId,
            harbour.harbor.deckId,
            'Copy me:\n```ts\nconst a = "<b>";\n    indented();\n```',
        );
        await post(alice, 'Copy me').getByRole('button', {name: 'Copy'}).click();
        await post(alice, 'Copy me').getByRole('button', {name: 'Copied'}).waitFor();
        expect(await alice.evaluate(() => navigator.clipboard.readText())).toBe(
            'const a = "<b>";\n    indented();',
        );
    });
});

describe('slash commands', () => {
    it('are completed with what the server suggests, and sent when complete', async () => {
        const sent: unknown[] = [];
        const suggestions = '**/commands/autocomplete_suggestions?*';
        await alice.reload();
        await alice.route(suggestions, (route) =>
            route.fulfill({
                json: [
                    {
                        Complete: 'gangway status',
                        Suggestion: 'status',
                        Hint: '',
                        Description: 'What the agent does',
                        IconData: '',
                    },
                ],
            }),
        );
        await alice.route('**/commands/execute', (route) => {
            sent.push(route.request().postDataJSON());
            return route.fulfill({json: {}});
        });
        await composer(alice).pressSequentially('/gangway st');
        await alice.getByRole('option', {name: /What the agent does/}).waitFor();
        await alice.keyboard.press('Tab');
        expect(await composer(alice).inputValue()).toBe('/gangway status ');
        await alice.keyboard.press('Enter');
        await expectSoon(() => sent.length, 1);
        expect(sent[0]).toMatchObject({
            command: '/gangway status',
            channel_id: harbour.harbor.deckId,
        });
        expect(await composer(alice).inputValue()).toBe('');
        await alice.unroute(suggestions);
    });
});

describe('a file', () => {
    it('is attached by the button, shown as a picture, and can be fetched', async () => {
        await alice.getByTestId('file-input').setInputFiles([
            {name: 'dot.png', mimeType: 'image/png', buffer: onePixel},
            {name: 'tides.csv', mimeType: 'text/csv', buffer: Buffer.from('time,height\n')},
        ]);
        await alice.getByRole('button', {name: 'Remove tides.csv'}).waitFor();
        await alice.getByText('12 B').waitFor();
        await say(alice, 'Two files');
        const sent = post(alice, 'Two files');
        await sent.getByRole('img', {name: 'dot.png'}).waitFor();
        const width = await sent
            .getByRole('img', {name: 'dot.png'})
            .evaluate((image) => (image instanceof HTMLImageElement ? image.naturalWidth : 0));
        expect(width).toBe(1);

        const download = alice.waitForEvent('download');
        await sent.getByRole('link', {name: /tides\.csv/}).click();
        expect((await download).suggestedFilename()).toBe('tides.csv');
        expect(await alice.getByRole('button', {name: 'Remove tides.csv'}).count()).toBe(0);
    });

    it('can be pasted and dropped', async () => {
        await composer(alice).evaluate((field) => {
            const files = new DataTransfer();
            files.items.add(new File(['pasted'], 'pasted.txt', {type: 'text/plain'}));
            field.dispatchEvent(
                new ClipboardEvent('paste', {
                    clipboardData: files,
                    bubbles: true,
                    cancelable: true,
                }),
            );
        });
        await alice.getByRole('button', {name: 'Remove pasted.txt'}).waitFor();
        await alice.locator('.pg-conversation').evaluate((area) => {
            const files = new DataTransfer();
            files.items.add(new File(['dropped'], 'dropped.txt', {type: 'text/plain'}));
            area.dispatchEvent(
                new DragEvent('drop', {dataTransfer: files, bubbles: true, cancelable: true}),
            );
        });
        await alice.getByRole('button', {name: 'Remove dropped.txt'}).waitFor();
        await alice.getByText('7 B').waitFor();
        await alice.getByText('6 B').waitFor();
        await composer(alice).press('Enter');
        await alice.getByRole('link', {name: /dropped\.txt/}).waitFor();
        await alice.getByRole('link', {name: /pasted\.txt/}).waitFor();
    });
});

const onePixel = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
);

async function expectSoon(look: () => unknown, wanted: unknown): Promise<void> {
    const end = Date.now() + 45_000;
    while (Date.now() < end && JSON.stringify(look()) !== JSON.stringify(wanted)) {
        await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(look()).toEqual(wanted);
}
