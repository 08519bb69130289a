import {request as httpRequest} from 'node:http';
import type {Fault} from './faults.ts';
import {until} from '../test/plugin-playground.ts';
import {createPlayground, type Playground} from './playground.ts';
import {seedHarbor, type Harbor} from './seed-harbor.ts';
import {caller, openLine, settle, type Call, type Line} from './test-client.ts';

let playground: Playground;
let harbor: Harbor;
let alice: Call;
const lines: Line[] = [];

beforeEach(async () => {
    playground = await createPlayground();
    harbor = seedHarbor(playground);
    alice = caller(playground, playground.login(harbor.users.alice));
});

afterEach(async () => {
    for (const line of lines.splice(0)) {
        line.end();
    }
    await playground.close();
});

const inject = (fault: Fault) => playground.faults.inject(fault);
const create = (message = 'x') =>
    alice('POST', '/posts', {channel_id: harbor.deckId, message, pending_post_id: message});

function open(user: keyof Harbor['users'] = 'bob'): Line {
    const line = openLine(playground, playground.login(harbor.users[user]));
    lines.push(line);
    return line;
}

async function listen(user: keyof Harbor['users'] = 'bob'): Promise<Line> {
    const line = open(user);
    await line.event('hello');
    return line;
}

function statusOfUpgrade(line: Line): Promise<number | undefined> {
    return new Promise((resolve) => {
        line.socket.once('unexpected-response', (request, response) => {
            request.destroy();
            resolve(response.statusCode);
        });
    });
}

const posts = () =>
    playground.world.posts.table
        .ofChannel(harbor.deckId)
        .map((post) => post.message)
        .filter((message) => message !== '');

describe('REST', () => {
    it('limits the rate of what matches, as often as it is told to', async () => {
        await inject({
            kind: 'answer',
            status: 429,
            retryAfterSeconds: 3,
            match: {method: 'POST', path: '/posts$', times: 2},
        });
        expect((await alice('GET', '/users/me')).status).toBe(200);
        const limited = await create();
        expect(limited.status).toBe(429);
        expect(limited.text).toBe('limit exceeded\n');
        expect(limited.headers.get('retry-after')).toBe('3');
        expect(limited.headers.get('content-type')).toBe('text/plain; charset=utf-8');
        expect((await create()).status).toBe(429);
        expect((await create()).status).toBe(201);
    });

    it.each([500, 502, 503, 504])(
        'answers %i with a page of HTML until cleared',
        async (status) => {
            await inject({kind: 'answer', status});
            const answer = await create();
            expect(answer.status).toBe(status);
            expect(answer.headers.get('content-type')).toBe('text/html');
            await inject({kind: 'clear'});
            expect((await create()).status).toBe(201);
        },
    );

    it('resets the connection before the request has had its effect', async () => {
        await inject({kind: 'reset', match: {times: 1}});
        await expect(create('lost')).rejects.toThrow();
        expect(posts()).toEqual([]);
    });

    it('resets the connection after the request has had its effect', async () => {
        await inject({kind: 'reset', when: 'after', match: {method: 'POST', times: 1}});
        await expect(create('kept')).rejects.toThrow();
        expect(posts()).toEqual(['kept']);
        // The same pending id makes no second post.
        expect((await create('kept')).status).toBe(201);
        expect(posts()).toEqual(['kept']);
    });

    it.each([
        ['before', []],
        ['after', ['quiet']],
    ] as const)('leaves a request without an answer, %s its effect', async (when, expected) => {
        await inject({kind: 'hang', when, match: {times: 1}});
        const before = playground.faults.requests;
        const controller = new AbortController();
        const answer = fetch(`${playground.url}/api/v4/posts`, {
            method: 'POST',
            headers: {Authorization: `Bearer ${playground.login(harbor.users.alice)}`},
            body: JSON.stringify({channel_id: harbor.deckId, message: 'quiet'}),
            signal: controller.signal,
        });
        const failed = expect(answer).rejects.toThrow();
        await until(
            () => playground.faults.requests > before && posts().length === expected.length,
        );
        await settle();
        controller.abort();
        await failed;
        expect(posts()).toEqual(expected);
    });

    it('delays everything', async () => {
        await inject({kind: 'delay', ms: 120});
        const start = Date.now();
        await alice('GET', '/users/me');
        expect(Date.now() - start).toBeGreaterThan(110);
        await inject({kind: 'delay', ms: 0});
    });

    it('moves the clock', async () => {
        const before = (await create('now')).body['create_at'];
        await inject({kind: 'shift-clock', ms: 3_600_000});
        const after = (await create('later')).body['create_at'];
        expect(Number(after) - Number(before)).toBeGreaterThanOrEqual(3_600_000);
    });

    it('counts requests', async () => {
        const before = playground.faults.requests;
        await alice('GET', '/users/me');
        expect(playground.faults.requests).toBe(before + 1);
    });
});

describe('lines', () => {
    it('cuts those of one user, or of all', async () => {
        const [bob, carol] = [await listen('bob'), await listen('carol')];
        await inject({kind: 'cut', user: 'bob'});
        expect(await bob.closed).toBe(1006);
        await settle();
        expect(carol.socket.readyState).toBe(carol.socket.OPEN);
        await inject({kind: 'cut'});
        expect(await carol.closed).toBe(1006);
    });

    it('lets upgrades wait', async () => {
        await inject({kind: 'hold', ms: 200});
        const start = Date.now();
        await listen();
        expect(Date.now() - start).toBeGreaterThan(150);
    });

    it('refuses upgrades with a status, for a time', async () => {
        await inject({kind: 'refuse-upgrades', status: 426, ms: 4_000});
        expect(await statusOfUpgrade(open())).toBe(426);
        await new Promise((resolve) => setTimeout(resolve, 4_100));
        await listen();
        await inject({kind: 'refuse-upgrades', status: 503});
        expect(await statusOfUpgrade(open())).toBe(503);
    });

    it('falls silent without closing, pings included', async () => {
        const line = await listen();
        await settle();
        await inject({kind: 'silence', silent: true});
        const heard = line.frames.length;
        let pongs = 0;
        line.socket.on('pong', () => pongs++);
        line.socket.ping();
        line.send({seq: 1, action: 'ping'});
        await create('unheard');
        await settle();
        expect([line.frames.length - heard, pongs]).toEqual([0, 0]);
        expect(line.socket.readyState).toBe(line.socket.OPEN);
        const next = await listen();
        await create('heard');
        await next.event('posted');
    });

    it('makes new lines silent too when it is told to', async () => {
        await inject({kind: 'silence', silent: true, newLines: true});
        const line = open();
        await new Promise((resolve) => line.socket.once('open', resolve));
        await settle();
        expect(line.frames).toEqual([]);
        await inject({kind: 'silence', silent: false});
        await listen();
    });
});

describe('a restart', () => {
    it('closes the port for a while and keeps what was said', async () => {
        await create('before');
        const line = await listen();
        const down = inject({kind: 'restart', downMs: 4_000});
        expect(await line.closed).toBe(1006);
        await expect(create('during')).rejects.toThrow();
        await down;
        expect((await create('after')).status).toBe(201);
        expect(posts()).toEqual(['before', 'after']);
    });
});

describe('the control route', () => {
    const post = (body: string) =>
        fetch(`${playground.url}/playground/faults`, {method: 'POST', body});

    it('takes faults as JSON', async () => {
        const answer = await post('{"kind":"answer","status":503,"match":{"times":1}}');
        expect(answer.status).toBe(200);
        expect((await create()).status).toBe(503);
        expect((await create()).status).toBe(201);
    });

    it('answers a restart before it happens', async () => {
        const line = await listen();
        expect((await post('{"kind":"restart","downMs":20}')).status).toBe(200);
        expect(await line.closed).toBe(1006);
        await until(() =>
            create().then(
                ({status}) => status === 201,
                () => false,
            ),
        );
    });

    it.each(['not json', '{"kind":"earthquake"}', '{"kind":"hold","ms":-1}'])(
        'refuses %s',
        async (body) => {
            expect((await post(body)).status).toBe(400);
        },
    );

    it('is itself beyond all faults', async () => {
        await inject({kind: 'hang'});
        expect((await post('{"kind":"clear"}')).status).toBe(200);
        expect((await create()).status).toBe(201);
    });

    it('is for posts only', async () => {
        const status = await new Promise((resolve, reject) => {
            const request = httpRequest(`${playground.url}/playground/faults`, (response) => {
                response.resume();
                resolve(response.statusCode);
            });
            request.on('error', reject);
            request.end();
        });
        expect(status).toBe(403);
    });
});
