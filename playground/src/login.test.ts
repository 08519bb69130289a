import {createPlayground, type Playground} from './playground.ts';
import {seedHarbor, type Harbor} from './seed-harbor.ts';
import {caller, read} from './test-client.ts';

let playground: Playground;
let harbor: Harbor;

beforeAll(async () => {
    playground = await createPlayground();
    harbor = seedHarbor(playground);
});

afterAll(() => playground.close());

const login = (body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${playground.url}/api/v4/users/login`, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
    });

it('gives the token in a header and cookies to browsers only', async () => {
    const plain = await login({login_id: 'alice', password: 'Playground1!'});
    expect(plain.status).toBe(200);
    expect(plain.headers.get('token')).toMatch(/^[a-z0-9]{26}$/);
    expect(plain.headers.getSetCookie()).toEqual([]);

    const browser = await login(
        {login_id: 'alice@example.com', password: 'Playground1!'},
        {'X-Requested-With': 'XMLHttpRequest'},
    );
    const names = browser.headers.getSetCookie().map((cookie) => cookie.split('=')[0]);
    expect(names).toEqual(['MMAUTHTOKEN', 'MMUSERID', 'MMCSRF']);
});

it.each([
    [
        {login_id: 'alice', password: 'wrong'},
        401,
        'api.user.login.invalid_credentials_email_username',
    ],
    [
        {login_id: 'nobody', password: 'wrong'},
        401,
        'api.user.login.invalid_credentials_email_username',
    ],
    [{login_id: 'alice', password: ''}, 400, 'api.user.login.blank_pwd.app_error'],
    ['not an object', 400, 'api.user.login.blank_pwd.app_error'],
])('refuses the login %j', async (body, status, id) => {
    const answer = await read(await login(body));
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({id, status_code: status, detailed_error: ''});
    expect(answer.body['request_id']).toBe(answer.headers.get('x-request-id'));
});

it('answers 401 without a session, with an unknown token and after the logout', async () => {
    const token = playground.login(harbor.users.alice);
    expect((await caller(playground)('GET', '/users/me')).status).toBe(401);
    expect((await caller(playground, 'x'.repeat(26))('GET', '/users/me')).status).toBe(401);
    await caller(playground, token)('POST', '/users/logout');
    expect((await caller(playground, token)('GET', '/users/me')).body['id']).toBe(
        'api.context.session_expired.app_error',
    );
});

describe('with the session in a cookie', () => {
    const ids = (headers: Record<string, string>) =>
        fetch(`${playground.url}/api/v4/users/ids`, {
            method: 'POST',
            headers,
            body: JSON.stringify([harbor.users.bob]),
        });
    const session = () => playground.world.sessions.login(harbor.users.alice);

    it('reads without more', async () => {
        const cookie = `MMAUTHTOKEN=${session().token}`;
        const me = await fetch(`${playground.url}/api/v4/users/me`, {headers: {cookie}});
        expect(me.status).toBe(200);
    });

    it('writes only with a proof against forgery', async () => {
        const {token, csrf} = session();
        const cookie = `MMAUTHTOKEN=${token}`;
        expect((await ids({cookie})).status).toBe(401);
        expect((await ids({cookie, 'X-CSRF-Token': 'wrong'})).status).toBe(401);
        expect((await ids({cookie, 'X-CSRF-Token': csrf})).status).toBe(200);
        expect((await ids({cookie, 'X-Requested-With': 'XMLHttpRequest'})).status).toBe(200);
    });

    it('goes before a header', async () => {
        const headers = {
            cookie: 'MMAUTHTOKEN=nonsense',
            Authorization: `Bearer ${session().token}`,
        };
        const me = await fetch(`${playground.url}/api/v4/users/me`, {headers});
        expect(me.status).toBe(401);
    });
});

it('takes no token from the query', async () => {
    const token = playground.login(harbor.users.alice);
    const answer = await caller(playground)('GET', `/users/me?access_token=${token}`);
    expect(answer.status).toBe(401);
    expect(answer.body['id']).toBe('api.context.token_provided.app_error');
});

it('says 501 and the route for what it does not know, 404 where the server has no route', async () => {
    const call = caller(playground, playground.login(harbor.users.alice));
    const unknown = await call('GET', '/recaps');
    expect(unknown.status).toBe(501);
    expect(unknown.body['message']).toContain('GET /api/v4/recaps');
    expect((await call('GET', '/users/not-an-id')).body['id']).toBe('api.context.404.app_error');
    expect((await call('GET', '/users/tooshort')).body['id']).toBe(
        'api.context.invalid_url_param.app_error',
    );
});

it('refuses addresses and bodies that are too long', async () => {
    const call = caller(playground, playground.login(harbor.users.alice));
    expect((await call('GET', `/users/me?x=${'y'.repeat(2100)}`)).status).toBe(414);
    const big = await call('POST', '/posts', {message: 'x'.repeat(301_000)});
    expect(big.status).toBe(413);
    expect(big.body['id']).toBe('api.context.request_body_too_large.app_error');
});
