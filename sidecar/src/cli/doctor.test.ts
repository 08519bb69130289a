import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {createServer} from 'node:http';
import {createServer as createSecureServer} from 'node:https';
import type {AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {createPlayground, type Playground} from '../../../playground/src/playground.ts';
import {certificateFile, pem, startRecordingProxy} from '../net/recording-proxy.fixture.ts';
import {runCommandLine} from './cli.ts';

let playground: Playground;
let bot: {userId: string; token: string};
beforeAll(async () => {
    playground = await createPlayground();
    const team = playground.addTeam('harbor');
    bot = playground.addBot('gangway', {teams: [team.id]});
});
afterAll(async () => {
    await playground.close();
});

async function run(args: readonly string[], env: Record<string, string> = {}) {
    let out = '';
    const print = (text: string): void => {
        out += text;
    };
    const terminal = {version: '0', env, out: print, err: print, interactive: false};
    const code = await runCommandLine(args, terminal, new AbortController().signal);
    return {code, out};
}

it('[OPS-02] doctor finds everything well where it is', async () => {
    const {code, out} = await run(['doctor'], {
        MATTERMOST_URL: playground.url,
        MATTERMOST_BOT_TOKEN: bot.token,
    });
    expect({code, ill: out.match(/✗.*/g)}).toEqual({code: 0, ill: null});
    expect(out).toContain('the token is that of the bot @gangway');
    expect(out).toContain('the WebSocket opens');
    expect(out).not.toContain(bot.token);
});

it('[OPS-02] doctor names what is wrong and how to mend it', async () => {
    const alice = playground.addUser('alice');
    const env = (token: string, url = playground.url) => ({
        MATTERMOST_URL: url,
        MATTERMOST_BOT_TOKEN: token,
    });
    const wrong = await run(['doctor'], env('wrong-token'));
    expect(wrong).toMatchObject({code: 1, out: expect.stringContaining('make a new token')});
    const person = await run(['doctor'], env(playground.login(alice.id)));
    expect(person.out).toContain('@alice is a person: use the token of a bot account');
    expect(person.out).toContain('the bot is in no team');
    const away = await run(['doctor'], env('x', 'http://127.0.0.1:9'));
    expect(away).toMatchObject({code: 1, out: expect.stringContaining('correct baseUrl')});
});

it('[CON-12][BR-31] doctor says what is wrong with certificate or proxy, and goes the way that serve goes', async () => {
    const server = createSecureServer(
        {key: pem('server.key'), cert: pem('server.pem')},
        (_request, response) => response.end('{}'),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const {port} = server.address() as AddressInfo;
    const proxy = await startRecordingProxy({refusal: 407});
    try {
        const env = {MATTERMOST_URL: `https://localhost:${port}`, MATTERMOST_BOT_TOKEN: 'x'};
        const untrusted = await run(['doctor'], env);
        expect(untrusted).toMatchObject({code: 1});
        expect(untrusted.out).toContain(
            'does not answer: the certificate of localhost is not trusted: UNABLE_TO_VERIFY_LEAF_SIGNATURE: name the file of its certificate authority in network.caFile or SSL_CERT_FILE',
        );
        const trusted = await run(['doctor'], {...env, SSL_CERT_FILE: certificateFile('ca.pem')});
        expect(trusted.out).toContain(`https://localhost:${port} answers`);
        const through = await run(['doctor'], {
            MATTERMOST_URL: 'https://chat.test',
            MATTERMOST_BOT_TOKEN: 'x',
            HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`,
        });
        expect(proxy.asked).toEqual(['CONNECT chat.test:443']);
        expect(through.out).toMatch(
            /the proxy 127\.0\.0\.1:\d+ .* answered 407: give network\.proxy/,
        );
        const socks = await run(['doctor'], {...env, HTTPS_PROXY: 'socks5://127.0.0.1:1080'});
        expect(socks.out).toContain('✗ network: the proxy is not used (a proxy of the kind socks5');
    } finally {
        await proxy.stop();
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
    }
});

it('[BR-43] doctor says where buttons call back to, and what it cannot try', async () => {
    const env = {MATTERMOST_URL: playground.url, MATTERMOST_BOT_TOKEN: bot.token};
    const guessed = await run(['doctor'], env);
    expect(guessed.out).toMatch(
        /· default: buttons call http:\/\/127\.0\.0\.1:8066, where .*guessed because the server is on this machine; a server in a container cannot reach it.*AllowedUntrustedInternalConnections/,
    );
    const server = createServer((_request, response) => response.end('{"status":"ok"}'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const folder = await mkdtemp(path.join(tmpdir(), 'gangway-doctor-'));
    try {
        const file = path.join(folder, 'gangway.json5');
        const publicUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
        await writeFile(file, JSON.stringify({http: {publicUrl}}));
        const said = await run(['doctor', '-c', file], env);
        expect(said.code).toBe(0);
        expect(said.out).toContain(
            `buttons call ${publicUrl.slice(0, -1)}, where Gangway answers; whether the server reaches it cannot be tried from here`,
        );
    } finally {
        await rm(folder, {recursive: true});
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
    }
});

it('[BR-29] [DEL-08] doctor names permissions that the bot lacks for its own posts, where, and what to do', async () => {
    const {permissions} = playground.world;
    const env = {MATTERMOST_URL: playground.url, MATTERMOST_BOT_TOKEN: bot.token};
    expect((await run(['doctor'], env)).out).toContain(
        '✓ default: the bot may edit and delete its own posts',
    );
    permissions.setGranted('channel_user', 'edit_post', false);
    permissions.setGranted('channel_user', 'delete_post', false);
    try {
        const lacking = await run(['doctor'], env);
        expect(lacking.code).toBe(1);
        expect(lacking.out).toContain(
            '✗ default: the bot lacks the permission edit_post in its channels: give "Edit Own Posts" to channel_user under System Console > User Management > Permissions; until then answers come without drafts',
        );
        expect(lacking.out).toMatch(
            /✗ default: the bot lacks the permission delete_post in .*"Delete Own Posts"/,
        );
        // An admin of a team may delete there, and not edit.
        const fleet = playground.addTeam('fleet');
        playground.world.teams.saveMember(fleet.id, bot.userId, true);
        playground.joinChannel(playground.addChannel(fleet.id, 'deck').id, bot.userId);
        const partly = await run(['doctor'], env);
        expect(partly.out).toMatch(/lacks the permission edit_post in its channels/);
        expect(partly.out).toMatch(
            /lacks the permission delete_post in (\d+) of its (\d+) channels/,
        );
    } finally {
        permissions.setGranted('channel_user', 'edit_post', true);
        permissions.setGranted('channel_user', 'delete_post', true);
    }
});

it('[OPS-02] status tells how the accounts of a running Gangway are', async () => {
    let state = 'ready';
    const server = createServer((_request, response) => {
        const missingPermissions = ['edit_post'];
        const accounts = [{account: 'default', state, since: 0, reconnects: 2, missingPermissions}];
        response.end(JSON.stringify({status: state === 'ready' ? 'ready' : 'not ready', accounts}));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
        const ready = await run(['status', '--url', url]);
        expect(ready.code).toBe(0);
        expect(ready.out).toContain('default: ready since 1970-01-01T00:00:00.000Z, 2 reconnects');
        expect(ready.out).toContain(
            'default: the bot lacks edit_post, answers come without drafts',
        );
        state = 'bad-token';
        expect(await run(['status', '--url', url])).toMatchObject({code: 1});
    } finally {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
    }
    expect(await run(['status', '--url', url])).toMatchObject({
        code: 1,
        out: expect.stringContaining('Nothing that is Gangway answers'),
    });
});
