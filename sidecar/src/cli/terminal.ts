import type {Environment} from '../config/environment.ts';

/** Where a command line is run: what it may read and write. */
export interface Terminal {
    readonly version: string;
    readonly env: Environment;
    readonly out: (text: string) => void;
    readonly err: (text: string) => void;
    /** A person looks at it, so that logs are written for people. */
    readonly interactive: boolean;
}
