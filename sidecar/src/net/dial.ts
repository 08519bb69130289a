import {request as plainRequest, type IncomingMessage} from 'node:http';
import {connect as connectPlain, isIP, type Socket} from 'node:net';
import {connect as connectSecure, type SecureContext} from 'node:tls';
import {
    BrokenOffError,
    CertificateError,
    codeOf,
    ConnectTimeoutError,
    ProxyError,
} from './line-fault.ts';
import type {Proxy, Target} from './proxy-rules.ts';

/** What a connection is made with. */
export interface DialOptions {
    /** Goes through it by CONNECT. */
    readonly proxy: Proxy | undefined;
    /** `user:password` for the proxy. */
    readonly credentials: string | undefined;
    /** Whom to trust; asked only where there is a certificate. */
    readonly authorities: () => SecureContext;
    /** Longest wait until all is ready, ms. */
    readonly limitMs: number;
}

/**
 * Opens a connection, encrypted where the target wants it.
 * @throws CertificateError, ProxyError, ConnectTimeoutError, or the system's error
 */
export async function dial(target: Target, options: DialOptions): Promise<Socket> {
    const {promise: late, reject} = Promise.withResolvers<never>();
    const open = new Set<{destroy(): unknown}>();
    let isOver = false;
    const keep = <T extends {destroy(): unknown}>(one: T): T => {
        open.add(one);
        if (isOver) one.destroy();
        return one;
    };
    const timer = setTimeout(() => {
        reject(new ConnectTimeoutError(target.hostname, options.limitMs));
    }, options.limitMs);
    try {
        return await Promise.race([connect(target, options, keep), late]);
    } catch (error) {
        isOver = true;
        for (const one of open) one.destroy();
        throw error;
    } finally {
        clearTimeout(timer);
    }
}

type Keep = <T extends {destroy(): unknown}>(one: T) => T;

async function connect(target: Target, options: DialOptions, keep: Keep): Promise<Socket> {
    const {proxy} = options;
    if (proxy === undefined) {
        const socket = await plain(target, keep);
        return target.secure ? await encrypted(target, socket, options, keep) : socket;
    }
    const line = await toProxy(target, proxy, options, keep);
    const socket = await tunnel(target, proxy, line, options, keep);
    return target.secure ? await encrypted(target, socket, options, keep) : socket;
}

async function plain({hostname, port}: Pick<Target, 'hostname' | 'port'>, keep: Keep) {
    const socket = keep(connectPlain({host: hostname, port, noDelay: true, keepAlive: true}));
    // Between two owners nobody else listens, and an error would end the program.
    socket.on('error', () => undefined);
    return await standing(socket, 'connect');
}

async function encrypted(
    {hostname: host}: Pick<Target, 'hostname'>,
    below: Socket,
    {authorities}: DialOptions,
    keep: Keep,
): Promise<Socket> {
    const socket = keep(
        connectSecure({
            host,
            socket: below,
            secureContext: authorities(),
            ALPNProtocols: ['http/1.1'],
            // An address is no name that could be asked for.
            ...(isIP(host) === 0 ? {servername: host} : {}),
        }),
    );
    socket.on('error', () => undefined);
    try {
        return await standing(socket, 'secureConnect');
    } catch (error) {
        throw certificateErrorOf(host, error) ?? error;
    }
}

async function toProxy(
    target: Target,
    proxy: Proxy,
    options: DialOptions,
    keep: Keep,
): Promise<Socket> {
    try {
        const line = await plain(proxy, keep);
        return proxy.secure ? await encrypted(proxy, line, options, keep) : line;
    } catch (error) {
        if (error instanceof CertificateError) throw error;
        throw new ProxyError(nameOf(proxy), nameOf(target), undefined, error);
    }
}

/** Asks a proxy for a connection that is as if there were no proxy. */
async function tunnel(
    target: Target,
    proxy: Proxy,
    line: Socket,
    {credentials}: DialOptions,
    keep: Keep,
): Promise<Socket> {
    const to = nameOf(target);
    const refused = (status: number | undefined, cause?: unknown): ProxyError =>
        new ProxyError(nameOf(proxy), to, status, cause);
    const {promise, resolve, reject} = Promise.withResolvers<Socket>();
    const request = keep(
        plainRequest({
            method: 'CONNECT',
            path: to,
            createConnection: () => line,
            headers: {Host: to, 'User-Agent': 'gangway', ...authorization(credentials)},
        }),
    );
    request.once('error', (error) => reject(refused(undefined, error)));
    request.once('connect', ({statusCode}: IncomingMessage, socket: Socket, head: Buffer) => {
        if (statusCode !== 200) {
            socket.destroy();
            reject(refused(statusCode));
            return;
        }
        if (head.length > 0) socket.unshift(head);
        resolve(socket);
    });
    // What is no proxy may answer CONNECT like any other request.
    request.once('response', ({statusCode}) => {
        request.destroy();
        reject(refused(statusCode));
    });
    request.end();
    return await promise;
}

function nameOf({hostname, port}: Pick<Target, 'hostname' | 'port'>): string {
    return `${hostname.includes(':') ? `[${hostname}]` : hostname}:${port}`;
}

/** The header by which a proxy lets somebody through. */
export function authorization(
    credentials: string | undefined,
): Readonly<Record<string, string>> | undefined {
    if (credentials === undefined) return undefined;
    return {'Proxy-Authorization': `Basic ${Buffer.from(credentials).toString('base64')}`};
}

/** Waits until a socket can be used. */
async function standing<S extends Socket>(
    socket: S,
    event: 'connect' | 'secureConnect',
): Promise<S> {
    const {promise, resolve, reject} = Promise.withResolvers<S>();
    const onReady = (): void => resolve(socket);
    const onClose = (): void => reject(new BrokenOffError());
    socket.once(event, onReady);
    socket.once('error', reject);
    socket.once('close', onClose);
    try {
        return await promise;
    } finally {
        socket.removeListener(event, onReady);
        socket.removeListener('error', reject);
        socket.removeListener('close', onClose);
    }
}

/** The codes of certificates that are refused; names from OpenSSL, the last one Node's own. */
const REFUSED =
    /^(?:UNABLE_TO_|CERT_|CRL_|DEPTH_ZERO_SELF_SIGNED_CERT$|SELF_SIGNED_CERT_IN_CHAIN$|INVALID_CA$|INVALID_PURPOSE$|PATH_LENGTH_EXCEEDED$|HOSTNAME_MISMATCH$|ERROR_IN_CERT_|ERR_TLS_CERT_ALTNAME_INVALID$)/;

function certificateErrorOf(host: string, error: unknown): CertificateError | undefined {
    const code = codeOf(error);
    return REFUSED.test(code) ? new CertificateError(host, code, error) : undefined;
}
