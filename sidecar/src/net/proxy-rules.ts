import {BlockList, isIP} from 'node:net';

/** Where a connection goes to. */
export interface Target {
    readonly hostname: string;
    readonly port: number;
    readonly secure: boolean;
}

/** A proxy that connections are made through. */
export interface Proxy {
    readonly hostname: string;
    readonly port: number;
    /** The connection to the proxy itself is encrypted. */
    readonly secure: boolean;
    /** `user:password`, decoded, as the address of the proxy names them. */
    readonly credentials: string | undefined;
}

/** What is said of proxies, as in the environment variables of these names. */
export interface ProxyWords {
    readonly http?: string | undefined;
    readonly https?: string | undefined;
    readonly no?: string | undefined;
}

/** Which proxy a connection goes through; undefined = none. */
export type ProxyRules = (target: Target) => Proxy | undefined;

/** An address that names no proxy which can be used; `text` says why, without the address. */
export interface UnusableProxy {
    readonly unusable: string;
}

/** What the environment says: names in upper or lower case, as Go's programs read them. */
export function proxyWordsOf(env: Readonly<Record<string, string | undefined>>): ProxyWords {
    const word = (name: string): string | undefined =>
        [env[name.toUpperCase()], env[name]].find((value) => value !== undefined && value !== '');
    return {http: word('http_proxy'), https: word('https_proxy'), no: word('no_proxy')};
}

/**
 * The rules of Go's `httpproxy`, so that the Mattermost server and Gangway go the same way by the same
 * variables: loopback is never proxied; `NO_PROXY` holds hosts with their subdomains, `.suffixes`,
 * addresses, networks (CIDR) and ports, or `*`.
 */
export function createProxyRules(words: ProxyWords): {
    readonly rules: ProxyRules;
    readonly problems: readonly string[];
} {
    const problems: string[] = [];
    const usable = (text: string | undefined): Proxy | undefined => {
        if (text === undefined) return undefined;
        const proxy = parseProxy(text);
        if (!('unusable' in proxy)) return proxy;
        problems.push(proxy.unusable);
        return undefined;
    };
    const http = usable(words.http);
    const https = words.https === words.http ? http : usable(words.https);
    const exempt = (words.no ?? '')
        .split(',')
        .map((entry) => exemption(entry.trim().toLowerCase()));
    return {
        problems,
        rules: (target) => {
            const proxy = target.secure ? https : http;
            if (proxy === undefined) return undefined;
            const host = bare(target.hostname);
            if (isLoopback(host)) return undefined;
            return exempt.some((matches) => matches(host, target.port)) ? undefined : proxy;
        },
    };
}

/** Reads the address of a proxy; `http://` is meant where nothing is said. */
export function parseProxy(text: string): Proxy | UnusableProxy {
    const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
    if (url === null || url.hostname === '') {
        return {
            unusable: 'the address of the proxy is not one, like http://proxy.example.com:3128',
        };
    }
    if (url.protocol !== 'http:' && url.protocol !== 'https:') {
        const scheme = url.protocol.slice(0, -1);
        return {unusable: `a proxy of the kind ${scheme} cannot be used, only http and https`};
    }
    const secure = url.protocol === 'https:';
    const {username, password} = url;
    return {
        hostname: bare(url.hostname),
        port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
        secure,
        credentials:
            username === '' && password === ''
                ? undefined
                : `${decoded(username)}:${decoded(password)}`,
    };
}

type Exemption = (host: string, port: number) => boolean;

const NOBODY: Exemption = () => false;

function exemption(entry: string): Exemption {
    if (entry === '') return NOBODY;
    if (entry === '*') return () => true;
    const network = /^(.+)\/(\d{1,3})$/.exec(entry);
    if (network !== null) return inNetwork(network[1] ?? '', Number(network[2]));

    const {host, port: wanted} = splitPort(entry);
    if (host === '') return NOBODY;
    const onPort = (port: number): boolean => wanted === undefined || wanted === port;
    if (isIP(host) !== 0) return (other, port) => sameAddress(host, other) && onPort(port);

    const name = host.startsWith('*.') ? host.slice(1) : host;
    const suffix = name.startsWith('.') ? name : `.${name}`;
    const withItself = !name.startsWith('.');
    return (other, port) =>
        onPort(port) && (other.endsWith(suffix) || (withItself && other === suffix.slice(1)));
}

function splitPort(entry: string): {readonly host: string; readonly port: number | undefined} {
    if (isIP(entry) !== 0) return {host: entry, port: undefined};
    const [, host = entry, port] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
    return {host: bare(host), port: port === undefined ? undefined : Number(port)};
}

function inNetwork(address: string, bits: number): Exemption {
    const kind = isIP(address);
    if (kind === 0 || bits > (kind === 6 ? 128 : 32)) return NOBODY;
    const list = new BlockList();
    list.addSubnet(address, bits, kind === 6 ? 'ipv6' : 'ipv4');
    return (host) => isIP(host) === kind && list.check(host, kind === 6 ? 'ipv6' : 'ipv4');
}

function sameAddress(one: string, other: string): boolean {
    const kind = isIP(one);
    return kind !== 0 && inNetwork(one, kind === 6 ? 128 : 32)(other, 0);
}

const LOOPBACK = inNetwork('127.0.0.0', 8);

function isLoopback(host: string): boolean {
    return host === 'localhost' || LOOPBACK(host, 0) || sameAddress('::1', host);
}

/** A host name in lower case, an IPv6 address without its brackets. */
function bare(host: string): string {
    return host.toLowerCase().replace(/^\[(.*)\]$/, '$1');
}

function decoded(text: string): string {
    try {
        return decodeURIComponent(text);
    } catch {
        // A lone % is meant as it stands.
        return text;
    }
}
