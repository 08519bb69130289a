import type {PlatformStatus} from '../mattermost/platform.ts';

/** Who calls a command, and on which conversation it acts. */
export interface CommandCall {
    readonly account: string;
    readonly userId: string;
    /** The caller is an owner (GATE-17). */
    readonly owner: boolean;
    /** The conversation in which it was typed. */
    readonly sessionId: string;
    /** What follows the command's name, trimmed. */
    readonly argument: string;
}

/** What commands do their work with. */
export interface CommandPowers {
    /** Ends the session's running turn and drops what waits; how many turns that were. */
    stop(sessionId: string, userId: string): Promise<number>;
    /** Archives the session and begins a new one; only between its turns. */
    reset(sessionId: string): Promise<void>;
    sessionState(sessionId: string): {readonly running: boolean};
    agentOf(sessionId: string): Promise<string>;
    status(): PlatformStatus;
    botName(): string;
    /** The id of the runner that holds the account here. */
    runner(): string;
    /** How often people called for the bot where it is no member. */
    missedCalls(): {readonly lastHour: number; readonly lastDay: number};
}

/** One command; slash commands and texts are faces of it. */
export interface Command {
    readonly name: string;
    readonly aliases: readonly string[];
    /** One line for help and autocomplete. */
    readonly summary: string;
    readonly ownersOnly?: boolean;
    /** It ends the session's running turn, and runs when that has ended, before what comes after it. */
    readonly endsTurn?: boolean;
    /** Gives the answer for the caller, in Markdown. */
    run(call: CommandCall, powers: CommandPowers): Promise<string>;
}

const stop: Command = {
    name: 'stop',
    aliases: [],
    summary: 'Stop the answer that is being written',
    async run({sessionId, userId}, powers) {
        const stopped = await powers.stop(sessionId, userId);
        if (stopped === 0) return 'Nothing is running here.';
        return stopped === 1 ? 'Stopped.' : `Stopped, and dropped ${stopped - 1} waiting.`;
    },
};

const fresh: Command = {
    name: 'new',
    aliases: ['reset'],
    summary: 'Forget this conversation and begin a new one',
    endsTurn: true,
    async run({sessionId}, powers) {
        await powers.reset(sessionId);
        return 'A new conversation begins here. What was said before is archived.';
    },
};

const status: Command = {
    name: 'status',
    aliases: [],
    summary: 'Show agent, queue and connection',
    async run({sessionId, owner}, powers) {
        const {running} = powers.sessionState(sessionId);
        const connection = powers.status();
        const lines = [
            `**Agent** ${await powers.agentOf(sessionId)}`,
            `**Conversation** ${running ? 'answering' : 'idle'}`,
            `**Connection** ${connection.state} since ${new Date(connection.since).toISOString()}, ${connection.reconnects} reconnects`,
        ];
        if (owner) {
            lines.push(
                ...connectionDetail(connection, powers.runner()),
                ...missedDetail(powers.missedCalls()),
            );
        }
        return lines.map((line) => `- ${line}`).join('\n');
    },
};

/** What only owners are told of an account's connection (CON-10). */
function connectionDetail(
    {lastEventAt, lastError, tokenEndsAt, missingPermissions = []}: PlatformStatus,
    runner: string,
): string[] {
    const heard = lastEventAt === undefined ? 'nothing yet' : new Date(lastEventAt).toISOString();
    return [
        `**Last event** ${heard}`,
        ...(lastError === undefined ? [] : [`**Last error** ${lastError}`]),
        ...(tokenEndsAt === undefined
            ? []
            : [`**Token ends** ${new Date(tokenEndsAt).toISOString()}`]),
        ...(missingPermissions.length === 0
            ? []
            : [`**Missing permissions** \`${missingPermissions.join('`, `')}\``]),
        `**Runner** ${runner}`,
    ];
}

/** That people call for the bot where it cannot answer (GATE-16). */
function missedDetail({lastHour, lastDay}: ReturnType<CommandPowers['missedCalls']>): string[] {
    if (lastDay === 0) return [];
    const times = lastDay === 1 ? 'once' : `${lastDay} times`;
    return [
        `**Elsewhere** mentioned ${times} in the last day (${lastHour} in the last hour) in channels where I am no member (\`not_a_member\`)`,
    ];
}

const help: Command = {
    name: 'help',
    aliases: [],
    summary: 'Show what can be said',
    async run({owner}, powers) {
        const name = powers.botName();
        const lines = COMMANDS.filter((command) => owner || command.ownersOnly !== true).map(
            (command) => `| \`${command.name}\` | ${command.summary} |`,
        );
        return [
            `Write to me directly, or mention me in a channel: \`@${name} how do I …\``,
            '',
            `These words do something by themselves, alone in a direct message or after a mention, \`@${name} stop\`:`,
            '',
            '| word | what it does |',
            '|---|---|',
            ...lines,
        ].join('\n');
    },
};

/** All commands, in the order of the help text. */
export const COMMANDS: readonly Command[] = [help, fresh, stop, status];

/** The command of that name or alias, whatever the case. */
export function findCommand(name: string): Command | undefined {
    const wanted = name.toLowerCase();
    return COMMANDS.find((command) => command.name === wanted || command.aliases.includes(wanted));
}

/**
 * The command that a message is, if it is one: `!stop`, `/stop` (typed with a leading space, since
 * clients swallow a slash), or the bare word where the bot was addressed and nothing else was said.
 */
export function textCommand(
    text: string,
): {readonly command: Command; readonly argument: string} | undefined {
    const match = /^([!/]?)([a-z]+)(?:\s+(\S[^\n]*))?$/i.exec(text.trim());
    if (match === null) return undefined;
    const [, mark = '', word = '', argument = ''] = match;
    // Without a mark only the word alone is a command: "new ideas for the ship?" is a question.
    if (mark === '' && argument !== '') return undefined;
    const command = findCommand(word);
    return command === undefined ? undefined : {command, argument: argument.trim()};
}
