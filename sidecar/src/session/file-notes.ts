import * as z from 'zod';
import type {Platform, Post} from '../mattermost/platform.ts';

/** What is noted of a file with a post; `name` is '' where the server does not say. */
export const fileNoteSchema = z.object({
    id: z.string(),
    name: z.string(),
    mimeType: z.string(),
    size: z.number(),
});
/** See `fileNoteSchema`. */
export type FileNote = z.infer<typeof fileNoteSchema>;

/** Files of one post that are looked at; clients allow ten. */
const MAX_FILES = 20;
const MAX_NAME = 120;
const MAX_TYPE = 80;

/** Notes the files of a post; what the server cannot say of one now is left out of its note. */
export async function fileNotes(
    platform: Pick<Platform, 'fileInfo'>,
    {fileIds, files}: Pick<Post, 'fileIds' | 'files'>,
    signal?: AbortSignal,
): Promise<readonly FileNote[]> {
    if (fileIds.length === 0) return [];
    const told = new Map((files ?? []).map((file) => [file.id, file]));
    // The server sorts the ids; what it says of the files stands in the order of their upload.
    const inOrder = new Set([...[...told.keys()].filter((id) => fileIds.includes(id)), ...fileIds]);
    const noteOf = async (id: string): Promise<FileNote> => {
        const {name, mimeType, size} =
            told.get(id) ?? (await lookUp(platform, id, signal)) ?? NOTHING;
        return {
            id,
            name: oneLine(name, MAX_NAME),
            mimeType: oneLine(mimeType.split(';', 1)[0] ?? '', MAX_TYPE),
            size,
        };
    };
    return await Promise.all([...inOrder].slice(0, MAX_FILES).map(noteOf));
}

const NOTHING = {name: '', mimeType: '', size: 0};

/** A message is not to be lost for the name of a file. */
async function lookUp(
    platform: Pick<Platform, 'fileInfo'>,
    id: string,
    signal: AbortSignal | undefined,
): Promise<Omit<FileNote, 'id'> | undefined> {
    try {
        return await platform.fileInfo(id, signal);
    } catch (error) {
        if (signal?.aborted === true) throw error;
        return undefined;
    }
}

/** One line without what could end a quote or begin a tag: whoever uploads a file names it. */
function oneLine(text: string, limit: number): string {
    const clean = text
        .slice(0, 8 * limit)
        .replace(/["`<>\p{C}\p{Zl}\p{Zp}]+/gu, ' ')
        .replace(/\s+/g, ' ')
        .trim();
    const letters = Array.from(clean);
    if (letters.length <= limit) return clean;
    // The end tells what kind of file it is.
    return `${letters.slice(0, limit - 21).join('')}…${letters.slice(-20).join('')}`;
}

/** The files as an agent reads of them, a line for each; '' where there are none. */
export function fileLines(files: readonly FileNote[]): string {
    return files.map(fileLine).join('\n');
}

function fileLine({name, mimeType, size}: FileNote): string {
    if (name === '') return '[An attached file of which nothing is known. It cannot be read yet.]';
    const about = [mimeType, sizeText(size)].filter((part) => part !== '').join(', ');
    return `[Attached file "${name}" (${about}). Its content cannot be read yet.]`;
}

function sizeText(bytes: number): string {
    if (bytes < 1024) return bytes === 1 ? '1 byte' : `${bytes} bytes`;
    const units = ['KB', 'MB', 'GB', 'TB'];
    let size = bytes;
    let unit = '';
    for (const next of units) {
        if (size < 1024) break;
        size /= 1024;
        unit = next;
    }
    return `${size < 10 ? size.toFixed(1).replace(/\.0$/, '') : Math.round(size)} ${unit}`;
}

/** What somebody is told who sent files and no words. */
export function filesOnlyAnswer(files: readonly FileNote[]): string {
    const names = files.map(({name}) => name).filter((name) => name !== '');
    const which = names.length === 0 ? '' : `: ${names.map((name) => `\`${name}\``).join(', ')}`;
    return `I cannot read files yet${which}. Please write to me in words what I should know of ${
        files.length === 1 ? 'it' : 'them'
    }.`;
}
