import type {Log, LogFields} from '../../sidecar/src/contract/log.ts';

/** Shows warnings and errors to the person who started the playground, a line each. */
export function createConsoleLog(write: (line: string) => void, base: LogFields = {}): Log {
    const line = (level: string, message: string, fields: LogFields): void => {
        const told = Object.entries({...base, ...fields}).flatMap(([name, value]) =>
            value === undefined
                ? []
                : [`${name}=${value instanceof Error ? value.message : String(value)}`],
        );
        write([level, message, ...told].join(' '));
    };
    return {
        debug: () => undefined,
        info: () => undefined,
        warn: (message, fields = {}) => line('warning:', message, fields),
        error: (message, fields = {}) => line('error:', message, fields),
        child: (fields) => createConsoleLog(write, {...base, ...fields}),
    };
}
