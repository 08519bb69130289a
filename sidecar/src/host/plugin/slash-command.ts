import {COMMANDS} from '../../commands/registry.ts';
import {PLUGIN_ID} from '../../contract/plugin-id.ts';
import {errorOf} from '../../contract/errors.ts';
import type {Log} from '../../contract/log.ts';
import type {CommandAnswer, CommandCall} from '../../mattermost/plugin-api/hooks.ts';
import type {PluginApi} from '../../mattermost/plugin-api/plugin-api.ts';
import type {SlashCall} from '../../turn/slash.ts';

type Registration = Parameters<PluginApi['registerCommand']>[0];

/** What may follow `/gangway runner`, for autocomplete. */
const RUNNER_WORDS = [
    {Trigger: 'create', Hint: '[name]', HelpText: 'Make a token for an attached runner'},
    {Trigger: 'list', Hint: '', HelpText: 'Show the runners that have tokens'},
    {Trigger: 'revoke', Hint: '[name]', HelpText: 'Take a token back'},
] as const;

const WORDS = [...COMMANDS.map(({name}) => name), 'runner'];

/** `/gangway` with its words, as the server's autocomplete wants them. */
export const GANGWAY_COMMAND: Registration = {
    Trigger: PLUGIN_ID,
    AutoComplete: true,
    AutoCompleteDesc: 'Talk to Gangway about your conversation here',
    AutoCompleteHint: `[${WORDS.join('|')}]`,
    DisplayName: 'Gangway',
    Description: 'Talk to Gangway about your conversation here',
    AutocompleteData: {
        Trigger: PLUGIN_ID,
        Hint: `[${WORDS.join('|')}]`,
        HelpText: 'Talk to Gangway about your conversation here',
        RoleID: 'system_user',
        SubCommands: [
            ...COMMANDS.map(({name, summary}) => ({
                Trigger: name,
                HelpText: summary,
                RoleID: 'system_user',
            })),
            {
                Trigger: 'runner',
                Hint: '[create|list|revoke]',
                HelpText: 'Runners beside the server: their tokens',
                RoleID: 'system_admin',
                SubCommands: RUNNER_WORDS.map((word) => ({...word, RoleID: 'system_admin'})),
            },
        ],
    },
};

/** What was typed after the trigger. */
export function commandText(command: string): string {
    return command.trim().replace(/^\S+\s*/, '');
}

/** What a slash command is answered with. */
export interface SlashPowers {
    /** The registry's commands, in the conversation where it was typed. */
    slash(call: SlashCall): Promise<string>;
    /** `runner …`, for admins only. */
    runner(text: string): Promise<string>;
    /** How the accounts are, a line of Markdown each, for admins. */
    accounts(): readonly string[];
    /** What is wrong with the stored settings. */
    troubles(): readonly string[];
    isAdmin(userId: string): Promise<boolean>;
    readonly log: Log;
}

/**
 * Answers `/gangway …`, for the caller's eyes only. Never throws: the user would read "command not found".
 */
export async function answerSlash(call: CommandCall, powers: SlashPowers): Promise<CommandAnswer> {
    const text = commandText(call.Command);
    try {
        return ephemeral(await answerOf(call, text, powers));
    } catch (error) {
        powers.log.error('a slash command failed', {
            command: text.split(/\s/, 1)[0] ?? '',
            error: errorOf(error),
        });
        return ephemeral('That did not work. The server log has why; try again in a moment.');
    }
}

async function answerOf(call: CommandCall, text: string, powers: SlashPowers): Promise<string> {
    const runner = /^runner\b\s*(.*)$/is.exec(text);
    if (runner !== null) {
        if (!(await powers.isAdmin(call.UserId))) return 'Only system admins may do this.';
        return await powers.runner(runner[1] ?? '');
    }
    const answer = await powers.slash({
        userId: call.UserId,
        channelId: call.ChannelId,
        rootId: call.RootId,
        text,
    });
    if (!/^status\b/i.test(text)) return answer;
    if (!(await powers.isAdmin(call.UserId))) return answer;
    return [
        answer,
        ...section('Accounts', powers.accounts()),
        ...section('Settings', powers.troubles()),
    ].join('\n');
}

function section(title: string, lines: readonly string[]): string[] {
    return lines.length === 0 ? [] : ['', `**${title}**`, ...lines.map((line) => `- ${line}`)];
}

const ephemeral = (Text: string): CommandAnswer => ({ResponseType: 'ephemeral', Text});
