import type {Agent} from './agent.ts';
import type {AgentDeps, AgentSettings} from './agent-settings.ts';
import {createDemoAgent} from './demo/demo-agent.ts';
import {createLanguageModelAgent} from './language-model.ts';

/** Makes the agent that an entry of the `agents` map describes. Nothing is opened before a run. */
export function createAgent(settings: AgentSettings, deps: AgentDeps): Agent {
    switch (settings.kind) {
        case 'demo':
            return createDemoAgent({delayMs: settings.delayMs});
        case 'openai-compatible':
        case 'anthropic':
            return createLanguageModelAgent(settings, deps);
    }
}
