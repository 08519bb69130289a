import {createServer, request as httpRequest} from 'node:http';
import {createServer as createSecureServer} from 'node:https';
import {connect, type AddressInfo, type Socket} from 'node:net';
import {readFileSync} from 'node:fs';
import path from 'node:path';

/** One of the certificates for tests. */
export function pem(
    name: 'ca.pem' | 'server.pem' | 'server.key' | 'expired.pem' | 'elsewhere.pem',
) {
    return readFileSync(certificateFile(name), 'utf8');
}

/** Where one of the certificates for tests stands. */
export function certificateFile(name: string): string {
    return path.join(import.meta.dirname, 'certificates', name);
}

/** A proxy that notes what it is asked; every name ending in `.test` is this machine to it. */
export interface RecordingProxy {
    readonly port: number;
    /** `CONNECT host:port`, or `GET http://…`. */
    readonly asked: readonly string[];
    stop(): Promise<void>;
}

/** How a proxy for tests behaves. */
export interface ProxyBehaviour {
    /** `user:password` that it wants. */
    readonly credentials?: string;
    /** What it answers in place of letting through. */
    readonly refusal?: number;
    /** It is spoken to by TLS. */
    readonly secure?: boolean;
}

/** Starts a proxy. */
export async function startRecordingProxy(behaviour: ProxyBehaviour = {}): Promise<RecordingProxy> {
    const {credentials, refusal, secure = false} = behaviour;
    const asked: string[] = [];
    const sockets = new Set<Socket>();
    const wanted = credentials && `Basic ${Buffer.from(credentials).toString('base64')}`;
    const refused = (given: string | undefined): number | undefined =>
        refusal ?? (wanted !== undefined && given !== wanted ? 407 : undefined);
    const here = (host: string): string => (host.endsWith('.test') ? '127.0.0.1' : host);

    const server = secure
        ? createSecureServer({key: pem('server.key'), cert: pem('server.pem')})
        : createServer();
    server.on('connection', (socket: Socket) => {
        sockets.add(socket);
        socket.on('close', () => sockets.delete(socket));
    });
    server.on('request', (request, response) => {
        const {'proxy-authorization': given, ...headers} = request.headers;
        asked.push(`${request.method} ${request.url}`);
        const status = refused(given);
        if (status !== undefined) {
            response.writeHead(status).end();
            return;
        }
        const url = new URL(request.url ?? '');
        const onward = httpRequest(
            {
                host: here(url.hostname),
                port: url.port,
                path: url.pathname,
                method: request.method,
                headers,
            },
            (answer) => {
                response.writeHead(answer.statusCode ?? 502, answer.headers);
                answer.pipe(response);
            },
        );
        onward.on('error', () => response.writeHead(502).end());
        request.pipe(onward);
    });
    server.on('connect', (request, socket: Socket, head: Buffer) => {
        asked.push(`CONNECT ${request.url}`);
        const status = refused(request.headers['proxy-authorization']);
        if (status !== undefined) {
            socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`);
            return;
        }
        const url = new URL(`http://${request.url}`);
        const onward = connect({host: here(url.hostname), port: Number(url.port)}, () => {
            socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
            onward.write(head);
            socket.pipe(onward).pipe(socket);
        });
        sockets.add(onward);
        onward.on('error', () => socket.destroy());
        socket.on('error', () => onward.destroy());
        socket.on('close', () => onward.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return {
        port: (server.address() as AddressInfo).port,
        asked,
        stop: async () => {
            for (const socket of sockets) socket.destroy();
            await new Promise<void>((resolve) => server.close(() => resolve()));
        },
    };
}
