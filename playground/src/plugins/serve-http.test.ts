import {request as httpRequest, type IncomingMessage} from 'node:http';
import {connect} from 'node:net';
import {Readable} from 'node:stream';
import {text} from 'node:stream/consumers';
import {pipeline} from 'node:stream/promises';
import {setTimeout as sleep} from 'node:timers/promises';
import {setFlagsFromString} from 'node:v8';
import {runInNewContext} from 'node:vm';
import * as z from 'zod';
import {
    jsonOf,
    type PluginPlayground,
    startPluginPlayground,
    until,
} from '../../test/plugin-playground.ts';

const hundredMegabytes = 100_000_000;

setFlagsFromString('--expose-gc');
const collectGarbage = z.custom<() => void>().parse(runInNewContext('gc'));

let server: PluginPlayground;
beforeAll(async () => {
    server = await startPluginPlayground();
    await server.start();
});
afterAll(() => server.playground.close());

const toldSchema = z.object({
    pid: z.number(),
    Method: z.string(),
    URL: z.string(),
    RequestURI: z.string(),
    Header: z.record(z.string(), z.array(z.string())),
    Host: z.string(),
    RemoteAddr: z.string(),
    Context: z.looseObject({SessionId: z.string(), IPAddress: z.string(), RequestId: z.string()}),
});

type Init = NonNullable<Parameters<PluginPlayground['request']>[1]>;

const told = (path = '/', init: Init = {}) =>
    jsonOf(toldSchema, server.request(`/plugins/test-plugin${path}`, init));

describe('who asks', () => {
    const csrf = () => server.playground.world.sessions.byToken(server.token)?.csrf ?? '';
    const cookie = (more: Record<string, string> = {}): Init => ({
        token: '',
        headers: {Cookie: `MMAUTHTOKEN=${server.token}; other=1`, ...more},
    });

    it.each<[string, () => Init, boolean]>([
        ['a token in the header', () => ({}), true],
        [
            'the other word for it',
            () => ({headers: {Authorization: `Token ${server.token}`}}),
            true,
        ],
        ['a cookie with GET', () => cookie(), true],
        ['a cookie with POST', () => ({...cookie(), method: 'POST'}), false],
        [
            'a cookie with POST and its proof',
            () => ({...cookie({'X-CSRF-Token': csrf()}), method: 'POST'}),
            true,
        ],
        [
            'a cookie with POST and a wrong proof',
            () => ({...cookie({'X-CSRF-Token': 'x'}), method: 'POST'}),
            false,
        ],
        [
            'a cookie with POST from a script',
            () => ({...cookie({'X-Requested-With': 'XMLHttpRequest'}), method: 'POST'}),
            true,
        ],
        ['nothing', () => ({token: ''}), false],
        ['a bad token', () => ({token: 'wrong'}), false],
        [
            'a user id of its own making',
            () => ({token: '', headers: {'Mattermost-User-Id': server.adminId}}),
            false,
        ],
    ])('[CON-10] %s', async (_name, init, isKnown) => {
        const {Header, Context} = await told('/', init());
        expect(Header['Mattermost-User-Id']).toEqual(isKnown ? [server.adminId] : undefined);
        expect(Context.SessionId !== '').toBe(isKnown);
    });

    it('[CON-10] a token in the query counts, and is not told', async () => {
        const path = `/x?b=2&access_token=${server.token}&a=1`;
        const {Header, URL, RequestURI} = await told(path, {token: ''});
        expect(Header['Mattermost-User-Id']).toEqual([server.adminId]);
        expect(URL).toBe('/x?a=1&b=2');
        expect(RequestURI).toBe(`/plugins/test-plugin${path}`);
    });

    it('[CON-10] takes away what a plugin must not see, and passes on the rest', async () => {
        const {Header} = await told('/', {
            headers: {
                Cookie: `MMAUTHTOKEN=${server.token}; other=1; third=3`,
                'Mattermost-User-ID': 'somebody',
                'Mattermost-Plugin-ID': 'another-plugin',
                Referer: 'http://example.com/secret',
                'X-own-HEADER': 'kept',
            },
        });
        expect(Header).toMatchObject({
            Cookie: ['other=1; third=3'],
            'Mattermost-User-Id': [server.adminId],
            'X-Own-Header': ['kept'],
        });
        for (const name of ['Authorization', 'Referer', 'Mattermost-Plugin-Id', 'Host']) {
            expect(Header).not.toHaveProperty(name);
        }
        const stranger = await told('/', {token: 'of-a-third-party'});
        expect(stranger.Header['Authorization']).toEqual(['Bearer of-a-third-party']);
    });
});

describe('a request', () => {
    it('comes with its address as Go writes it, and from where it came', async () => {
        const {URL, Host, RemoteAddr, Context} = await told('/a%2Fb%20c/d?x=%20y&empty&x=z');
        expect(URL).toBe('/a/b%20c/d?empty=&x=+y&x=z');
        expect(Host).toBe(new globalThis.URL(server.playground.url).host);
        expect(RemoteAddr).toMatch(/^127\.0\.0\.1:\d+$/);
        expect(Context.IPAddress).toBe('127.0.0.1');
        expect(Context.RequestId).toMatch(/^[a-z0-9]{26}$/);
    });

    it('may have any method', async () => {
        for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
            expect(await told('/', {method})).toMatchObject({Method: method});
        }
        const head = await server.request('/plugins/test-plugin/', {method: 'HEAD'});
        expect([head.status, await head.text()]).toEqual([200, '']);
    });

    it("for a plugin that is not there is a 404 in Go's words", async () => {
        const answer = await server.request('/plugins/no-such-plugin/x');
        expect(answer.status).toBe(404);
        expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
        expect(await answer.text()).toBe('404 page not found\n');
    });

    it("that the plugin fails is a 500 in Go's words", async () => {
        const answer = await server.request('/plugins/test-plugin/fail');
        expect(answer.status).toBe(500);
        expect(await answer.text()).toBe('500 internal server error\n');
    });
});

describe('an answer', () => {
    it("has the plugin's status and headers", async () => {
        const answer = await server.request('/plugins/test-plugin/status?code=418');
        expect(answer.status).toBe(418);
        expect(answer.headers.get('x-own')).toBe('1, 2');
    });

    it('cannot have a status that is none', async () => {
        const answer = await server.request('/plugins/test-plugin/status?code=99');
        expect(answer.status).toBe(500);
    });

    it('that is short has a length, and one that is long is chunked', async () => {
        const short = await server.request('/plugins/test-plugin/pour?size=100');
        expect(short.headers.get('content-length')).toBe('100');
        expect(short.headers.get('content-type')).toBe('text/plain; charset=utf-8');
        const long = await server.request('/plugins/test-plugin/pour?size=100000');
        expect(long.headers.get('content-length')).toBeNull();
        expect((await long.arrayBuffer()).byteLength).toBe(100_000);
    });

    it('[DEL-17] that is flushed arrives piece by piece, and its plugin learns when the client is gone', async () => {
        const answer = await server.request('/plugins/test-plugin/drip');
        const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
        // It drips on and on: what comes, comes before the end.
        let heard = '';
        while (!heard.includes('data: 2\n\n')) heard += (await reader.read()).value ?? '';
        expect(heard).toMatch(/^data: 0\n\ndata: 1\n\ndata: 2\n\n/);
        await reader.cancel();
        await until(() =>
            server.lines.some(
                ({level, message}) =>
                    level === 'warn' && message === 'drip ended: write: broken pipe',
            ),
        );
    });
});

/** Who keeps a body of 100 MB grows by more than this, bytes. */
const LESS_THAN_A_BODY = 80_000_000;

/** A hundred megabytes take some seconds; on a machine that does ten things more, as many times longer. */
const HUNDRED_MEGABYTES_LIMIT_MS = 300_000;

describe('large bodies', () => {
    const count = async (size: number, pause: number, step = 1_000_000): Promise<string> => {
        const pieces = function* () {
            for (let sent = 0; sent < size; sent += step) {
                yield Buffer.alloc(Math.min(step, size - sent));
            }
        };
        // Not fetch, which would take the whole body in at once.
        const {port} = server.playground;
        const path = `/plugins/test-plugin/count?pause=${pause}`;
        const upload = httpRequest({host: '127.0.0.1', port, path, method: 'POST'});
        const answered = new Promise<IncomingMessage>((resolve, reject) => {
            upload.once('response', resolve);
            upload.once('error', reject);
        });
        await pipeline(Readable.from(pieces()), upload);
        return text(await answered);
    };
    /** The most, at a few looks, that this process's living buffers grew while `work` ran, bytes. */
    const growth = async (work: () => Promise<void>): Promise<number> => {
        const held = (): number => {
            // The first run finds the buffers that nobody has, the second gives their memory back.
            collectGarbage();
            collectGarbage();
            return process.memoryUsage().arrayBuffers;
        };
        const before = held();
        let most = 0;
        const watch = setInterval(() => {
            most = Math.max(most, held() - before);
        }, 1000);
        try {
            await work();
        } finally {
            clearInterval(watch);
        }
        return most;
    };

    it(
        '[CON-10] of 100 MB pass to the plugin whole, through bounded memory',
        async () => {
            const grown = await growth(async () => {
                expect(await count(hundredMegabytes, 0)).toBe(String(hundredMegabytes));
            });
            expect(grown).toBeLessThan(LESS_THAN_A_BODY);
        },
        HUNDRED_MEGABYTES_LIMIT_MS,
    );

    it(
        '[CON-10] of 100 MB pass from the plugin whole, through bounded memory',
        async () => {
            const grown = await growth(async () => {
                const {port} = server.playground;
                const path = `/plugins/test-plugin/pour?size=${hundredMegabytes}`;
                const download = httpRequest({host: '127.0.0.1', port, path}).end();
                const answer = await new Promise<IncomingMessage>((resolve, reject) => {
                    download.once('response', resolve);
                    download.once('error', reject);
                });
                let size = 0;
                for await (const chunk of answer) {
                    size += Buffer.from(chunk as Uint8Array).length;
                }
                expect(size).toBe(hundredMegabytes);
            });
            expect(grown).toBeLessThan(LESS_THAN_A_BODY);
        },
        HUNDRED_MEGABYTES_LIMIT_MS,
    );

    it('wait for a plugin that reads slowly', async () => {
        expect(await count(3_000_000, 10, 50_000)).toBe('3000000');
    });

    it(
        'wait for a client that reads slowly, while others are served',
        async () => {
            const {port} = server.playground;
            const socket = connect(port, '127.0.0.1');
            socket.write(
                `GET /plugins/test-plugin/pour?size=${hundredMegabytes} HTTP/1.1\r\nHost: x\r\n\r\n`,
            );
            const grown = await growth(async () => {
                socket.once('readable', () => undefined);
                for (let tries = 0; tries < 60; tries++) {
                    await told();
                    await sleep(50);
                }
            });
            socket.destroy();
            expect(grown).toBeLessThan(LESS_THAN_A_BODY);
        },
        HUNDRED_MEGABYTES_LIMIT_MS,
    );

    it('are left alone when the plugin does not want them', async () => {
        const answer = await server.request('/plugins/test-plugin/', {
            method: 'POST',
            body: Buffer.alloc(5_000_000),
        });
        expect(answer.status).toBe(200);
        await answer.body?.cancel();
        expect(await told()).toBeDefined();
    });

    it('that break off end early for the plugin', async () => {
        const {port} = server.playground;
        const socket = connect(port, '127.0.0.1');
        const head = 'POST /plugins/test-plugin/count HTTP/1.1\r\nHost: x\r\n';
        socket.write(`${head}Content-Length: 1000000\r\n\r\nonly this`);
        await sleep(100);
        socket.destroy();
        expect(await count(10, 0)).toBe('10');
    });
});

describe('a thousand calls of the plugin API at once', () => {
    it('[SET-03] are all answered, each with its own', async () => {
        const answer = await server.request('/plugins/test-plugin/storm?calls=1000');
        expect(await answer.text()).toBe('1000');
        expect(server.playground.world.pluginKv.list('test-plugin', 0, 2000)).toHaveLength(1000);
    });
});
