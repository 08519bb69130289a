import {readFile, stat} from 'node:fs/promises';
import type {SecretReference} from '../contract/account-schema.ts';
import {GangwayError} from '../contract/errors.ts';
import type {Environment} from './environment.ts';

/** Thrown where a secret cannot be had; the message names the place, never the value. */
export class SecretError extends GangwayError {
    constructor(message: string, cause?: unknown) {
        super('secret', message, {cause});
    }
}

/**
 * Takes the place of a stored secret that cannot be decrypted: the settings stay valid, and whoever
 * uses it is told so.
 */
export const LOST_SECRET = {source: 'env', id: 'STORED_SECRET_CANNOT_BE_DECRYPTED'} as const;

/** Reads the secret that a reference names, anew at each call. */
export type ResolveSecret = (input: SecretReference, signal?: AbortSignal) => Promise<string>;

/** Largest file that is taken for a secret, bytes. */
export const MAX_SECRET_BYTES = 65_536;
const READ_LIMIT_MS = 10_000;

async function fromFile(path: string, signal: AbortSignal | undefined): Promise<string> {
    const failed = (cause: unknown): never => {
        throw new SecretError(`the secret file ${path} cannot be read`, cause);
    };
    const file = await stat(path).catch(failed);
    if (!file.isFile()) throw new SecretError(`the secret file ${path} is not a file`);
    if (file.size > MAX_SECRET_BYTES) {
        throw new SecretError(`the secret file ${path} is larger than ${MAX_SECRET_BYTES} bytes`);
    }
    const limit = AbortSignal.timeout(READ_LIMIT_MS);
    const options = {
        encoding: 'utf8',
        signal: signal ? AbortSignal.any([signal, limit]) : limit,
    } as const;
    const text = await readFile(path, options).catch(failed);
    // Editors and `echo` leave a newline behind that is no part of the secret.
    const secret = text.replace(/(?:\r?\n)+$/, '');
    if (secret === '') throw new SecretError(`the secret file ${path} is empty`);
    return secret;
}

/**
 * Makes the reader of secrets: text as it stands, `env` from the given environment, `file` from
 * the disk.
 */
export function createSecretResolver(env: Environment): ResolveSecret {
    return async (input, signal) => {
        if (typeof input === 'string') return input;
        const {source, id, provider} = {provider: undefined, ...input};
        switch (source) {
            case 'env': {
                if (id === LOST_SECRET.id) {
                    throw new SecretError('the stored secret cannot be decrypted: set it again');
                }
                const value = env[id]?.trim();
                if (value === undefined || value === '') {
                    throw new SecretError(`the environment has no ${id}`);
                }
                return value;
            }
            case 'file':
                if (provider === undefined) return await fromFile(id, signal);
                throw new SecretError(`the provider ${provider} of secrets does not exist here`);
            case 'store':
            case 'exec':
                throw new SecretError(`secrets of source "${source}" do not exist here`);
        }
    };
}
