import {LRUCache} from 'lru-cache';

/** Conversations whose limit is remembered for one agent; of others it is found again by a refused request. */
const MAX_SESSIONS = 1000;

/**
 * How much of a conversation a model takes, as far as refused requests have shown it: bytes of the prompt, for
 * each agent and session, since how many bytes a token has depends on the language. Forgotten with the agent,
 * which changed settings make anew: another model has another limit.
 */
export interface ContextLimits {
    /** Infinity while nothing was refused. */
    of(agent: object, sessionId: string): number;
    learn(agent: object, sessionId: string, bytes: number): void;
    forget(agent: object, sessionId: string): void;
}

/** Makes the memory of one runner. */
export function createContextLimits(): ContextLimits {
    const known = new WeakMap<object, LRUCache<string, number>>();
    return {
        of: (agent, sessionId) => known.get(agent)?.get(sessionId) ?? Infinity,
        learn(agent, sessionId, bytes) {
            const sessions = known.get(agent) ?? new LRUCache<string, number>({max: MAX_SESSIONS});
            known.set(agent, sessions);
            sessions.set(sessionId, bytes);
        },
        forget: (agent, sessionId) => void known.get(agent)?.delete(sessionId),
    };
}
