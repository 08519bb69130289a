import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import {silentLog} from '../../contract/log.ts';
import {createRestClient, type RestClient} from './rest-client.ts';
import {DEFAULT_LIMITS, DEFAULT_TIMINGS, type Limits, type Timings} from './timings.ts';
import {createTransport} from './transport.ts';
import {directOutbound} from '../../net/direct.fixture.ts';

/** One request that a stub got. */
export interface StubRequest {
    readonly method: string;
    readonly path: string;
    readonly authorization: string;
    readonly body: string;
    readonly at: number;
}

/** What a stub does with a request; the answers of a list are used one after the other, the last again and again. */
export type StubAnswer =
    | {status: number; body?: unknown; text?: string; headers?: Record<string, string>}
    /** Closes the connection without an answer. */
    | 'reset'
    /** Never answers. */
    | 'hang'
    | ((request: StubRequest, response: ServerResponse) => void);

/** An http server that answers as a test says. */
export interface HttpStub {
    readonly url: string;
    readonly requests: StubRequest[];
    answer(...answers: StubAnswer[]): void;
    close(): Promise<void>;
}

/** Starts a stub that answers 200 with an empty object. */
export async function startHttpStub(): Promise<HttpStub> {
    const requests: StubRequest[] = [];
    let plan: StubAnswer[] = [{status: 200, body: {}}];
    const server = createServer((request, response) => {
        void readBody(request).then((body) => {
            const seen: StubRequest = {
                method: request.method ?? '',
                path: request.url ?? '',
                authorization: request.headers.authorization ?? '',
                body,
                at: Date.now(),
            };
            requests.push(seen);
            const answer = (plan.length > 1 ? plan.shift() : plan[0]) ?? 'hang';
            give(answer, seen, response);
        });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const {port} = server.address() as AddressInfo;
    return {
        url: `http://127.0.0.1:${port}`,
        requests,
        answer: (...answers) => {
            plan = answers;
        },
        close: async () => {
            server.closeAllConnections();
            await new Promise((resolve) => server.close(resolve));
        },
    };
}

function give(answer: StubAnswer, request: StubRequest, response: ServerResponse): void {
    if (answer === 'hang') return;
    if (answer === 'reset') {
        response.destroy();
        return;
    }
    if (typeof answer === 'function') {
        answer(request, response);
        return;
    }
    response.writeHead(answer.status, {
        'Content-Type': 'application/json; charset=utf-8',
        ...answer.headers,
    });
    response.end(answer.text ?? JSON.stringify(answer.body ?? {}));
}

async function readBody(request: IncomingMessage): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
    return Buffer.concat(chunks).toString('utf8');
}

/** Mattermost's way to refuse. */
export const refusal = (status: number, id = 'api.some.app_error'): StubAnswer => ({
    status,
    body: {id, message: `refused ${status}`, status_code: status},
});

/** A client of a stub; its waits between tries are short, and its tries as patient as a busy machine needs. */
export function stubClient(
    url: string,
    options: {
        timings?: Partial<Timings>;
        limits?: Partial<Limits>;
        token?: () => Promise<string>;
    } = {},
): {rest: RestClient; timings: Timings; limits: Limits} {
    const timings = {
        ...DEFAULT_TIMINGS,
        tryMs: 60_000,
        totalMs: 60_000,
        retryMinMs: 5,
        retryMaxMs: 20,
        ...options.timings,
    };
    const limits = {...DEFAULT_LIMITS, ...options.limits};
    const transport = createTransport({
        fetch: directOutbound.fetch,
        token: options.token ?? (async () => 'secret-token'),
        timings,
        limits,
        log: silentLog,
        now: Date.now,
    });
    const rest = createRestClient({
        baseUrl: url,
        transport,
        timings,
        random: () => 0.5,
        now: Date.now,
    });
    return {rest, timings, limits};
}
