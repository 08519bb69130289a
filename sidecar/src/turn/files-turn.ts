import {errorOf} from '../contract/errors.ts';
import {filesOnlyAnswer} from '../session/file-notes.ts';
import type {TurnEntry} from '../session/journal.ts';
import {withFiles} from '../session/post-text.ts';
import type {TurnDeps} from './deps.ts';
import {postOf} from './turn-id.ts';

/** Whether a message is files without a word: nothing that an agent could answer yet. */
export const isFilesOnly = ({text, files = []}: TurnEntry): boolean =>
    text.trim() === '' && files.length > 0;

/**
 * Tells who sent files and no words that they cannot be read, and remembers both: the next question may be
 * about them. No agent is asked. Errors end here: logged once, and recovery says it again, in the same post.
 */
export async function answerFiles(deps: TurnDeps, entry: TurnEntry): Promise<void> {
    const {platform, journal, transcripts, log} = deps;
    const {turnId, channelId, rootId, sessionId, agent, files = []} = entry;
    const message = filesOnlyAnswer(files);
    try {
        const props = {gangway: {turn: turnId, agent, state: 'done', part: 0}};
        // A run before a crash may have said it, and lacked only the end.
        const postId =
            entry.drafts[0] ??
            (await platform.createPost({channelId, rootId, message, props}, `${postOf(turnId)}-f`))
                .id;
        await deps.participation.note(deps.account, rootId === '' ? postId : rootId);
        await transcripts.append(sessionId, agent, turnId, [
            {
                role: 'user',
                text: withFiles('', files),
                postIds: [postOf(turnId)],
                userId: entry.userId,
                writer: entry.writer,
                at: entry.postedAt,
            },
            {
                role: 'assistant',
                text: message,
                postIds: [postId],
                userId: platform.bot.userId,
                at: Date.now(),
            },
        ]);
        await journal.close(turnId);
    } catch (error) {
        journal.release(turnId);
        log.error('files could not be answered', {turn: turnId, error: errorOf(error)});
    }
}
