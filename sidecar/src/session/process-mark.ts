import {readFileSync, readlinkSync} from 'node:fs';
import {hostname} from 'node:os';

/** Tells one process from all others: of other machines, and of the same pid before and after it. */
export interface ProcessMark {
    /** The machine since its last boot, and the part of it in which pids have one meaning. */
    readonly machine: string;
    readonly pid: number;
    /** When the process started, in the kernel's own count; '' where the system does not tell (not Linux). */
    readonly start: string;
}

/** `unknown`: it lives elsewhere, so that nobody here can see it. */
export type Liveness = 'alive' | 'gone' | 'unknown';

/** The mark of this process. */
export function ownProcessMark(): ProcessMark {
    return {machine: machineName(), pid: process.pid, start: startOf(process.pid) ?? ''};
}

/**
 * Whether the marked process still runs, as far as `own` can see it from its place. A pid that was given
 * to another process since is known by its start.
 */
export function livenessOf(mark: ProcessMark, own: ProcessMark): Liveness {
    if (mark.machine !== own.machine) return 'unknown';
    if (!exists(mark.pid)) return 'gone';
    const start = mark.pid === own.pid ? own.start : startOf(mark.pid);
    if (start === undefined || start === '' || mark.start === '') return 'unknown';
    return start === mark.start ? 'alive' : 'gone';
}

function exists(pid: number): boolean {
    try {
        process.kill(pid, 0);
        return true;
    } catch (error) {
        // EPERM: it is there, but somebody else's. No `instanceof`: it comes from Node's own realm.
        return !(isObject(error) && 'code' in error && error.code === 'ESRCH');
    }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/**
 * Host names are given twice easily and containers of one machine count pids anew, so on Linux the boot
 * and the name space of the pids are part of the name.
 */
function machineName(): string {
    const boot = readOrUndefined(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'));
    const pids = readOrUndefined(() => readlinkSync('/proc/self/ns/pid'));
    return [hostname(), boot?.trim() ?? '', pids ?? ''].join('/');
}

/** The 22nd field of `/proc/<pid>/stat`; undefined for a zombie, which does nothing any more. */
function startOf(pid: number): string | undefined {
    const stat = readOrUndefined(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
    // The second field is the program's name in parentheses, and may hold anything.
    const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields === undefined) return undefined;
    const [state] = fields;
    return state === 'Z' || state === 'X' ? 'ended' : fields[19];
}

function readOrUndefined(read: () => string): string | undefined {
    try {
        return read();
    } catch {
        // Not Linux, or the process has just ended.
        return undefined;
    }
}
