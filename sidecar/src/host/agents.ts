import type {AgentDeps, AgentSettings} from '../agent/agent-settings.ts';
import type {NamedAgent} from '../agent/agents.ts';
import {createAgent} from '../agent/create-agent.ts';

/**
 * The agents of the settings: the one with `default: true` first, then in the order of the map. With none
 * at all the demo agent answers, so that everything can be seen without a key.
 */
export function makeAgents(
    map: Readonly<Record<string, AgentSettings>> | undefined,
    deps: AgentDeps,
): readonly NamedAgent[] {
    const entries = Object.entries(map ?? {});
    const settings: [string, AgentSettings][] =
        entries.length > 0 ? entries : [['demo', {kind: 'demo'}]];
    return settings
        .sort(([, a], [, b]) => Number(b.default ?? false) - Number(a.default ?? false))
        .map(([id, entry]) => ({
            id,
            agent: createAgent(entry, deps),
        }));
}

/** What admins should know of the settings of agents, by what their services said. */
export function agentTroubles(agents: readonly NamedAgent[]): readonly string[] {
    return agents.flatMap(({id, agent}) =>
        (agent.troubles?.() ?? []).map((trouble) => `agents.${id}: ${trouble}`),
    );
}
