import type {AgentSettings} from '../agent/agent-settings.ts';
import {loadSettings} from '../config/load.ts';
import type {ParsedSettings} from '../config/parse.ts';
import {problemText} from '../config/problem.ts';
import {settingsParser} from '../host/settings-parser.ts';
import type {Terminal} from './terminal.ts';

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
