import {compileLinearPattern, type LinearPattern, type PatternResult} from './linear-pattern.ts';
import {withoutCode} from './mention.ts';

// A post has at most 16,383 characters; what came in otherwise is not searched any further.
const MAX_SEARCHED = 16_384;

/**
 * Makes one entry of `mentionPatterns` ready, or says in a plain sentence why it is not taken.
 * Matching takes linear time for every pattern, so that no message can hang the gate.
 */
export function compileMentionPattern(text: string): PatternResult {
    if (text.trim() === '') return {kind: 'refused', reason: 'it is empty'};
    return compileLinearPattern(text);
}

// Settings are immutable, so a list is compiled once for its lifetime.
const compiled = new WeakMap<readonly string[], readonly LinearPattern[]>();

function patternsOf(sources: readonly string[]): readonly LinearPattern[] {
    const known = compiled.get(sources);
    if (known) return known;
    const patterns = sources.flatMap((source) => {
        const result = compileMentionPattern(source);
        return result.kind === 'ok' ? [result.pattern] : [];
    });
    compiled.set(sources, patterns);
    return patterns;
}

/** Whether one of `mentionPatterns` occurs in the text outside code. Refused patterns never do. */
export function matchesMentionPattern(text: string, sources: readonly string[]): boolean {
    if (sources.length === 0) return false;
    const searched = withoutCode(text).slice(0, MAX_SEARCHED);
    return patternsOf(sources).some((pattern) => pattern.occursIn(searched));
}
