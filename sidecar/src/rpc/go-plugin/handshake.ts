/** The version of go-plugin's own protocol; it has been 1 from the beginning. */
export const CORE_PROTOCOL = 1;

/** What protects people from starting a plugin by hand: a variable that only a host sets. */
export interface MagicCookie {
    readonly key: string;
    readonly value: string;
}

/** True if the process was started by a host that knows the cookie. */
export function hasCookie(
    env: Readonly<Record<string, string | undefined>>,
    cookie: MagicCookie,
): boolean {
    return env[cookie.key] === cookie.value;
}

/** The environment variables that a host sets besides the cookie, for a plugin of one version. */
export function hostEnvironment(appProtocol: number): Readonly<Record<string, string>> {
    return {
        PLUGIN_MIN_PORT: '10000',
        PLUGIN_MAX_PORT: '25000',
        PLUGIN_PROTOCOL_VERSIONS: String(appProtocol),
    };
}

/** What a plugin's first line on stdout says: where it listens and what it speaks. */
export interface Handshake {
    readonly appProtocol: number;
    readonly network: 'unix' | 'tcp';
    /** A path for `unix`, `host:port` for `tcp`. */
    readonly address: string;
}

/** A line that was read as a handshake, or why it is none that we can use. */
export type HandshakeResult =
    | {readonly kind: 'handshake'; readonly handshake: Handshake}
    | {readonly kind: 'unusable'; readonly reason: string};

/** The line without its end. */
export function formatHandshake({appProtocol, network, address}: Handshake): string {
    return [CORE_PROTOCOL, appProtocol, network, address, 'netrpc'].join('|');
}

/** Reads a line; a missing protocol means netrpc. */
export function parseHandshake(line: string): HandshakeResult {
    const unusable = (reason: string): HandshakeResult => ({kind: 'unusable', reason});
    const [core, app, network, address, protocol = 'netrpc'] = line.trim().split('|');
    if (core === undefined || app === undefined || address === undefined || address === '') {
        return unusable('not a handshake line');
    }
    if (core !== String(CORE_PROTOCOL)) return unusable(`core protocol ${core}`);
    if (!/^\d+$/.test(app)) return unusable('no application protocol');
    if (protocol !== 'netrpc') return unusable(`protocol ${protocol}`);
    if (network !== 'unix' && network !== 'tcp') return unusable('unknown network');
    return {kind: 'handshake', handshake: {appProtocol: Number(app), network, address}};
}
