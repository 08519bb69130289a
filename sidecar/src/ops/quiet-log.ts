import type {Log, LogFields} from '../contract/log.ts';

/** What a line is about, as far as it matters for whether it is worth telling. */
export interface QuietLine {
    readonly level: 'info' | 'warn' | 'error';
    readonly fields: LogFields;
}

/** A log that tells lines for which `isQuiet` holds at `debug` only. */
export function createQuietLog(log: Log, isQuiet: (line: QuietLine) => boolean): Log {
    const at =
        (level: QuietLine['level']) =>
        (message: string, fields: LogFields = {}): void => {
            log[isQuiet({level, fields}) ? 'debug' : level](message, fields);
        };
    return {
        debug: (message, fields) => log.debug(message, fields),
        info: at('info'),
        warn: at('warn'),
        error: at('error'),
        child: (fields) => createQuietLog(log.child(fields), isQuiet),
    };
}
