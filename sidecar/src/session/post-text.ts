import type {Platform, Post} from '../mattermost/platform.ts';
import {attachmentText} from '../contract/attachment-text.ts';
import {fileLines, fileNotes, type FileNote} from './file-notes.ts';

/** Words, and the files that came with them, as an agent reads them. */
export function withFiles(text: string, files: readonly FileNote[] | undefined): string {
    return joined([text, fileLines(files ?? [])]);
}

/** All that an agent reads of a post: its words, its attachments, and of its files that they are there. */
export async function postText(
    platform: Pick<Platform, 'fileInfo'>,
    post: Post,
    signal?: AbortSignal,
): Promise<string> {
    const words = joined([post.message, attachmentText(post.props)]);
    return withFiles(words, await fileNotes(platform, post, signal));
}

function joined(parts: readonly string[]): string {
    return parts.filter((part) => part.trim() !== '').join('\n');
}
