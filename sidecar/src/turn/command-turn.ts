import {errorOf} from '../contract/errors.ts';
import type {CommandPowers} from '../commands/registry.ts';
import type {TurnEntry} from '../session/journal.ts';
import type {TurnControl} from './control.ts';
import type {TurnDeps} from './deps.ts';
import {postOf} from './turn-id.ts';
import type {WantedCommand} from './work.ts';

/**
 * Answers a message that is a command (`!stop`, `@bot new`). Errors end here: logged once, and recovery
 * runs the command again.
 */
export async function runCommand(
    deps: TurnDeps,
    control: TurnControl,
    entry: TurnEntry,
    wanted: WantedCommand,
): Promise<void> {
    const {platform, journal, log} = deps;
    try {
        // A run before a crash may have answered, and lacked only the end.
        if (entry.drafts.length === 0) {
            const message = await answerOf(deps, control, entry, wanted);
            await platform.createPost(
                {
                    channelId: entry.channelId,
                    rootId: entry.rootId,
                    message,
                    props: {
                        gangway: {turn: entry.turnId, agent: entry.agent, state: 'done', part: 0},
                    },
                },
                `${postOf(entry.turnId)}-c`,
            );
        }
        await journal.close(entry.turnId);
    } catch (error) {
        journal.release(entry.turnId);
        log.error('command failed', {
            turn: entry.turnId,
            command: wanted.command.name,
            error: errorOf(error),
        });
    }
}

async function answerOf(
    deps: TurnDeps,
    control: TurnControl,
    entry: TurnEntry,
    {command, argument, owner}: WantedCommand,
): Promise<string> {
    if (command.ownersOnly === true && !owner) return 'Only owners may do this.';
    const {sessionId, userId} = entry;
    return await command.run(
        {account: deps.account, userId, owner, sessionId, argument},
        powersOf(deps, control, entry.agent, entry.postedAt),
    );
}

/** What a command may do in a conversation of `agent`; `askedAt` is when it was asked for, ms. */
export function powersOf(
    deps: TurnDeps,
    control: TurnControl,
    agent: string,
    askedAt: number,
): CommandPowers {
    return {
        stop: (id, by) => control.stop(id, by),
        async reset(id) {
            // A turn that another runner still writes would append itself to the new session.
            await control.quietElsewhere(id);
            await deps.freshStarts.note(id, askedAt);
            await deps.transcripts.reset(id);
        },
        sessionState: (id) => control.state(id),
        agentOf: async () => agent,
        status: () => deps.platform.status,
        botName: () => deps.platform.bot.username,
        runner: () => deps.runnerId,
        missedCalls: () => deps.missedCalls.counts(deps.account),
    };
}
