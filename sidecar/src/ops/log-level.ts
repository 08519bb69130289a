import type {Environment} from '../config/environment.ts';
import type {LogLevel} from './log.ts';

/** The variable with the level of the log, for looking closely; it goes before the settings. */
const LEVEL_VARIABLE = 'MM_GANGWAY_LOG_LEVEL';

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;

/** The level of the log where the settings may change it while the program runs. */
export interface LiveLevel {
    /** What holds now: the environment's, else the settings', else `info`. */
    readonly current: () => LogLevel;
    /** What the settings say. */
    readonly follow: (level: LogLevel) => void;
}

/** Makes the level; a value of the variable that is no level is as if it were not there. */
export function createLiveLevel(env: Environment): LiveLevel {
    const given = LEVELS.find((level) => level === env[LEVEL_VARIABLE]?.trim());
    let wanted: LogLevel = 'info';
    return {
        current: () => given ?? wanted,
        follow(level) {
            wanted = level;
        },
    };
}
