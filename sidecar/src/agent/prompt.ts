import type {AgentMessage, AgentTurn} from './agent.ts';

/** A turn in the shape that every chat model accepts. */
export interface Prompt {
    /** Undefined for none. */
    readonly instructions: string | undefined;
    /** Not blank, roles alternating, beginning with the user: some models' templates refuse others. */
    readonly messages: readonly {readonly role: 'user' | 'assistant'; readonly content: string}[];
}

/** Stands before an answer whose question is no longer part of the conversation. */
const CUT_OFF = '(earlier messages are not shown)';

/** Builds the prompt: the agent's own instructions first, then those of the place. */
export function buildPrompt(turn: AgentTurn, systemPrompt: string | undefined): Prompt {
    const instructions = [systemPrompt ?? '', turn.system]
        .map((part) => part.trim())
        .filter((part) => part !== '')
        .join('\n\n');
    return {
        instructions: instructions === '' ? undefined : instructions,
        messages: withClock(alternating(turn.messages), turn.now),
    };
}

/** The time stands behind the question: whatever comes before it is the same as in the turn before. */
function withClock(messages: Prompt['messages'], now: string | undefined): Prompt['messages'] {
    const last = messages.at(-1);
    if (now === undefined || last?.role !== 'user') return messages;
    const content = `${last.content}\n\n<now>\n${now}\n</now>`;
    return [...messages.slice(0, -1), {...last, content}];
}

function alternating(messages: readonly AgentMessage[]): Prompt['messages'] {
    const merged: {role: 'user' | 'assistant'; content: string}[] = [];
    for (const {role, text} of messages) {
        if (text.trim() === '') continue;
        const last = merged.at(-1);
        if (last?.role === role) last.content += `\n\n${text}`;
        else merged.push({role, content: text});
    }
    return merged[0]?.role === 'assistant' ? [{role: 'user', content: CUT_OFF}, ...merged] : merged;
}
