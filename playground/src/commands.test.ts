import {createPlayground, type Playground} from './playground.ts';
import {seedHarbor, type Harbor} from './seed-harbor.ts';
import {caller, openLine, postOf, settle, textOf, type Call, type Line} from './test-client.ts';
import {openHook, type Hook} from './test-hook.ts';

let playground: Playground;
let harbor: Harbor;
let hook: Hook;
let admin: Call;
let bob: Call;
let line: Line;

beforeEach(async () => {
    playground = await createPlayground();
    harbor = seedHarbor(playground);
    hook = await openHook();
    const token = playground.login(harbor.users.bob);
    bob = caller(playground, token);
    admin = caller(playground, playground.login(harbor.users.admin));
    line = openLine(playground, token);
    await line.event('hello');
});

afterEach(async () => {
    line.end();
    await hook.close();
    await playground.close();
});

const add = (more: object = {}) =>
    admin('POST', '/commands', {
        team_id: harbor.teamId,
        trigger: 'sail',
        method: 'P',
        url: `${hook.url}/sail`,
        ...more,
    });
const run = (command: string, more: object = {}) =>
    bob('POST', '/commands/execute', {channel_id: harbor.deckId, command, ...more});

describe('managing', () => {
    it('makes a command with a token, for admins only', async () => {
        const {status, body} = await add();
        expect(status).toBe(201);
        expect(body).toMatchObject({trigger: 'sail', creator_id: harbor.users.admin});
        expect(body['token']).toMatch(/^[a-z0-9]{26}$/);
        const path = `/commands/${textOf(body, 'id')}`;
        expect((await bob('POST', '/commands', {team_id: harbor.teamId})).status).toBe(403);
        expect((await bob('GET', path)).status).toBe(404);
        expect((await bob('DELETE', path)).status).toBe(404);
        const fresh = await admin('PUT', `${path}/regen_token`);
        expect(fresh.body['token']).not.toBe(body['token']);
        expect((await admin('DELETE', path)).status).toBe(200);
        expect((await run('/sail')).status).toBe(404);
    });

    it.each([
        [{trigger: 'me'}, 'api.command.duplicate_trigger.app_error'],
        [{trigger: '/a b'}, 'model.command.is_valid.trigger.app_error'],
        [{url: 'ftp://x'}, 'model.command.is_valid.url_http.app_error'],
        [{method: 'X'}, 'model.command.is_valid.method.app_error'],
    ])('refuses %j', async (wrong, id) => {
        const {status, body} = await add(wrong);
        expect([status, body['id']]).toEqual([400, id]);
    });
});

describe('running', () => {
    it('posts a form with the token, and who and what was mentioned', async () => {
        const {body} = await add();
        const token = textOf(body, 'token');
        hook.answer('', 200, 'text/plain');
        expect((await run('/SAIL to @alice in ~deck')).status).toBe(200);
        const {headers, body: form} = hook.last();
        expect(headers).toMatchObject({
            'content-type': 'application/x-www-form-urlencoded',
            authorization: `Token ${token}`,
            accept: 'application/json',
        });
        expect(Object.fromEntries(new URLSearchParams(form))).toMatchObject({
            token,
            command: '/sail',
            text: 'to @alice in ~deck',
            user_id: harbor.users.bob,
            user_name: 'bob',
            channel_id: harbor.deckId,
            channel_name: 'deck',
            team_id: harbor.teamId,
            team_domain: 'harbor',
            user_mentions: 'alice',
            user_mentions_ids: harbor.users.alice,
            channel_mentions: 'deck',
            channel_mentions_ids: harbor.deckId,
            response_url: expect.stringContaining(`${playground.url}/hooks/commands/`),
        });
    });

    it('asks with a query when its method is GET', async () => {
        await add({method: 'G', url: `${hook.url}/sail?a=1`});
        await run('/sail west');
        expect(hook.last().url).toMatch(/^\/sail\?a=1&.*text=west/);
        expect(hook.last().body).toBe('');
    });

    it('shows plain text to the caller only', async () => {
        await add();
        hook.answer('aye <http://example.com|aye>', 200, 'text/plain');
        await run('/sail');
        expect(postOf(await line.event('ephemeral_message'))).toMatchObject({
            message: 'aye [aye](http://example.com)',
            type: 'system_ephemeral',
            props: {from_webhook: 'true'},
        });
    });

    it('posts an answer for the channel in the name of the caller', async () => {
        await add();
        hook.answer({
            response_type: 'in_channel',
            text: 'anchors aweigh',
            attachments: [{text: 'x'}],
            extra_responses: [{response_type: 'in_channel', text: 'and more'}],
        });
        const answer = await run('/sail', {root_id: ''});
        expect(answer.body).toMatchObject({response_type: 'in_channel', text: 'anchors aweigh'});
        const posted = (message: string) =>
            line.until((frame) => frame.event === 'posted' && postOf(frame)['message'] === message);
        expect(postOf(await posted('anchors aweigh'))).toMatchObject({
            user_id: harbor.users.bob,
            type: 'slack_attachment',
        });
        await posted('and more');
    });

    it.each([
        ['{', 200, 'api.command.execute_command.failed.app_error'],
        ['oops', 500, 'api.command.execute_command.failed_resp.app_error'],
        [
            '{"text":"x","type":"system_x"}',
            200,
            'api.command.execute_command.create_post_failed.app_error',
        ],
    ])('answers 500 to %j with %i', async (body, status, id) => {
        await add();
        hook.answer(body, status);
        const answer = await run('/sail');
        expect([answer.status, answer.body['id']]).toEqual([500, id]);
    });

    it('says that it knows no such command', async () => {
        const {status, body} = await run('/nosuch thing');
        expect([status, body['id']]).toEqual([
            404,
            'api.command.execute_command.not_found.app_error',
        ]);
        expect((await run('nosuch')).status).toBe(400);
        // The server's own ones are not imitated, and it says so.
        expect((await run('/away')).status).toBe(501);
    });

    it('is for members of the channel', async () => {
        await add();
        const erin = playground.addUser('erin');
        playground.joinTeam(harbor.teamId, erin.id);
        const outside = caller(playground, playground.login(erin.id));
        const body = {channel_id: harbor.deckId, command: '/sail'};
        expect((await outside('POST', '/commands/execute', body)).status).toBe(403);
    });
});

describe('answering later', () => {
    async function laterUrl(): Promise<string> {
        await add();
        hook.answer({text: ''});
        await run('/sail');
        return new URLSearchParams(hook.last().body).get('response_url') ?? '';
    }
    const answer = (url: string, body: unknown) =>
        fetch(url, {
            method: 'POST',
            headers: {'Content-Type': 'application/json'},
            body: JSON.stringify(body),
        });

    it('takes answers at the address that came with the call, five times', async () => {
        const url = await laterUrl();
        for (let index = 0; index < 5; index++) {
            expect((await answer(url, {response_type: 'in_channel', text: 'late'})).status).toBe(
                200,
            );
        }
        expect((await answer(url, {text: 'too late'})).status).toBe(400);
        await settle();
        expect(line.names().filter((name) => name === 'posted')).toHaveLength(5);
    });

    it('answers 404 at an address that nobody was given', async () => {
        const url = `${playground.url}/hooks/commands/${'a'.repeat(26)}`;
        expect((await answer(url, {text: 'x'})).status).toBe(404);
    });
});
