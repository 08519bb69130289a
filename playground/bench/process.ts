import {readFileSync} from 'node:fs';

const CLOCK_TICKS = 100;

/** CPU time that a process has used, ms (user and system). */
export function cpuMs(pid: number): number {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name may hold spaces; what follows the last parenthesis is fixed.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return ((Number(fields[11]) + Number(fields[12])) * 1_000) / CLOCK_TICKS;
}

/** Memory that a process holds now, MB. */
export function memoryMb(pid: number): number {
    const kb = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kb ?? 0) / 1_000;
}

/** The processes that this one started and that still run. */
export function children(): number[] {
    const text = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8');
    return text.trim().split(' ').filter(Boolean).map(Number);
}
