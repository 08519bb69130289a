import {GangwayError, errorOf} from '../contract/errors.ts';
import type {Log} from '../contract/log.ts';
import type {Platform} from '../mattermost/platform.ts';
import {plainLine, shortened} from './tool-lines.ts';

/** Mattermost shows at most this many files under a post. */
export const FILES_PER_POST = 10;

/** Longest name that is passed on, code points. */
const LONGEST_NAME = 120;

/** A file as an agent made it. */
export interface AgentFile {
    readonly name: string;
    readonly mimeType: string;
    readonly data: Uint8Array<ArrayBuffer>;
}

/** What became of the files of an answer. */
export interface UploadedFiles {
    /** In the order in which the agent made them. */
    readonly ids: readonly string[];
    /** A sentence for each file that could not be uploaded. */
    readonly notes: readonly string[];
}

/** The files of one answer; uploading begins with `add`, one after the other. */
export interface FileUploads {
    add(file: AgentFile): void;
    /** Resolves when nothing is under way any more; never rejects. */
    settled(): Promise<UploadedFiles>;
    /** Gives up what is under way. */
    abort(): void;
}

/** A file's name without folders, control characters, leading dots; `file` when nothing is left. */
export function safeFileName(name: string): string {
    const base = name.split(/[/\\]/).at(-1) ?? '';
    const clean = base
        .replace(/[\p{Cc}\p{Cf}\p{Cs}<>:"|?*]/gu, '')
        .replace(/^[.\s]+/, '')
        .trim();
    const short = Array.from(clean);
    const dot = clean.lastIndexOf('.');
    const ending = dot > 0 && clean.length - dot <= 12 ? clean.slice(dot) : '';
    if (short.length > LONGEST_NAME) {
        return short.slice(0, LONGEST_NAME - ending.length).join('') + ending;
    }
    return clean === '' ? 'file' : clean;
}

function failureNote(name: string, error: unknown): string {
    const reason = error instanceof GangwayError ? error.message : 'the upload failed';
    return `_The file ${plainLine(name)} could not be attached: ${plainLine(shortened(reason, 200))}._`;
}

/** Uploads to the channel of the answer. */
export function createFileUploads(
    platform: Pick<Platform, 'uploadFile'>,
    channelId: string,
    log: Log,
): FileUploads {
    const ids: string[] = [];
    const notes: string[] = [];
    const stopped = new AbortController();
    let last: Promise<void> = Promise.resolve();

    const upload = async (file: AgentFile): Promise<void> => {
        const name = safeFileName(file.name);
        try {
            const content = new Blob([file.data], {type: file.mimeType});
            const info = await platform.uploadFile(channelId, name, content, stopped.signal);
            ids.push(info.id);
        } catch (error) {
            // A file that fails is told of under the answer (MED-03), the answer goes on.
            log.warn('file was not uploaded', {error: errorOf(error)});
            notes.push(failureNote(name, error));
        }
    };
    return {
        add(file) {
            last = last.then(() => upload(file));
        },
        async settled() {
            await last;
            return {ids, notes};
        },
        abort: () => stopped.abort(),
    };
}
