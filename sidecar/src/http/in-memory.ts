import {createServer, request as httpRequest, type IncomingMessage} from 'node:http';
import {duplexPair, type Duplex, type Readable} from 'node:stream';
import type {Express} from 'express';

/** A request that came another way than over a socket of ours. */
export interface InboundRequest {
    readonly method: string;
    /** Path and query, percent-encoded. */
    readonly url: string;
    readonly headers: Readonly<Record<string, readonly string[]>>;
    readonly host: string;
    /** The client's address, as `request.ip` shows it. */
    readonly remoteAddress: string;
    /** Read as the app reads it; ended or destroyed when nobody wants more. */
    readonly body: Readable;
}

/** Where the answer goes. Each call resolves when it was taken; a rejection: the client is gone. */
export interface ResponseSink {
    head(status: number, headers: Readonly<Record<string, readonly string[]>>): Promise<void>;
    write(chunk: Buffer): Promise<void>;
    /** Sends what was written so far on its way. */
    flush(): Promise<void>;
}

/** An express app that is fed requests by hand. */
export interface InMemoryServer {
    /**
     * Carries one request through the app, streaming both ways with back pressure; resolves when the
     * answer is complete, or was given up because client or app hung up.
     */
    handle(request: InboundRequest, sink: ResponseSink): Promise<void>;
    /** Cuts what is running; later requests are answered 503. */
    close(): void;
}

/** They belong to a connection, and the one to Mattermost's clients is not ours. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
    'connection',
    'date',
    'expect',
    'host',
    'keep-alive',
    'proxy-connection',
    'te',
    'trailer',
    'transfer-encoding',
    'upgrade',
    // The client's address comes with the request itself.
    'forwarded',
    'x-forwarded-for',
]);

const BODILESS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** What answers where the app did not. */
const UNAVAILABLE = Buffer.from('{"error":{"message":"The request could not be answered."}}');

/**
 * Serves an app without a port: each request runs over a pair of streams in memory, with Node's own HTTP
 * on both ends, so that the app meets the requests and responses that it knows.
 */
export function createInMemoryServer(app: Express): InMemoryServer {
    const server = createServer(app);
    const lines = new Set<Duplex>();
    let closed = false;

    const connect = (remoteAddress: string): Duplex => {
        const [ours, theirs] = duplexPair();
        // A memory stream has no address, and the app's limits count by address.
        Object.defineProperty(theirs, 'remoteAddress', {value: remoteAddress});
        for (const line of [ours, theirs]) line.on('error', () => undefined);
        lines.add(ours);
        ours.once('close', () => {
            lines.delete(ours);
            theirs.destroy();
        });
        theirs.once('close', () => {
            // What was sent before is still in the pair.
            if (!ours.readableEnded && ours.readableLength === 0) ours.push(null);
        });
        server.emit('connection', theirs);
        return ours;
    };

    return {
        async handle(request, sink) {
            if (closed) {
                request.body.destroy();
                await refuse(sink, 503);
                return;
            }
            const line = connect(request.remoteAddress);
            try {
                const response = await exchange(request, line);
                if (response === undefined) {
                    await refuse(sink, 502);
                    return;
                }
                await relay(response, sink);
            } finally {
                line.destroy();
                request.body.destroy();
            }
        },
        close() {
            closed = true;
            for (const line of [...lines]) line.destroy();
        },
    };
}

/** Sends the request; its answer's beginning, or undefined when there will be none. */
async function exchange(
    {method, url, host, headers, body}: InboundRequest,
    line: Duplex,
): Promise<IncomingMessage | undefined> {
    const {promise, resolve} = Promise.withResolvers<IncomingMessage | undefined>();
    const length = headers['Content-Length']?.[0];
    const hasBody = length !== undefined || !BODILESS.has(method);
    let outgoing;
    try {
        outgoing = httpRequest({
            method,
            path: url,
            headers: {
                ...kept(headers),
                host,
                ...(hasBody && length === undefined ? {'transfer-encoding': 'chunked'} : {}),
            },
            createConnection: () => line,
        });
    } catch {
        // A path or header that HTTP cannot carry.
        return undefined;
    }
    outgoing.once('response', resolve);
    outgoing.on('error', () => resolve(undefined));
    outgoing.once('close', () => resolve(undefined));
    if (!hasBody) {
        body.destroy();
        outgoing.end();
        return await promise;
    }
    // A body that breaks off ends the request, so that the app does not take half of it for all.
    body.once('error', () => line.destroy());
    const expected = length === undefined ? undefined : Number(length);
    let received = 0;
    body.on('data', (chunk: Buffer) => {
        received += chunk.length;
    });
    body.once('end', () => {
        if (expected !== undefined && received < expected) line.destroy();
    });
    body.pipe(outgoing);
    return await promise;
}

/** Header values as HTTP carries them: the bytes of their UTF-8. */
function kept(headers: InboundRequest['headers']): Record<string, string[]> {
    return Object.fromEntries(
        Object.entries(headers)
            .filter(([name]) => !HOP_BY_HOP.has(name.toLowerCase()))
            .map(([name, values]) => [
                name,
                values.map((value) => Buffer.from(value).toString('latin1')),
            ]),
    );
}

async function relay(response: IncomingMessage, sink: ResponseSink): Promise<void> {
    const headers = new Map<string, string[]>();
    for (let index = 0; index + 1 < response.rawHeaders.length; index += 2) {
        const [name = '', value = ''] = response.rawHeaders.slice(index, index + 2);
        if (HOP_BY_HOP.has(name.toLowerCase())) continue;
        headers.set(name, [...(headers.get(name) ?? []), value]);
    }
    const status = response.statusCode ?? 502;
    const open = response.headers['content-length'] === undefined;
    try {
        await sink.head(status, Object.fromEntries(headers));
        if (isEventStream(response)) await sink.flush();
        for await (const chunk of response) {
            await sink.write(chunk as Buffer);
            if (open && response.readableLength === 0 && isEventStream(response)) {
                await sink.flush();
            }
        }
    } finally {
        response.destroy();
    }
}

function isEventStream(response: IncomingMessage): boolean {
    return response.headers['content-type']?.startsWith('text/event-stream') === true;
}

async function refuse(sink: ResponseSink, status: number): Promise<void> {
    await sink.head(status, {'Content-Type': ['application/json; charset=utf-8']});
    await sink.write(UNAVAILABLE);
}
