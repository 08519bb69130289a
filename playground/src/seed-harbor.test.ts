import {createPlayground, type Playground} from './playground.ts';
import {seedHarbor} from './seed-harbor.ts';
import {caller, read} from './test-client.ts';

let playground: Playground;

beforeEach(async () => {
    playground = await createPlayground();
});

afterEach(() => playground.close());

it.each(['admin', 'alice', 'bob', 'carol'] as const)(
    'lets %s log in, to a team with two channels',
    async (name) => {
        const harbor = seedHarbor(playground);
        const login = await read(
            await fetch(`${playground.url}/api/v4/users/login`, {
                method: 'POST',
                body: JSON.stringify({login_id: name, password: 'Playground1!'}),
            }),
        );
        expect(login.body).toMatchObject({id: harbor.users[name], username: name});
        const call = caller(playground, login.headers.get('token') ?? '');
        const channels = await call('GET', `/users/me/teams/${harbor.teamId}/channels`);
        expect(channels.list.map((channel) => channel['name']).toSorted()).toEqual([
            'deck',
            'town-square',
        ]);
        const ping = await call('GET', '/system/ping');
        expect(ping.body['status']).toBe('OK');
    },
);

it('makes only the admin an admin', () => {
    const {users} = seedHarbor(playground);
    const admins = Object.values(users).filter((id) => playground.world.permissions.isAdmin(id));
    expect(admins).toEqual([users.admin]);
});

it('tells a tap of everything that happens', () => {
    const {users, deckId} = seedHarbor(playground);
    const events: string[] = [];
    const tap = playground.tap((event) => {
        if (event.kind === 'published') {
            events.push(event.published.event);
        }
    });
    playground.post(users.alice, deckId, 'one');
    tap[Symbol.dispose]();
    playground.post(users.alice, deckId, 'two');
    expect(events.filter((event) => event === 'posted')).toHaveLength(1);
});

it('hands what is not the API to the web handler', async () => {
    await playground.close();
    playground = await createPlayground({
        web: (_request, response) => {
            response.end('the client');
        },
    });
    const page = async (path: string) => (await fetch(playground.url + path)).text();
    expect(await page('/')).toBe('the client');
    expect(await page('/harbor/channels/deck')).toBe('the client');
    expect((await fetch(`${playground.url}/api/v4/users/me`)).status).toBe(401);
});
