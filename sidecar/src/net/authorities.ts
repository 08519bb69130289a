import {X509Certificate} from 'node:crypto';
import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {createSecureContext, getCACertificates, type SecureContext} from 'node:tls';
import type {Log} from '../contract/log.ts';
import {codeOf} from './line-fault.ts';

/** Where certificate authorities stand beside those of Node (which knows NODE_EXTRA_CA_CERTS). */
export interface AuthorityOptions {
    readonly caFile: string | undefined;
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly log: Log;
}

/**
 * Whom connections trust: the authorities of Node, of the system, of SSL_CERT_FILE and SSL_CERT_DIR, and
 * of the settings. Read at the first use and kept: some hundred certificates take a while to parse.
 */
export function createAuthorities(options: AuthorityOptions): () => SecureContext {
    let context: SecureContext | undefined;
    return () => (context ??= createSecureContext({ca: authorities(options)}));
}

function authorities({caFile, env, log}: AuthorityOptions): string[] {
    const files = [
        ...(caFile === undefined ? [] : [caFile]),
        ...(env['SSL_CERT_FILE'] ? [env['SSL_CERT_FILE']] : []),
        ...(env['SSL_CERT_DIR'] ?? '')
            .split(path.delimiter)
            .filter((folder) => folder !== '')
            .flatMap((folder) => filesIn(folder, log)),
    ];
    const all = [
        ...getCACertificates('default'),
        ...getCACertificates('system'),
        ...files.flatMap((file) => certificatesIn(file, log)),
    ];
    return [...new Set(all.map((pem) => pem.trim()))];
}

function filesIn(folder: string, log: Log): string[] {
    try {
        return readdirSync(folder)
            .sort()
            .map((name) => path.join(folder, name))
            .filter((file) => /\.(?:pem|crt|cer|\d+)$/.test(file));
    } catch (error) {
        warn(folder, error, log);
        return [];
    }
}

const PEM =
    /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[^-]+-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g;

function certificatesIn(file: string, log: Log): string[] {
    try {
        const found = readFileSync(file, 'utf8').match(PEM) ?? [];
        // One that cannot be read would make all of them useless.
        const good = found.filter(isCertificate);
        if (good.length < found.length || found.length === 0) {
            log.warn('a file of certificate authorities is not all readable', {
                file,
                certificates: good.length,
                unreadable: found.length - good.length,
            });
        }
        return good;
    } catch (error) {
        warn(file, error, log);
        return [];
    }
}

function isCertificate(pem: string): boolean {
    try {
        return new X509Certificate(pem).raw.length > 0;
    } catch {
        return false;
    }
}

function warn(file: string, error: unknown, log: Log): void {
    log.warn('certificate authorities cannot be read', {file, reason: codeOf(error)});
}
