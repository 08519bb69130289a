import {GangwayError} from '../contract/errors.ts';

/** Thrown where the certificate of the other side is not trusted here; `reason` is OpenSSL's code. */
export class CertificateError extends GangwayError {
    readonly host: string;
    readonly reason: string;

    constructor(host: string, reason: string, cause?: unknown) {
        super('certificate', `the certificate of ${host} is not trusted: ${reason}`, {cause});
        this.host = host;
        this.reason = reason;
    }
}

/** Thrown where the way through a proxy is shut. */
export class ProxyError extends GangwayError {
    /** The proxy, as `host:port`. */
    readonly proxy: string;
    /** What it answered; undefined where it could not be reached. */
    readonly status: number | undefined;

    constructor(proxy: string, target: string, status: number | undefined, cause?: unknown) {
        const what = status === undefined ? 'cannot be reached' : `answered ${status}`;
        super('proxy', `the proxy ${proxy} on the way to ${target} ${what}`, {cause});
        this.proxy = proxy;
        this.status = status;
    }
}

/** Thrown where no connection stands in time. The code is the system's, as for its own time limit. */
export class ConnectTimeoutError extends GangwayError {
    constructor(host: string, ms: number) {
        super('ETIMEDOUT', `no connection to ${host} within ${ms / 1_000} s`);
    }
}

/** Thrown where the other side closes before the connection stands. The code is the system's. */
export class BrokenOffError extends GangwayError {
    constructor() {
        super('ECONNRESET', 'the connection was closed before it stood');
    }
}

/** The code of an error, '' for none. By shape: Node's own errors may be of another realm's classes. */
export function codeOf(error: unknown): string {
    const isCoded = typeof error === 'object' && error !== null && 'code' in error;
    return isCoded && typeof error.code === 'string' ? error.code : '';
}

/** What is wrong with a line, where that is known. */
export interface LineFault {
    readonly kind: 'certificate' | 'proxy';
    /** The other side, or the proxy. */
    readonly host: string;
    /** What happened, for logs and admins. */
    readonly detail: string;
    /** For people who may see no more than that: a sentence. */
    readonly sentence: string;
    /** For admins: what to do, without a full stop at the end. */
    readonly remedy: string;
    /** Another try meets the same. */
    readonly final: boolean;
}

const REASONS: Readonly<Record<string, string>> = {
    CERT_HAS_EXPIRED: 'is expired',
    CERT_NOT_YET_VALID: 'is not valid yet',
    ERR_TLS_CERT_ALTNAME_INVALID: 'is made out to another name',
    HOSTNAME_MISMATCH: 'is made out to another name',
    CERT_REVOKED: 'was revoked',
};
const RENEW = 'let its owner renew the certificate, and check the clock of this machine';
const REMEDIES: Readonly<Record<string, string>> = {
    CERT_HAS_EXPIRED: RENEW,
    CERT_NOT_YET_VALID: RENEW,
    ERR_TLS_CERT_ALTNAME_INVALID: 'use the name that the certificate has in the address',
    HOSTNAME_MISMATCH: 'use the name that the certificate has in the address',
    CERT_REVOKED: 'let its owner renew the certificate',
};
const UNKNOWN_AUTHORITY =
    'name the file of its certificate authority in network.caFile or SSL_CERT_FILE (PEM, with all certificates between)';

/** What lies at the root of an error from a request or a connection; undefined for anything else. */
export function lineFaultOf(error: unknown): LineFault | undefined {
    const found = causeOf(error);
    if (found instanceof CertificateError) {
        const {host, reason} = found;
        const what = REASONS[reason] ?? 'is not trusted here';
        return {
            kind: 'certificate',
            host,
            detail: found.message,
            sentence: `The certificate of ${host} ${what}. An admin has to see to it.`,
            remedy: REMEDIES[reason] ?? UNKNOWN_AUTHORITY,
            final: true,
        };
    }
    if (found instanceof ProxyError) return proxyFault(found);
    return undefined;
}

function proxyFault({proxy, status, message: detail}: ProxyError): LineFault {
    const common = {kind: 'proxy', host: proxy, detail} as const;
    if (status === undefined) {
        return {
            ...common,
            sentence: `The proxy ${proxy} cannot be reached. An admin has to see to it.`,
            remedy: 'check network.proxy, HTTPS_PROXY and HTTP_PROXY, or name the host in NO_PROXY',
            final: false,
        };
    }
    if (status === 407) {
        return {
            ...common,
            sentence: `The proxy ${proxy} wants a name and a password. An admin has to see to it.`,
            remedy: 'give network.proxyCredentials, or the name and password in HTTPS_PROXY',
            final: true,
        };
    }
    return {
        ...common,
        sentence: `The proxy ${proxy} does not let this connection through (${status}). An admin has to see to it.`,
        remedy: 'let it pass CONNECT to that host and port, or name the host in NO_PROXY',
        final: status < 500,
    };
}

/** By class, not by code: other errors carry the same words as codes. */
function causeOf(error: unknown): unknown {
    let at = error;
    for (let depth = 0; depth < 8 && typeof at === 'object' && at !== null; depth += 1) {
        if (at instanceof CertificateError || at instanceof ProxyError) return at;
        at = 'cause' in at ? at.cause : undefined;
    }
    return undefined;
}
