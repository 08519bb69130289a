import {GangwayError, errorOf} from '../contract/errors.ts';
import type {Log} from '../contract/log.ts';
import type {Platform} from '../mattermost/platform.ts';
import {plainLine, shortened} from './tool-lines.ts';

/** Mattermost shows at most this many files under a post. */
export const FILES_PER_POST = 10;

/** Longest name that is passed on, bytes of UTF-8: file systems take 255, and previews add to it. */
const LONGEST_NAME = 200;
/** What follows the last dot of a name, and is longer, is no ending of a file, bytes. */
const LONGEST_ENDING = 20;

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
        // What joins letters and emoji stays, what turns the direction of a text goes.
        .replace(/[\p{Cc}\p{Cs}<>:"|?*]|(?![\u200c\u200d])\p{Cf}/gu, '')
        .replace(/^[.\s]+/, '')
        .trim();
    if (clean === '') return 'file';
    const dot = clean.lastIndexOf('.');
    const ending = dot > 0 ? clean.slice(dot) : '';
    const kept = Buffer.byteLength(ending) <= LONGEST_ENDING ? ending : '';
    const stem = clean.slice(0, clean.length - kept.length);
    return cutToBytes(stem, LONGEST_NAME - Buffer.byteLength(kept)) + kept;
}

/** The longest beginning of whole characters, as readers count them, within `bytes` of UTF-8. */
function cutToBytes(text: string, bytes: number): string {
    if (Buffer.byteLength(text) <= bytes) return text;
    let left = bytes;
    let end = 0;
    for (const {segment, index} of new Intl.Segmenter().segment(text)) {
        left -= Buffer.byteLength(segment);
        if (left < 0) break;
        end = index + segment.length;
    }
    return text.slice(0, end).trimEnd();
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
