import type {Page} from 'playwright-core';
import {openChannel, openHarbour} from './testing/harbour.ts';
import type {Harbour} from './testing/harbour.ts';

let harbour: Harbour;
let alice: Page;

const attacks = [
    '<script>window.hacked = 1</script>',
    '<img src=x onerror="window.hacked = 2">',
    '<svg><script>window.hacked = 3</script></svg>',
    '<iframe srcdoc="<script>parent.hacked = 4</script>"></iframe>',
    '[press](javascript:window.hacked=5)',
    '[press]( jAvAsCrIpT:window.hacked=6)',
    '[press](data:text/html,<script>window.hacked=7</script>)',
    '![x](javascript:window.hacked=8)',
    '![x" onerror="window.hacked=9](https://127.0.0.1:1/x.png)',
    '[x" onmouseover="window.hacked=10](https://example.com)',
    '<a href="javascript:window.hacked=11">press</a>',
    '`<img src=x onerror=window.hacked=12>`',
    '```html\n<img src=x onerror=window.hacked=13>\n```',
    '```"><img src=x onerror=window.hacked=14>\ncode\n```',
    '| <img src=x onerror=window.hacked=15> |\n|---|\n| <b onclick=window.hacked=16>b</b> |',
    '@alice"><img src=x onerror=window.hacked=17>',
    '<form action="/api/v4/users/logout"><button>press</button></form>',
    '<style>body { display: none }</style>',
    '<details open ontoggle=window.hacked=18>',
    '<math><mtext></mtext><img src=x onerror=window.hacked=19></math>',
    '<javascript:window.hacked=20>',
];

beforeAll(async () => {
    harbour = await openHarbour();
    const {deckId, users} = harbour.harbor;
    attacks.forEach((attack, index) => {
        harbour.playground.post(users.bob, deckId, `Attack ${index}:\n\n${attack}`);
    });
    await harbour.bot('POST', '/posts', {
        channel_id: deckId,
        message: 'Attack by card',
        props: {
            attachments: [
                {
                    color: 'red;background:url(javascript:window.hacked=30)',
                    pretext: '<img src=x onerror=window.hacked=31>',
                    author_name: '<img src=x onerror=window.hacked=32>',
                    author_link: 'javascript:window.hacked=33',
                    title: '<img src=x onerror=window.hacked=34>',
                    title_link: 'javascript:window.hacked=35',
                    text: '[press](javascript:window.hacked=36)',
                    image_url: 'javascript:window.hacked=37',
                    thumb_url: 'data:text/html,<script>window.hacked=38</script>',
                    fields: [{title: '<b onclick=window.hacked=39>', value: '<script>1</script>'}],
                    actions: [
                        {id: 'x', name: '<img src=x onerror=window.hacked=40>', style: '};x'},
                    ],
                },
                'not an attachment',
                {actions: 'not a list'},
            ],
        },
    });
    alice = await harbour.visit('Alice');
    await openChannel(alice, 'Deck');
    await alice.getByText('Attack by card').waitFor();
});

afterAll(async () => {
    await harbour.close();
});

describe('what people post', () => {
    it('cannot run anything', async () => {
        for (const link of await alice.locator('main').getByText('press', {exact: true}).all()) {
            await link.click({timeout: 1_000, noWaitAfter: true}).catch(() => undefined);
        }
        await alice.waitForTimeout(300);
        expect(await alice.evaluate(() => 'hacked' in window)).toBe(false);
        expect(harbour.takeErrors()).toEqual([]);
    });

    it('makes no element that could act', async () => {
        const found = await alice.locator('.pg-posts__content').evaluate((root) => {
            const all = [...root.querySelectorAll('*')];
            const inMessages = all.filter(
                (one) => one.closest('.pg-text, .pg-attachment') !== null,
            );
            return {
                names: all
                    .map((one) => one.localName)
                    .filter((name) =>
                        /^(?:script|iframe|object|embed|form|style|svg|math)$/.test(name),
                    ),
                handlers: all.flatMap((one) =>
                    [...one.attributes]
                        .map(({name}) => name)
                        .filter((name) => name.startsWith('on')),
                ),
                addresses: inMessages
                    .flatMap((one) => [one.getAttribute('href'), one.getAttribute('src')])
                    .filter((one) => one !== null)
                    .filter((one) => !/^(?:https?:\/\/|mailto:|\/)/.test(one)),
            };
        });
        expect(found).toEqual({names: [], handlers: [], addresses: []});
    });

    it('shows HTML as the text that it is', async () => {
        const first = alice.locator('article').filter({hasText: 'Attack 0:'});
        expect(await first.innerText()).toContain(attacks[0]);
    });

    it('opens links elsewhere, without telling where they were', async () => {
        harbour.playground.post(
            harbour.harbor.users.bob,
            harbour.harbor.deckId,
            'See [the notes](https://example.com/notes)',
        );
        const link = alice.getByRole('link', {name: 'the notes'});
        await link.waitFor();
        expect(await link.getAttribute('target')).toBe('_blank');
        expect(await link.getAttribute('rel')).toContain('noopener');
    });
});

describe('the page itself', () => {
    it('may run its own scripts only', async () => {
        const response = await fetch(harbour.playground.url);
        const policy = response.headers.get('content-security-policy') ?? '';
        expect(policy).toContain("script-src 'self';");
        expect(policy).toContain("object-src 'none'");
        const blocked = await alice.evaluate(() => {
            const script = document.createElement('script');
            script.textContent = 'window.hacked = 50';
            document.body.append(script);
            return 'hacked' in window;
        });
        expect(blocked).toBe(false);
    });

    it('answers neither for the API nor for plugins', async () => {
        for (const path of ['/api/v4/nothing', '/plugins/nothing', '/static/plugins/nothing.js']) {
            const response = await fetch(harbour.playground.url + path);
            expect(response.status).toBeGreaterThanOrEqual(400);
        }
    });
});
