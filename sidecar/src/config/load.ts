import {readFile, stat} from 'node:fs/promises';
import JSON5 from 'json5';
import type {AgentEntry} from '../contract/settings.ts';
import type {Environment} from './environment.ts';
import type {ParsedSettings, SettingsParser} from './parse.ts';

/** Largest settings file that is read, bytes. */
export const MAX_SETTINGS_BYTES = 1_048_576;
const READ_LIMIT_MS = 10_000;

/** Where settings are loaded from. */
export interface SettingsSource {
    /** A JSON5 file; undefined for none: then the environment alone configures. */
    readonly path: string | undefined;
    readonly env: Environment;
}

/**
 * Reads the settings file and the environment. A file that is missing, too large or not JSON5 is
 * a problem like any other; only trouble with the disk itself throws.
 */
export async function loadSettings<Agent extends AgentEntry>(
    parser: SettingsParser<Agent>,
    {path, env}: SettingsSource,
    signal?: AbortSignal,
): Promise<ParsedSettings<Agent>> {
    if (path === undefined) return parser.parse({}, env);
    const refused = (reason: string): ParsedSettings<Agent> => ({
        kind: 'refused',
        problems: [{path: '', reason: `${path}: ${reason}`}],
    });
    const file = await stat(path).catch(notThere);
    if (file === undefined) return refused('there is no such file');
    if (!file.isFile()) return refused('is not a file');
    if (file.size > MAX_SETTINGS_BYTES)
        return refused(`is larger than ${MAX_SETTINGS_BYTES} bytes`);

    const limit = AbortSignal.timeout(READ_LIMIT_MS);
    const text = await readFile(path, {
        encoding: 'utf8',
        signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
    const document = parseJson5(text);
    return document.kind === 'ok' ? parser.parse(document.value, env) : refused(document.reason);
}

function notThere(error: unknown): undefined {
    const isError = typeof error === 'object' && error !== null && 'code' in error;
    if (isError && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined;
    throw error;
}

type Json5Document =
    {readonly kind: 'ok'; readonly value: unknown} | {readonly kind: 'refused'; reason: string};

/** Reads JSON5; a mistake is named by line and column, without the text around it. */
export function parseJson5(text: string): Json5Document {
    try {
        const value: unknown = JSON5.parse(text);
        return {kind: 'ok', value};
    } catch (error) {
        return {kind: 'refused', reason: `is not valid JSON5${place(error)}`};
    }
}

function place(error: unknown): string {
    if (!(error instanceof SyntaxError)) return ' (too deeply nested)';
    if (!('lineNumber' in error) || !('columnNumber' in error)) return '';
    return ` at line ${String(error.lineNumber)}, column ${String(error.columnNumber)}`;
}
