import type {Duplex} from 'node:stream';
import {Agent, fetch as undiciFetch, FormData as LibraryFormData, Headers, Pool} from 'undici';
import type {buildConnector, Dispatcher} from 'undici';
import type {Log} from '../contract/log.ts';
import {createAuthorities} from './authorities.ts';
import {authorization, dial} from './dial.ts';
import {ProxyError} from './line-fault.ts';
import {createProxyRules, proxyWordsOf, type Proxy, type Target} from './proxy-rules.ts';

/** The standard `fetch`. */
export type Fetch = typeof globalThis.fetch;

/** What an own client of Node's `http` opens its connection with; the socket comes by the callback. */
export type CreateConnection = (
    options: object,
    done: (error: Error | null, socket: Duplex) => void,
) => undefined;

/** What the settings say of the network; the environment counts where they say nothing. */
export interface NetworkSettings {
    /** For all connections; without name and password. */
    readonly proxy?: string | undefined;
    /** In the form of NO_PROXY. */
    readonly noProxy?: string | undefined;
    /** More certificate authorities, PEM. */
    readonly caFile?: string | undefined;
}

/** What outbound connections are made with. */
export interface OutboundOptions {
    /** [''] */
    readonly id?: string;
    readonly network?: NetworkSettings | undefined;
    /** `user:password` for the proxy of the settings; asked at each connection. */
    readonly proxyCredentials?: (() => Promise<string>) | undefined;
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly log: Log;
    /** Longest wait for a connection, ms [10000]. */
    readonly connectMs?: number;
}

/**
 * The way out of this process, for everything that it asks of others: through proxies and with the
 * certificate authorities that settings and environment name. It limits nothing but the time until a
 * connection stands; how long an answer may take is its callers' business.
 */
export interface Outbound {
    /** Other settings make another one. */
    readonly id: string;
    readonly fetch: Fetch;
    /** Opens connections to where an address points, for the WebSocket client. */
    connectionTo(url: string): CreateConnection;
}

/** Makes a way out. Nothing is opened or read before its first use. */
export function createOutbound(options: OutboundOptions): Outbound {
    const {network, env, log, connectMs = 10_000} = options;
    const words = proxyWordsOf(env);
    const {rules, problems} = createProxyRules({
        http: network?.proxy ?? words.http,
        https: network?.proxy ?? words.https,
        no: network?.noProxy ?? words.no,
    });
    for (const problem of problems) log.warn('the proxy is not used', {reason: problem});
    const authorities = createAuthorities({caFile: network?.caFile, env, log});
    const credentialsOf = async (proxy: Proxy | undefined): Promise<string | undefined> =>
        proxy === undefined
            ? undefined
            : (proxy.credentials ??
              (network?.proxy === undefined ? undefined : await options.proxyCredentials?.()));

    const open = async (target: Target, through: Proxy | undefined) =>
        await dial(target, {
            proxy: through,
            credentials: await credentialsOf(through),
            authorities,
            limitMs: connectMs,
        });
    const toOrigin: buildConnector.connector = (to, callback) => {
        const target = targetOf(`${to.protocol}//${to.host ?? to.hostname}`);
        open(target, rules(target)).then(
            (socket) => callback(null, socket),
            (error: unknown) => callback(asError(error), null),
        );
    };

    const limits = {headersTimeout: 0, bodyTimeout: 0};
    const direct = (origin: string | URL): Dispatcher =>
        new Pool(origin, {...limits, connect: toOrigin});
    /** Proxies are asked for unencrypted pages by the whole address; many refuse to CONNECT to port 80. */
    const proxied = (origin: string | URL, proxy: Proxy): Dispatcher => {
        const {hostname, port, secure} = proxy;
        const host = hostname.includes(':') ? `[${hostname}]` : hostname;
        const address = `${secure ? 'https' : 'http'}://${host}:${port}`;
        const toProxy: buildConnector.connector = (_to, callback) => {
            open({hostname, port, secure}, undefined).then(
                (socket) => callback(null, socket),
                (error: unknown) =>
                    callback(
                        new ProxyError(`${hostname}:${port}`, String(origin), undefined, error),
                        null,
                    ),
            );
        };
        const refused = (): Error => new ProxyError(`${hostname}:${port}`, String(origin), 407);
        return new Pool(address, {...limits, connect: toProxy}).compose(
            (dispatch) => (request, handler) => {
                const path = `${new URL(String(origin)).origin}${request.path}`;
                return dispatch({...request, origin: address, path}, without407(handler, refused));
            },
        );
    };
    const agent = new Agent({
        ...limits,
        factory: (origin) => {
            const target = targetOf(String(origin));
            const proxy = target.secure ? undefined : rules(target);
            return proxy === undefined ? direct(origin) : proxied(origin, proxy);
        },
    });

    return {
        id: options.id ?? '',
        fetch: createFetch(agent, async (url) => {
            const target = targetOf(url);
            return target.secure ? undefined : authorization(await credentialsOf(rules(target)));
        }),
        connectionTo: (url) => {
            const target = targetOf(url);
            return (_options, done) => {
                open(target, rules(target)).then(
                    (socket) => done(null, socket),
                    // Node's type wants a socket beside the error, its code does not.
                    (error: unknown) => (done as (error: Error) => void)(asError(error)),
                );
                return undefined;
            };
        },
    };
}

function targetOf(address: string): Target {
    const url = new URL(address);
    const secure = url.protocol === 'https:' || url.protocol === 'wss:';
    return {
        hostname: url.hostname.replace(/^\[(.*)\]$/, '$1'),
        port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
        secure,
    };
}

function asError(error: unknown): Error {
    return error instanceof Error ? error : new Error(String(error));
}

/** The types of the library and those of Node describe one standard, each in its own declarations. */
const libraryFetch = undiciFetch as unknown as (
    url: string,
    init: RequestInit & {readonly dispatcher: Dispatcher},
) => Promise<Response>;

function createFetch(
    dispatcher: Dispatcher,
    proxyHeaders: (url: string) => Promise<Readonly<Record<string, string>> | undefined>,
): Fetch {
    return async (input, init = {}) => {
        if (typeof input !== 'string' && !('href' in input)) {
            throw new TypeError('fetch takes an address here, no Request');
        }
        const url = typeof input === 'string' ? input : input.href;
        const headers = new Headers(init.headers as ConstructorParameters<typeof Headers>[0]);
        for (const [name, value] of Object.entries((await proxyHeaders(url)) ?? {}))
            headers.set(name, value);
        return await libraryFetch(url, {
            ...init,
            headers: [...headers],
            ...(isForm(init.body) ? {body: libraryForm(init.body)} : {}),
            dispatcher,
        });
    };
}

/** Only a proxy answers 407, and `fetch` tells it like a line that broke. */
function without407(
    handler: Dispatcher.DispatchHandler,
    refused: () => Error,
): Dispatcher.DispatchHandler {
    return {
        onRequestStart: (...args) => handler.onRequestStart?.(...args),
        onResponseStart: (controller, status, ...rest) => {
            if (status === 407) controller.abort(refused());
            else handler.onResponseStart?.(controller, status, ...rest);
        },
        onResponseData: (...args) => handler.onResponseData?.(...args),
        onResponseEnd: (...args) => handler.onResponseEnd?.(...args),
        onResponseError: (...args) => handler.onResponseError?.(...args),
    };
}

/** Asked last, because Node loads its own client with that class. */
function isForm(body: unknown): body is FormData {
    return typeof body === 'object' && body !== null && body instanceof FormData;
}

/** The library knows only forms of its own class. */
function libraryForm(form: FormData): FormData {
    const copy = new LibraryFormData();
    for (const [name, value] of form) {
        if (typeof value === 'string') copy.append(name, value);
        else copy.append(name, value, value.name);
    }
    return copy as unknown as FormData;
}
