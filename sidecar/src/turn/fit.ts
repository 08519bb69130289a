import type {AgentMessage} from '../agent/agent.ts';
import {composeMessages, type PromptEntry} from './prompt.ts';

/** Stands where the oldest part of a conversation was left out. */
export const LEFT_OUT = '(earlier messages are not shown)';

/** What is to be fitted. */
export interface Fittable {
    readonly system: string;
    readonly history: readonly PromptEntry[];
    readonly questions: readonly string[];
}

/** A prompt that is no longer than it may be, if leaving out what stands before the question can do that. */
export interface Fitted {
    readonly messages: readonly AgentMessage[];
    /** The size of the prompt. */
    readonly bytes: number;
    /** Entries that were left out. */
    readonly left: number;
    /** Nothing but the question is there. */
    readonly bare: boolean;
}

/** At a limit so much of it is left out at once: the beginning, which providers cache, then stays for a while. */
const STEP = 1 / 4;

/**
 * Leaves the oldest out until the prompt has at most `limit` bytes; the root of a thread, which says what it is
 * about, goes last. The questions always stay.
 */
export function fit({system, history, questions}: Fittable, limit: number): Fitted {
    const sizes = new Map(history.map((entry) => [entry, Buffer.byteLength(entry.text)]));
    const rest = [system, ...questions].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    const total = [...sizes.values()].reduce((sum, size) => sum + size, rest);
    const step = Math.max(1, limit * STEP);
    const goal = total <= limit ? 0 : Math.ceil((total - limit) / step) * step;
    const dropped = new Set<PromptEntry>();
    let gone = 0;
    const byWorth = history.toSorted((a, b) => Number(isRoot(a)) - Number(isRoot(b)));
    for (const entry of byWorth) {
        if (gone >= goal) break;
        dropped.add(entry);
        gone += sizes.get(entry) ?? 0;
    }
    const kept = history.filter((entry) => !dropped.has(entry));
    const note: readonly PromptEntry[] =
        dropped.size === 0 ? [] : [{kind: 'said', role: 'user', text: LEFT_OUT}];
    return {
        messages: composeMessages([...note, ...kept], questions),
        bytes: total - gone,
        left: dropped.size,
        bare: kept.length === 0,
    };
}

const isRoot = (entry: PromptEntry): boolean => entry.kind === 'quoted' && entry.from === 'root';
