import {isDeepStrictEqual} from 'node:util';
import {pathText, type PathStep} from '../config/problem.ts';
import {isObject, valueAt, type JsonSchema} from '../config/schema-walk.ts';
import {changeTexts, isSealed, secretPaths, type Sealer} from '../config/sealing.ts';
import {LOST_SECRET} from '../config/secrets.ts';

/** Settings as they are used, and what of them could not be opened. */
export interface OpenedSettings {
    readonly settings: unknown;
    /** Secrets that no key opens, as they are stored. */
    readonly lost: readonly LostSecret[];
}

/** A secret that cannot be decrypted now; with its old key it could be again. */
export interface LostSecret {
    readonly path: readonly PathStep[];
    readonly sealed: string;
}

/** Opens the sealed secrets of stored settings. */
export function openSecrets(
    schema: JsonSchema,
    settings: unknown,
    sealer: Sealer | undefined,
): OpenedSettings {
    const lost: LostSecret[] = [];
    const opened = changeTexts(settings, sealedPaths(schema, settings), (text, path) => {
        const secret = sealer?.open(text);
        if (secret !== undefined) return secret;
        lost.push({path, sealed: text});
        return LOST_SECRET;
    });
    return {settings: opened, lost};
}

/**
 * Seals the secrets of settings for the store; one that was lost and is not given anew stays as it was stored.
 * Undefined where there are secrets and no key.
 */
export function sealSecrets(
    schema: JsonSchema,
    settings: unknown,
    sealer: Sealer | undefined,
    lost: readonly LostSecret[],
): unknown {
    const paths = secretPaths(schema, settings);
    if (paths.length > 0 && sealer === undefined) return undefined;
    const sealed = changeTexts(settings, paths, (text) => sealer?.seal(text));
    return lost
        .filter(({path}) => isDeepStrictEqual(valueAt(settings, path), LOST_SECRET))
        .reduce((all, {path, sealed: text}) => put(all, path, text), sealed);
}

/** A copy of settings that shows each lost secret as `text`. */
export function showLost(settings: unknown, lost: readonly LostSecret[], text: string): unknown {
    return lost
        .filter(({path}) => isDeepStrictEqual(valueAt(settings, path), LOST_SECRET))
        .reduce((all, {path}) => put(all, path, text), settings);
}

/** Seals secrets again for which `renew` gives something; undefined where there is none. */
export function renewSecrets(
    schema: JsonSchema,
    settings: unknown,
    renew: (sealed: string) => string | undefined,
): unknown {
    const renewed = changeTexts(
        settings,
        sealedPaths(schema, settings),
        (text) => renew(text) ?? text,
    );
    return isDeepStrictEqual(renewed, settings) ? undefined : renewed;
}

/** A sentence for admins. */
export function lostText({path}: LostSecret): string {
    return (
        `The secret ${pathText(path)} cannot be decrypted. Set it again, or put the encryption key back ` +
        'that it was stored with: what is stored is kept.'
    );
}

/** Whether settings have secrets that must be opened. */
export function hasSealed(schema: JsonSchema, settings: unknown): boolean {
    return sealedPaths(schema, settings).length > 0;
}

function sealedPaths(schema: JsonSchema, settings: unknown): (readonly PathStep[])[] {
    return secretPaths(schema, settings).filter((path) =>
        isSealed(String(valueAt(settings, path))),
    );
}

function put(value: unknown, path: readonly PathStep[], text: string): unknown {
    const [step, ...rest] = path;
    if (step === undefined) return text;
    if (!isObject(value)) return value;
    return {...value, [step]: put(value[step], rest, text)};
}
