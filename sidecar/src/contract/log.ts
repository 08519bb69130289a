/** Fields of a log line: ids, counts and codes; never a token, a signature or message text. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined | Error>>;

/** What every module logs through. A child carries its fields on each line. */
export interface Log {
    debug(message: string, fields?: LogFields): void;
    info(message: string, fields?: LogFields): void;
    warn(message: string, fields?: LogFields): void;
    error(message: string, fields?: LogFields): void;
    child(fields: LogFields): Log;
}

/** A log that drops everything, for tests and for callers that have none. */
export const silentLog: Log = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: () => undefined,
    child: () => silentLog,
};
