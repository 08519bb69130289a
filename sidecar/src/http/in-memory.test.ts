import {once} from 'node:events';
import {PassThrough, Readable} from 'node:stream';
import express from 'express';
import {createInMemoryServer, type InboundRequest, type ResponseSink} from './in-memory.ts';

interface Taken extends ResponseSink {
    status: number;
    headers: Readonly<Record<string, readonly string[]>>;
    bytes: number;
    text: string;
    flushes: number;
}

function sink(onWrite: (chunk: Buffer) => Promise<void> | void = () => undefined): Taken {
    const taken: Taken = {
        status: 0,
        headers: {},
        bytes: 0,
        text: '',
        flushes: 0,
        async head(status, headers) {
            taken.status = status;
            taken.headers = headers;
        },
        async write(chunk) {
            taken.bytes += chunk.length;
            if (taken.text.length < 10_000) taken.text += chunk.toString();
            await onWrite(chunk);
        },
        async flush() {
            taken.flushes++;
        },
    };
    return taken;
}

const request = (change: Partial<InboundRequest> = {}): InboundRequest => ({
    method: 'GET',
    url: '/',
    headers: {},
    host: 'chat.example.com',
    remoteAddress: '10.1.2.3',
    body: Readable.from([]),
    ...change,
});

const MB = 1_000_000;
const chunk = Buffer.alloc(64_000, 'x');

function* pieces(total: number): Generator<Buffer> {
    for (let sent = 0; sent < total; sent += chunk.length) {
        yield chunk.subarray(0, Math.min(chunk.length, total - sent));
    }
}

describe('an express app without a port', () => {
    it('[BTN-09] answers with status, headers and body, and sees who asks', async () => {
        const app = express();
        app.post('/say', express.json(), (req, res) => {
            res.status(201)
                .set('X-Saw', `${req.ip} ${req.get('host')} ${req.get('mattermost-user-id')}`)
                .json({heard: req.body, query: req.query});
        });
        const answer = sink();
        await createInMemoryServer(app).handle(
            request({
                method: 'POST',
                url: '/say?a=b+c',
                headers: {
                    'Content-Type': ['application/json'],
                    'Mattermost-User-Id': ['u1'],
                    'X-Forwarded-For': ['6.6.6.6'],
                    Connection: ['keep-alive'],
                },
                body: Readable.from([Buffer.from('{"word":'), Buffer.from('"aye"}')]),
            }),
            answer,
        );
        expect(answer.status).toBe(201);
        expect(answer.headers['X-Saw']).toEqual(['10.1.2.3 chat.example.com u1']);
        expect(answer.headers).not.toHaveProperty('Connection');
        expect(JSON.parse(answer.text)).toEqual({heard: {word: 'aye'}, query: {a: 'b c'}});
    });

    it('takes 100 MB in and gives 100 MB out without holding them', async () => {
        const app = express();
        app.post('/through', (req, res) => {
            res.type('application/octet-stream');
            req.pipe(res);
        });
        const server = createInMemoryServer(app);
        let given = 0;
        let lead = 0;
        const body = Readable.from(pieces(100 * MB));
        body.on('data', (piece: Buffer) => {
            given += piece.length;
            lead = Math.max(lead, given - answer.bytes);
        });
        body.pause();
        const answer = sink();
        await server.handle(request({method: 'POST', url: '/through', body}), answer);
        expect(answer.bytes).toBe(100 * MB);
        expect(lead).toBeLessThan(5 * MB);
    });

    it('lets a slow reader hold the app back', async () => {
        const app = express();
        let produced = 0;
        app.get('/flood', (_req, res) => {
            const source = Readable.from(pieces(50 * MB));
            source.on('data', (piece: Buffer) => {
                produced += piece.length;
            });
            source.pipe(res);
        });
        const gate = Promise.withResolvers<undefined>();
        const answer = sink(() => gate.promise);
        const server = createInMemoryServer(app);
        const handled = server.handle(request({url: '/flood'}), answer);
        await new Promise((resolve) => setTimeout(resolve, 200));
        expect(produced).toBeLessThan(3 * MB);
        gate.resolve(undefined);
        await handled;
        expect(answer.bytes).toBe(50 * MB);
    });

    it('flushes each event of a stream, and tells the app when the client is gone', async () => {
        const app = express();
        const gone = Promise.withResolvers<undefined>();
        app.get('/events', (_req, res) => {
            res.set('Content-Type', 'text/event-stream').flushHeaders();
            const timer = setInterval(() => res.write('data: tick\n\n'), 5);
            res.once('close', () => {
                clearInterval(timer);
                gone.resolve(undefined);
            });
        });
        let writes = 0;
        const answer = sink(() => {
            if (++writes === 3) throw new Error('write: broken pipe');
        });
        await expect(
            createInMemoryServer(app).handle(request({url: '/events'}), answer),
        ).rejects.toThrow('broken pipe');
        await gone.promise;
        expect(answer.flushes).toBeGreaterThanOrEqual(3);
    });

    it('ends a request whose body breaks off, so that half is not taken for all', async () => {
        const app = express();
        const seen = Promise.withResolvers<string>();
        app.post('/', (req) => {
            req.once('aborted', () => seen.resolve('aborted')).resume();
        });
        const body = new PassThrough();
        const answer = sink();
        const handled = createInMemoryServer(app).handle(
            request({method: 'POST', headers: {'Content-Length': ['100']}, body}),
            answer,
        );
        body.end('only this');
        await handled;
        expect(await seen.promise).toBe('aborted');
        expect(answer.status).toBe(502);
    });

    it('answers although nobody reads the body, and lets go of it', async () => {
        const app = express();
        app.post('/', (_req, res) => {
            res.status(413).json({});
        });
        const body = Readable.from(pieces(20 * MB));
        const answer = sink();
        await createInMemoryServer(app).handle(request({method: 'POST', body}), answer);
        expect(answer.status).toBe(413);
        if (!body.closed) await once(body, 'close');
    });

    it('refuses what HTTP cannot carry, and everything after it was closed', async () => {
        const server = createInMemoryServer(express());
        const strange = sink();
        await server.handle(request({url: '/a b\n'}), strange);
        expect(strange.status).toBe(502);
        server.close();
        const late = sink();
        await server.handle(request(), late);
        expect(late.status).toBe(503);
    });
});
