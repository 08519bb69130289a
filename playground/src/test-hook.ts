import {createServer, type IncomingHttpHeaders} from 'node:http';
import type {AddressInfo} from 'node:net';

/** A call that an integration got. */
export interface HookCall {
    readonly url: string;
    readonly headers: IncomingHttpHeaders;
    readonly body: string;
}

/** An integration for tests: keeps its calls and answers what it is told to. */
export interface Hook {
    readonly url: string;
    readonly calls: readonly HookCall[];
    /** The last call; throws when there was none. */
    last(): HookCall;
    /** What every call is answered from now on; `{}` as JSON at first. */
    answer(body: unknown, status?: number, type?: string): void;
    close(): Promise<void>;
}

/** Starts an integration. */
export async function openHook(): Promise<Hook> {
    const calls: HookCall[] = [];
    let next = {body: '{}', status: 200, type: 'application/json'};
    const server = createServer((request, response) => {
        const parts: Buffer[] = [];
        request.on('data', (part: Buffer) => parts.push(part));
        request.on('end', () => {
            calls.push({
                url: request.url ?? '',
                headers: request.headers,
                body: Buffer.concat(parts).toString('utf8'),
            });
            response.statusCode = next.status;
            response.setHeader('Content-Type', next.type);
            response.end(next.body);
        });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address: string | AddressInfo | null = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    return {
        url: `http://127.0.0.1:${port ?? 0}`,
        calls,
        last() {
            const call = calls.at(-1);
            if (call === undefined) {
                throw new Error('the integration was not called');
            }
            return call;
        },
        answer(body, status = 200, type = 'application/json') {
            next = {body: typeof body === 'string' ? body : JSON.stringify(body), status, type};
        },
        async close() {
            server.closeAllConnections();
            await new Promise((resolve) => server.close(resolve));
        },
    };
}
