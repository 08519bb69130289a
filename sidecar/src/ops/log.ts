import pino from 'pino';
import type {Log, LogFields} from '../contract/log.ts';
import type {Redactor} from './redact.ts';

/** From all to little. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/**
 * `json`: one JSON object per line, for collectors. `text`: for a person at a terminal.
 * `hclog`: what Mattermost's plugin supervisor reads from a plugin's stderr; its extra fields reach the
 * server's log glued together without separators, so they are written into the message instead.
 */
export type LogFormat = 'json' | 'text' | 'hclog';

/** Longest line in characters: the supervisor cuts lines at 64 KiB and shows the rest raw. */
const MAX_LENGTH = 8_192;

const LEVELS = {debug: 20, info: 30, warn: 40, error: 50} as const;

/**
 * Makes the program's log. `level`: the least that is logged, asked for at each line. `write` gets whole
 * lines (with their line end); [standard error].
 */
export function createLog(options: {
    level: LogLevel | (() => LogLevel);
    format: LogFormat;
    redactor: Redactor;
    write?: (line: string) => void;
}): Log {
    const destination: pino.DestinationStream =
        options.write === undefined
            ? pino.destination({fd: 2, sync: true})
            : {write: options.write};
    const clean = (text: string): string => {
        // Masked before it is cut: half a secret at the end would not be known for one.
        const masked = options.redactor.clean(text);
        return masked.length > MAX_LENGTH ? `${masked.slice(0, MAX_LENGTH)}…` : masked;
    };
    const {level} = options;
    const isLogged = (name: LogLevel): boolean =>
        LEVELS[name] >= LEVELS[typeof level === 'string' ? level : level()];
    return options.format === 'json'
        ? jsonLog(isLogged, destination, clean)
        : lineLog(isLogged, destination, clean, options.format);
}

function jsonLog(
    isLogged: (name: LogLevel) => boolean,
    destination: pino.DestinationStream,
    clean: (text: string) => string,
): Log {
    const logger = pino(
        {
            level: 'debug',
            base: null,
            timestamp: pino.stdTimeFunctions.isoTime,
            formatters: {level: (label) => ({level: label})},
        },
        destination,
    );
    return fieldsLog({}, (name, message, fields) => {
        if (!isLogged(name)) return;
        const printable = Object.fromEntries(
            entries(fields).map(([key, value]) => [
                key,
                typeof value === 'string' ? clean(value) : value,
            ]),
        );
        logger[name](printable, clean(message));
    });
}

function lineLog(
    isLogged: (name: LogLevel) => boolean,
    destination: pino.DestinationStream,
    clean: (text: string) => string,
    format: 'text' | 'hclog',
): Log {
    return fieldsLog({}, (name, message, fields) => {
        if (!isLogged(name)) return;
        const pairs = entries(fields).map(([key, value]) => `${key}=${quoteWhenNeeded(value)}`);
        const text = clean([message, ...pairs].join(' ')).replace(/[\r\n]+/g, ' ');
        const now = new Date().toISOString();
        destination.write(
            format === 'text'
                ? `${now.slice(11, 19)} ${name.toUpperCase().padEnd(5)} ${text}\n`
                : // Six fractional digits: three are not recognised as a time.
                  `${JSON.stringify({'@level': name, '@message': text, '@timestamp': now.replace('Z', '000Z')})}\n`,
        );
    });
}

function fieldsLog(
    base: LogFields,
    write: (level: LogLevel, message: string, fields: LogFields) => void,
): Log {
    const at =
        (level: LogLevel) =>
        (message: string, fields: LogFields = {}): void => {
            write(level, message, {...base, ...fields});
        };
    return {
        debug: at('debug'),
        info: at('info'),
        warn: at('warn'),
        error: at('error'),
        child: (fields) => fieldsLog({...base, ...fields}, write),
    };
}

/** Fields as printable values; an error becomes its class, code and message, with those of its causes. */
function entries(fields: LogFields): [string, string | number | boolean][] {
    return Object.entries(fields).flatMap(([key, value]) => {
        if (value === undefined) return [];
        return [[key, value instanceof Error ? describe(value) : value]];
    });
}

function describe(error: Error, depth = 0): string {
    const code = 'code' in error && typeof error.code === 'string' ? ` ${error.code}` : '';
    const cause =
        error.cause instanceof Error && depth < 4 ? ` <- ${describe(error.cause, depth + 1)}` : '';
    return `${error.name}${code}: ${error.message}${cause}`;
}

function quoteWhenNeeded(value: string | number | boolean): string {
    const text = String(value);
    // Looking for what does not fit needs no stack, however long the text is.
    return text === '' || /[^\w.:/@-]/.test(text) ? JSON.stringify(text) : text;
}
