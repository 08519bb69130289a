import {once} from 'node:events';
import {createServer, type RequestListener, type Server} from 'node:http';
import {createServer as createSecureServer} from 'node:https';
import {createServer as createTcpServer, type AddressInfo, type Socket} from 'node:net';
import {Agent, fetch as libraryFetch} from 'undici';
import WebSocket, {WebSocketServer} from 'ws';
import {silentLog} from '../contract/log.ts';
import {directOutbound} from './direct.fixture.ts';
import {lineFaultOf} from './line-fault.ts';
import {createOutbound, type Outbound, type OutboundOptions} from './outbound.ts';
import {
    certificateFile,
    pem,
    startRecordingProxy,
    type ProxyBehaviour,
    type RecordingProxy,
} from './recording-proxy.fixture.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
    jest.useRealTimers();
    await Promise.all(closing.splice(0).map((close) => close()));
});

const hello: RequestListener = (_request, response) => void response.end('hello');

async function serve(server: Server): Promise<number> {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(async () => {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
    });
    return (server.address() as AddressInfo).port;
}
const plain = (listener = hello): Promise<number> => serve(createServer(listener));
const secure = (
    cert: 'server.pem' | 'expired.pem' | 'elsewhere.pem' = 'server.pem',
): Promise<number> => serve(createSecureServer({key: pem('server.key'), cert: pem(cert)}, hello));

async function proxyOf(behaviour?: ProxyBehaviour): Promise<RecordingProxy> {
    const proxy = await startRecordingProxy(behaviour);
    closing.push(() => proxy.stop());
    return proxy;
}
const outboundOf = (options: Partial<OutboundOptions>): Outbound =>
    createOutbound({env: {}, log: silentLog, ...options});
const trusting = {caFile: certificateFile('ca.pem')};

async function textOf(outbound: Outbound, url: string): Promise<string> {
    return await (await outbound.fetch(url)).text();
}
async function faultOf(outbound: Outbound, url: string) {
    const error: unknown = await textOf(outbound, url).catch((thrown: unknown) => thrown);
    return lineFaultOf(error) ?? error;
}

describe('[BR-18] how long an answer may take', () => {
    /** A server that says nothing before `goOn` is called, or stops in the middle. */
    async function silent(headersFirst: boolean) {
        let goOn = (): void => undefined;
        const {promise: asked, resolve} = Promise.withResolvers<undefined>();
        const port = await plain((_request, response) => {
            if (headersFirst) response.write('first ');
            goOn = () => void response.end('last');
            resolve(undefined);
        });
        return {url: `http://127.0.0.1:${port}/`, asked, goOn: () => goOn()};
    }
    const KEPT = ['nextTick', 'setImmediate', 'queueMicrotask', 'performance', 'Date'] as const;

    it.each([
        [false, 'last'],
        [true, 'first last'],
    ])('is no business of the library, in the middle: %s', async (headersFirst, expected) => {
        jest.useFakeTimers({doNotFake: [...KEPT]});
        const {url, asked, goOn} = await silent(headersFirst);
        const answer = textOf(directOutbound, url);
        await asked;
        await jest.advanceTimersByTimeAsync(3_600_000);
        goOn();
        expect(await answer).toBe(expected);
    });

    it('would end after 300 s with the limits that nobody set', async () => {
        jest.useFakeTimers({doNotFake: [...KEPT]});
        const {url, asked} = await silent(false);
        const agent = new Agent();
        closing.push(() => agent.destroy());
        const answer = libraryFetch(url, {dispatcher: agent}).catch((error: unknown) => error);
        await asked;
        await jest.advanceTimersByTimeAsync(400_000);
        expect(await answer).toMatchObject({cause: {code: 'UND_ERR_HEADERS_TIMEOUT'}});
    });
});

describe('[CON-12] proxies', () => {
    it('[BR-13] asks a proxy for a page by its whole address, for a tunnel by CONNECT', async () => {
        const proxy = await proxyOf();
        const [port, tlsPort] = [await plain(), await secure()];
        const address = `http://127.0.0.1:${proxy.port}`;
        const outbound = outboundOf({
            env: {HTTP_PROXY: address, https_proxy: address},
            network: trusting,
        });
        expect(await textOf(outbound, `http://models.test:${port}/v1?a=b`)).toBe('hello');
        expect(await textOf(outbound, `https://models.test:${tlsPort}/v1`)).toBe('hello');
        expect(await textOf(outbound, `http://127.0.0.1:${port}/`)).toBe('hello');
        expect(proxy.asked).toEqual([
            `GET http://models.test:${port}/v1?a=b`,
            `CONNECT models.test:${tlsPort}`,
        ]);
    });

    it('takes the proxy of the settings before that of the environment, with its credentials', async () => {
        const proxy = await proxyOf({credentials: 'me:secret', secure: true});
        const [port, tlsPort] = [await plain(), await secure()];
        const outbound = outboundOf({
            env: {HTTP_PROXY: 'http://127.0.0.1:9', HTTPS_PROXY: 'http://127.0.0.1:9'},
            network: {...trusting, proxy: `https://localhost:${proxy.port}`, noProxy: 'other.test'},
            proxyCredentials: async () => 'me:secret',
        });
        expect(await textOf(outbound, `http://models.test:${port}/`)).toBe('hello');
        expect(await textOf(outbound, `https://models.test:${tlsPort}/`)).toBe('hello');
        expect(proxy.asked).toHaveLength(2);
        await expect(outbound.fetch(`http://other.test:${port}/`)).rejects.toThrow();
        expect(proxy.asked).toHaveLength(2);
    });

    it.each(['http', 'https'])(
        'says that it wants a name and a password, for %s',
        async (scheme) => {
            const proxy = await proxyOf({credentials: 'me:secret'});
            const at = `127.0.0.1:${proxy.port}`;
            const outbound = outboundOf({network: {proxy: `http://${at}`}});
            expect(await faultOf(outbound, `${scheme}://models.test/secret/path`)).toEqual({
                kind: 'proxy',
                host: at,
                detail: expect.stringContaining(`the proxy ${at} on the way to`),
                sentence: `The proxy ${at} wants a name and a password. An admin has to see to it.`,
                remedy: 'give network.proxyCredentials, or the name and password in HTTPS_PROXY',
                final: true,
            });
            const known = outboundOf({
                env: {HTTP_PROXY: `me:wrong@${at}`, HTTPS_PROXY: `me:wrong@${at}`},
            });
            expect(await faultOf(known, `${scheme}://models.test/`)).toMatchObject({final: true});
        },
    );

    it('says that it refuses, or is not there', async () => {
        const [refusing, broken] = [await proxyOf({refusal: 403}), await proxyOf({refusal: 502})];
        const through = (port: number) =>
            outboundOf({network: {proxy: `http://127.0.0.1:${port}`}});
        expect(await faultOf(through(refusing.port), 'https://models.test/')).toMatchObject({
            kind: 'proxy',
            sentence: expect.stringContaining('does not let this connection through (403)'),
            final: true,
        });
        expect(await faultOf(through(broken.port), 'https://models.test/')).toMatchObject({
            sentence: expect.stringContaining('(502)'),
            final: false,
        });
        for (const address of ['https://models.test/', 'http://models.test/']) {
            expect(await faultOf(through(9), address)).toMatchObject({
                kind: 'proxy',
                sentence: expect.stringContaining('127.0.0.1:9 cannot be reached'),
                final: false,
            });
        }
    });

    it('[BR-13] carries the WebSocket, plain and encrypted', async () => {
        const proxy = await proxyOf({credentials: 'me:secret'});
        const outbound = outboundOf({
            env: {
                HTTP_PROXY: `http://me:secret@127.0.0.1:${proxy.port}`,
                HTTPS_PROXY: `http://me:secret@127.0.0.1:${proxy.port}`,
            },
            network: trusting,
        });
        const servers = [
            ['ws', createServer()],
            ['wss', createSecureServer({key: pem('server.key'), cert: pem('server.pem')})],
        ] as const;
        for (const [scheme, server] of servers) {
            const port = await serve(server);
            const sockets = new WebSocketServer({server});
            sockets.on('connection', (socket) => socket.send('hello'));
            const url = `${scheme}://chat.test:${port}/api/v4/websocket`;
            const ws = new WebSocket(url, {createConnection: outbound.connectionTo(url)});
            const [message] = (await once(ws, 'message')) as [Buffer];
            expect(message.toString()).toBe('hello');
            ws.terminate();
            expect(proxy.asked.at(-1)).toBe(`CONNECT chat.test:${port}`);
        }
    });
});

describe('[CON-12] certificate authorities', () => {
    it('[BR-31] says whose certificate is not trusted, and what to do', async () => {
        const host = `https://localhost:${await secure()}/secret/path`;
        expect(await faultOf(directOutbound, host)).toEqual({
            kind: 'certificate',
            host: 'localhost',
            detail: 'the certificate of localhost is not trusted: UNABLE_TO_VERIFY_LEAF_SIGNATURE',
            sentence:
                'The certificate of localhost is not trusted here. An admin has to see to it.',
            remedy: expect.stringContaining('network.caFile or SSL_CERT_FILE'),
            final: true,
        });
    });

    it.each([
        ['network.caFile', {network: trusting}],
        ['SSL_CERT_FILE', {env: {SSL_CERT_FILE: certificateFile('ca.pem')}}],
        ['SSL_CERT_DIR', {env: {SSL_CERT_DIR: `/nowhere:${certificateFile('.')}`}}],
    ])('trusts those of %s, for requests and WebSockets', async (_name, options) => {
        const server = createSecureServer({key: pem('server.key'), cert: pem('server.pem')}, hello);
        const port = await serve(server);
        new WebSocketServer({server});
        const outbound = outboundOf(options);
        expect(await textOf(outbound, `https://127.0.0.1:${port}/`)).toBe('hello');
        const url = `wss://localhost:${port}/`;
        const ws = new WebSocket(url, {createConnection: outbound.connectionTo(url)});
        await once(ws, 'open');
        ws.terminate();
        const refused = new WebSocket(url, {createConnection: directOutbound.connectionTo(url)});
        const [error] = (await once(refused, 'error')) as [Error];
        expect(lineFaultOf(error)).toMatchObject({kind: 'certificate', host: 'localhost'});
    });

    it('still refuses what is expired, or made out to another name', async () => {
        const outbound = outboundOf({network: trusting});
        expect(
            await faultOf(outbound, `https://localhost:${await secure('expired.pem')}/`),
        ).toMatchObject({
            sentence: 'The certificate of localhost is expired. An admin has to see to it.',
            remedy: expect.stringContaining('renew the certificate'),
        });
        expect(
            await faultOf(outbound, `https://localhost:${await secure('elsewhere.pem')}/`),
        ).toMatchObject({
            sentence:
                'The certificate of localhost is made out to another name. An admin has to see to it.',
            remedy: 'use the name that the certificate has in the address',
        });
    });

    it('says which file cannot be read, and goes on with the others', async () => {
        const warned: unknown[] = [];
        const log = {...silentLog, warn: (_: string, fields: unknown) => void warned.push(fields)};
        const outbound = outboundOf({
            log,
            network: trusting,
            env: {SSL_CERT_FILE: '/nowhere/ca.pem', SSL_CERT_DIR: ''},
        });
        expect(await textOf(outbound, `https://localhost:${await secure()}/`)).toBe('hello');
        expect(warned).toEqual([{file: '/nowhere/ca.pem', reason: 'ENOENT'}]);
    });
});

it('[CON-07] gives a connection up that does not stand in time', async () => {
    // Takes connections, and never answers the handshake.
    const server = createTcpServer();
    const taken = once(server, 'connection');
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(async () => {
        const [socket] = (await taken) as [Socket];
        socket.destroy();
        server.close();
    });
    const {port} = server.address() as AddressInfo;
    const outbound = outboundOf({connectMs: 30});
    await expect(outbound.fetch(`https://127.0.0.1:${port}/`)).rejects.toMatchObject({
        cause: {code: 'ETIMEDOUT'},
    });
});

it('sends forms as forms', async () => {
    const port = await plain((request, response) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => response.end(Buffer.concat(chunks)));
    });
    const form = new FormData();
    form.append('channel_id', 'c1');
    form.append('files', new Blob(['a b']), 'ä.txt');
    const answer = await directOutbound.fetch(`http://127.0.0.1:${port}/`, {
        method: 'POST',
        body: form,
    });
    const text = await answer.text();
    expect(text).toContain('name="channel_id"\r\n\r\nc1');
    expect(text).toContain('filename="ä.txt"');
});
