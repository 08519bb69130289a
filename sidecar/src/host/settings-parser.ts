import {agentSettingsSchema, type AgentSettings} from '../agent/agent-settings.ts';
import {createSettingsParser, type SettingsParser} from '../config/parse.ts';
import {compileMentionPattern} from '../policy/mention-pattern.ts';

/** The parser of this program's settings: it knows the agents and the mention patterns. */
export function settingsParser(): SettingsParser<AgentSettings> {
    return createSettingsParser({
        agent: agentSettingsSchema,
        refuseMentionPattern: (pattern) => {
            const compiled = compileMentionPattern(pattern);
            return compiled.kind === 'refused' ? compiled.reason : undefined;
        },
    });
}
