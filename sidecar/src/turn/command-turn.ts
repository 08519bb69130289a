import type {Command} from '../commands/registry.ts';
import type {TurnEntry} from '../session/journal.ts';
import type {TurnControl} from './control.ts';
import type {TurnDeps} from './deps.ts';
import {postOf} from './turn-id.ts';

/**
 * Answers a message that is a command (`!stop`, `@bot new`): at once, without the queue, since it may be
 * about the very turn that runs. Errors end here: logged once, told in one sentence.
 */
export async function runCommand(
    deps: TurnDeps,
    control: TurnControl,
    entry: TurnEntry,
    {command, argument}: {readonly command: Command; readonly argument: string},
    owner: boolean,
): Promise<void> {
    const {platform, journal, log} = deps;
    const say = async (message: string): Promise<void> => {
        await platform.createPost(
            {
                channelId: entry.channelId,
                rootId: entry.rootId,
                message,
                props: {gangway: {turn: entry.turnId, agent: entry.agent, state: 'done', part: 0}},
            },
            `${postOf(entry.turnId)}-c`,
        );
    };
    try {
        const {sessionId, userId} = entry;
        const allowed = command.ownersOnly !== true || owner;
        const answer = allowed
            ? await command.run(
                  {account: deps.account, userId, owner, sessionId, argument},
                  {
                      stop: (id, by) => control.stop(id, by),
                      reset: async (id) => {
                          await deps.transcripts.reset(id);
                      },
                      sessionState: (id) => control.state(id),
                      agentOf: async () => entry.agent,
                      status: () => platform.status,
                      botName: () => platform.bot.username,
                  },
              )
            : 'Only owners may do this.';
        await say(answer);
        await journal.close(entry.turnId);
    } catch (error) {
        // The entry stays in the journal: recovery runs the command again.
        journal.release(entry.turnId);
        log.error('command failed', {
            turn: entry.turnId,
            command: command.name,
            error: error instanceof Error ? error : new Error(String(error)),
        });
    }
}
