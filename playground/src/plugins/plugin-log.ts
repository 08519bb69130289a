import * as z from 'zod';
import type {Log} from '../../../sidecar/src/contract/log.ts';

const entrySchema = z.looseObject({
    '@level': z.string().optional(),
    '@message': z.string().default(''),
    '@timestamp': z
        .string()
        .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(?:Z|[+-]\d\d:\d\d)$/)
        .optional(),
});

const ownKeys = new Set(['@level', '@message', '@timestamp']);

type Level = 'debug' | 'info' | 'warn' | 'error';

const levels: Readonly<Record<string, Level>> = {
    trace: 'debug',
    debug: 'debug',
    info: 'info',
    warn: 'warn',
    error: 'error',
};

/**
 * Reads the stderr of a plugin as go-plugin does: hclog's JSON lines with their level, then prefixes
 * such as `[WARN]`; all else is shown at debug, and at error after a Go panic.
 *
 * A line whose `@level`, `@message` or `@timestamp` is no text would end the real server: it is
 * logged here as an error that says so.
 */
export function createPluginLog(log: Log): (line: string) => void {
    let panicked = false;
    return (line) => {
        const value = jsonObject(line);
        if (value !== undefined) {
            const parsed = entrySchema.safeParse(value);
            if (parsed.success) {
                writeEntry(log, line, parsed.data);
            } else if (endsTheServer(value)) {
                log.error('this line would end a Mattermost server', {line});
            } else {
                log.debug(line);
            }
            return;
        }
        panicked ||= /^(?:panic: |fatal error: )/.test(line);
        const tag = /^\[(TRACE|DEBUG|INFO|WARN|ERROR)\]\s*/.exec(line);
        const level = levels[(tag?.[1] ?? (panicked ? 'error' : 'debug')).toLowerCase()] ?? 'debug';
        log[level](tag === null ? line : line.slice(tag[0].length));
    };
}

function jsonObject(line: string): Readonly<Record<string, unknown>> | undefined {
    try {
        const parsed = z.record(z.string(), z.unknown()).safeParse(JSON.parse(line));
        return parsed.success ? parsed.data : undefined;
    } catch {
        // Most lines of most programs are no JSON.
        return undefined;
    }
}

function endsTheServer(value: Readonly<Record<string, unknown>>): boolean {
    return ['@level', '@message', '@timestamp'].some(
        (key) => value[key] !== undefined && typeof value[key] !== 'string',
    );
}

function writeEntry(log: Log, line: string, entry: z.infer<typeof entrySchema>): void {
    const {'@level': name, '@message': message} = entry;
    const level = levels[(name ?? '').toLowerCase()];
    if (level === undefined) {
        log.debug(line);
        return;
    }
    const wrapped = Object.entries(entry)
        .filter(([key]) => !ownKeys.has(key))
        .map(([key, value]) => `${key}${typeof value === 'string' ? value : JSON.stringify(value)}`)
        .join('');
    log[level](message, wrapped === '' ? {} : {wrapped_extras: wrapped});
}
