import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {createPlayground, type Playground} from '../../../playground/src/playground.ts';
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

it('[OPS-02] status tells how the accounts of a running Gangway are', async () => {
    let state = 'ready';
    const server = createServer((_request, response) => {
        const accounts = [{account: 'default', state, since: 0, reconnects: 2}];
        response.end(JSON.stringify({status: state === 'ready' ? 'ready' : 'not ready', accounts}));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
        const ready = await run(['status', '--url', url]);
        expect(ready.code).toBe(0);
        expect(ready.out).toContain('default: ready since 1970-01-01T00:00:00.000Z, 2 reconnects');
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
