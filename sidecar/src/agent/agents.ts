import type {Agent} from './agent.ts';

/** An agent of the settings with the id under which it stands there. */
export interface NamedAgent {
    readonly id: string;
    readonly agent: Agent;
}

/** The agent of that id; the first one where none is named or the named one is gone. */
export function pickAgent(
    agents: readonly NamedAgent[],
    wanted: string | undefined,
): NamedAgent | undefined {
    return agents.find(({id}) => id === wanted) ?? agents[0];
}
