import {once} from 'node:events';
import {createServer} from 'node:http';
import type {IncomingHttpHeaders, IncomingMessage, ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';

/** How the stub answers one request. */
export interface Reply {
    /** [200] */
    readonly status?: number;
    /** [content-type: text/event-stream] */
    readonly headers?: Readonly<Record<string, string>>;
    /** [nothing] */
    readonly body?: string | Uint8Array;
    /** After the body: a clean end, silence, or a connection that breaks [end]. */
    readonly then?: 'end' | 'hang' | 'reset';
    /** Says nothing at all, not even headers. */
    readonly silent?: boolean;
}

/** One request as the stub received it. */
interface Received {
    readonly path: string;
    readonly headers: IncomingHttpHeaders;
    readonly body: unknown;
}

/** A model service on a local port, which answers as it is told and counts what is open. */
export interface ProviderServer {
    /** Base address, with /v1. */
    readonly url: string;
    readonly requests: readonly Received[];
    /** Answers the next requests with these, in order; the last one goes on for ever. */
    reply(...replies: readonly Reply[]): void;
    /** Requests whose connection is still held. */
    held(): number;
    stop(): Promise<void>;
}

/** Starts a model service for a test. */
export async function startProviderServer(): Promise<ProviderServer> {
    const requests: Received[] = [];
    const open = new Set<ServerResponse>();
    let script: readonly Reply[] = [];

    const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
        open.add(response);
        response.on('close', () => open.delete(response));
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        await once(request, 'end');
        const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
        requests.push({path: request.url ?? '', headers: request.headers, body});
        const reply = script[0] ?? {status: 500, body: 'the test told no reply'};
        if (script.length > 1) script = script.slice(1);
        send(reply, response);
    };

    // Far longer than a test: else a connection may close just when it is used again.
    const server = createServer({keepAliveTimeout: 600_000}, (request, response) => {
        answer(request, response).catch(() => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const {port} = server.address() as AddressInfo;
    return {
        url: `http://127.0.0.1:${port}/v1`,
        requests,
        reply: (...replies) => (script = replies),
        held: () => open.size,
        async stop() {
            server.closeAllConnections();
            await new Promise((resolve) => server.close(resolve));
        },
    };
}

function send(reply: Reply, response: ServerResponse): void {
    if (reply.silent === true) return;
    response.writeHead(reply.status ?? 200, {
        'content-type': 'text/event-stream',
        ...reply.headers,
    });
    response.flushHeaders();
    const end = (): void => {
        switch (reply.then ?? 'end') {
            case 'end':
                response.end();
                return;
            case 'reset':
                response.socket?.resetAndDestroy();
                return;
            case 'hang':
                return;
        }
    };
    // The reset must not overtake what was sent before it.
    if (reply.body === undefined) end();
    else response.write(reply.body, () => setTimeout(end, reply.then === 'reset' ? 30 : 0));
}

/** A `fetch` that answers with these chunks, one read each; nothing goes over a wire. */
export function replay(chunks: Iterable<Uint8Array>): typeof globalThis.fetch {
    return async () => {
        const iterator = chunks[Symbol.iterator]();
        const body = new ReadableStream<Uint8Array>({
            pull(controller) {
                const step = iterator.next();
                if (step.done === true) controller.close();
                else controller.enqueue(step.value);
            },
        });
        return new Response(body, {headers: {'content-type': 'text/event-stream'}});
    };
}

/**
 * A `fetch` that never comes to an end: after `body` it is silent, or repeats a frame; without a body it
 * does not even answer. It ends when it is aborted, as the real one does.
 */
export function hang(
    body?: string,
    drip?: {readonly every: number; readonly frame: string},
): typeof globalThis.fetch {
    return (_input, init) => {
        const aborted = new Promise<never>((_resolve, reject) => {
            init?.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error));
        });
        aborted.catch(() => undefined);
        if (body === undefined) return aborted;
        let timer: NodeJS.Timeout | undefined;
        const stream = new ReadableStream<Uint8Array>({
            start(controller) {
                controller.enqueue(Buffer.from(body));
                const repeat = (): void => controller.enqueue(Buffer.from(drip?.frame ?? ''));
                if (drip !== undefined) timer = setInterval(repeat, drip.every);
                aborted.catch((reason: unknown) => {
                    clearInterval(timer);
                    controller.error(reason);
                });
            },
            cancel: () => clearInterval(timer),
        });
        return Promise.resolve(new Response(stream));
    };
}
