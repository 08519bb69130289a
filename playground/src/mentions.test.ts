import {createPlayground, type Playground} from './playground.ts';
import {seedHarbor, type Harbor} from './seed-harbor.ts';
import {openLine, settle, type Line} from './test-client.ts';

let playground: Playground;
let harbor: Harbor;
let bob: Line;

beforeAll(async () => {
    playground = await createPlayground();
    harbor = seedHarbor(playground);
    bob = openLine(playground, playground.login(harbor.users.bob));
    await bob.event('hello');
});

afterAll(async () => {
    bob.end();
    await playground.close();
});

/** Whether the post of somebody else mentions bob, as his own line tells it. */
async function mentionsBob(message: string, channelId = harbor.deckId): Promise<boolean> {
    const post = playground.post(harbor.users.alice, channelId, message);
    const frame = await bob.until(
        ({event, data}) => event === 'posted' && String(data?.['post']).includes(post.id),
    );
    const {mentions} = frame.data ?? {};
    if (mentions !== undefined) {
        expect(mentions).toBe(JSON.stringify([harbor.users.bob]));
    }
    return mentions !== undefined;
}

// Both tables were recorded from a Mattermost 11.6 server.
it.each([
    '![@bob](http://x.y)',
    '# @bob',
    '#@bob',
    '$@bob',
    '(@bob)',
    '***@bob***',
    '**@bob**',
    '*@bob*',
    '- @bob',
    '-@bob-',
    '.@bob',
    '1. @bob',
    '<b>@bob</b>',
    '=@bob=',
    '> @bob',
    '>@bob',
    '@ALL',
    '@Bob',
    '@all.',
    '@bob!',
    '@bob',
    '@bob#',
    "@bob's",
    '@bob*x',
    '@bob,',
    '@bob-',
    '@bob.',
    '@bob/@alice',
    '@bob:',
    '@bob\n@bob',
    '@bob_',
    '@bob|',
    '@bob~',
    '@bob\u200b',
    '@bob…',
    '@bob。',
    '@channel',
    '@here',
    '[@bob]',
    '[@bob](http://x.y)',
    '[@bob][x]',
    '[@bob][x]\n\n[x]: http://a.b',
    '"@bob"',
    '\\@bob',
    '_@bob_',
    '__@bob__',
    '`@bob',
    '`a` @bob `b`',
    'a\n    @bob',
    'mailto:@bob',
    'x*@bob',
    '| a | @bob |',
    '~@bob',
    '~~@bob~~',
    '\u200b@bob',
])('%j mentions bob', async (message) => {
    expect(await mentionsBob(message)).toBe(true);
});

it.each([
    '    @bob',
    '&#64;bob',
    ':@bob:',
    ':bob:',
    '<http://x.y/@bob>',
    '@.bob',
    '@@bob',
    '@bob-by',
    '@bob.by',
    '@bob1',
    '@bob@',
    '@bob__x',
    '@bob_by',
    '@bobby',
    '@bobé',
    'BOB',
    '[x](http://x.y/@bob)',
    '\t@bob',
    '``@bob``',
    '```@bob```',
    '```\n@bob',
    'bob',
    'email@bob',
    'hey@bob.com',
    'http://x.y/@bob',
    'www.x.y/@bob',
    'x@bob',
    '~~~\n@bob\n~~~',
    'é@bob',
    '＠bob',
])('%j does not mention bob', async (message) => {
    expect(await mentionsBob(message)).toBe(false);
});

it('mentions the other side of a direct channel always', async () => {
    const direct = playground.direct(harbor.users.alice, harbor.users.bob);
    expect(await mentionsBob('no name in it', direct.id)).toBe(true);
});

it('mentions by the words that a person chose', async () => {
    playground.world.users.change(harbor.users.bob, {
        notify_props: {
            ...playground.world.users.require(harbor.users.bob).notify_props,
            mention_keys: 'captain,ship wheel',
            first_name: 'true',
            channel: 'false',
        },
        first_name: 'Robert',
    });
    expect(await mentionsBob('ask the Captain!')).toBe(true);
    expect(await mentionsBob('ask Robert')).toBe(true);
    expect(await mentionsBob('ask robert')).toBe(false);
    expect(await mentionsBob('captains')).toBe(false);
    expect(await mentionsBob('@all')).toBe(false);
});

it('tells the sender who was meant but is not in the channel', async () => {
    const erin = playground.addUser('erin');
    playground.joinTeam(harbor.teamId, erin.id);
    const alice = openLine(playground, playground.login(harbor.users.alice));
    await alice.event('hello');
    playground.post(harbor.users.alice, harbor.deckId, 'where is @erin?');
    const frame = await alice.event('ephemeral_message');
    expect(String(frame.data?.['post'])).toContain('@erin');
    await settle();
    expect(bob.names()).not.toContain('ephemeral_message');
    alice.end();
});
