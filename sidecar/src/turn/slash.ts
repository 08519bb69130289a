import {COMMANDS, findCommand} from '../commands/registry.ts';
import {sleep} from '../contract/time.ts';
import type {Post} from '../mattermost/platform.ts';
import type {Decision} from '../policy/decision.ts';
import {powersOf} from './command-turn.ts';
import type {TurnControl} from './control.ts';
import type {TurnDeps} from './deps.ts';

/** A slash command as somebody typed it. */
export interface SlashCall {
    readonly userId: string;
    readonly channelId: string;
    /** '' outside a thread. */
    readonly rootId: string;
    /** What follows the trigger, `stop` for instance; '' asks for help. */
    readonly text: string;
}

/** What the gate says of the place where a command was typed, and whose session it is about. */
export interface SlashPlace {
    readonly decision: Decision;
    readonly sessionId: string;
    readonly agent: string;
}

/** How long a stopped turn may take to end before the session is reset regardless, ms. */
const END_MS = 5_000;
const LOOK_MS = 50;

/** The post that a command would be if it mentioned the bot: what the gate is asked about. */
export function slashPost(call: SlashCall, botName: string, now: number): Post {
    return {
        id: '',
        createAt: now,
        updateAt: now,
        editAt: 0,
        deleteAt: 0,
        userId: call.userId,
        channelId: call.channelId,
        rootId: call.rootId,
        // Whoever types the bot's command speaks to it, in every chat mode.
        message: `@${botName} ${call.text}`,
        type: '',
        props: {},
        fileIds: [],
        remoteId: '',
    };
}

/**
 * Answers a slash command, in Markdown for the caller alone. Who would not be answered where it was typed
 * gets help and nothing else.
 */
export async function runSlash(
    deps: TurnDeps,
    control: TurnControl,
    call: SlashCall,
    place: SlashPlace | undefined,
): Promise<string> {
    const [name = '', argument = ''] = call.text.trim().split(/\s+(.*)/s);
    const command = findCommand(name === '' ? 'help' : name);
    if (command === undefined) {
        const known = COMMANDS.map((one) => `\`${one.name}\``).join(', ');
        return `There is no command "${name.slice(0, 40)}". There are ${known}.`;
    }
    const isAllowed = place?.decision.kind === 'answer';
    const owner = place?.decision.kind === 'answer' && place.decision.owner;
    const isHarmless = command.name === 'help';
    if (!isAllowed && !isHarmless) {
        return place === undefined || reasonOf(place) === 'not_a_member'
            ? 'I am not in this channel. Add me, or write to me directly.'
            : 'I do not answer you here, so this command does nothing. An admin of this server can let you in.';
    }
    if (command.ownersOnly === true && !owner) return 'Only owners may do this.';
    const sessionId = place?.sessionId ?? '';
    if (command.endsTurn === true) await endTurn(control, sessionId, call.userId);
    return await command.run(
        {account: deps.account, userId: call.userId, owner, sessionId, argument: argument.trim()},
        powersOf(deps, control, place?.agent ?? '', Date.now()),
    );
}

function reasonOf({decision}: SlashPlace): string {
    return decision.reason;
}

async function endTurn(control: TurnControl, sessionId: string, userId: string): Promise<void> {
    await control.stop(sessionId, userId);
    const deadline = Date.now() + END_MS;
    while (control.state(sessionId).running && Date.now() < deadline) await sleep(LOOK_MS);
}
