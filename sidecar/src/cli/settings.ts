import {agentSettingsSchema, type AgentSettings} from '../agent/agent-settings.ts';
import {loadSettings} from '../config/load.ts';
import {createSettingsParser, type ParsedSettings} from '../config/parse.ts';
import {problemText} from '../config/problem.ts';
import {compileMentionPattern} from '../policy/mention-pattern.ts';
import type {Terminal} from './terminal.ts';

/** The parser of this program's settings: it knows the agents and the mention patterns. */
export function settingsParser(): ReturnType<typeof createSettingsParser<AgentSettings>> {
    return createSettingsParser({
        agent: agentSettingsSchema,
        refuseMentionPattern: (pattern) => {
            const compiled = compileMentionPattern(pattern);
            return compiled.kind === 'refused' ? compiled.reason : undefined;
        },
    });
}

/** Reads the settings; what is wrong with them is written to the terminal, a line each. */
export async function readSettings(
    path: string | undefined,
    terminal: Terminal,
    signal: AbortSignal,
): Promise<ParsedSettings<AgentSettings>> {
    const parsed = await loadSettings(settingsParser(), {path, env: terminal.env}, signal);
    if (parsed.kind === 'refused') {
        terminal.err(`The settings are refused:\n`);
        for (const problem of parsed.problems) terminal.err(`  ${problemText(problem)}\n`);
    }
    return parsed;
}
