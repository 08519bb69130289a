import type {Api} from '../api/client.ts';
import {ApiFailure, explain} from '../api/api_failure.ts';
import type {FileInfo} from '../api/schemas.ts';

/** How an upload ended. */
export type UploadOutcome =
    | {readonly kind: 'stored'; readonly file: FileInfo}
    | {readonly kind: 'refused'; readonly message: string};

/** Files on their way into a post. */
export interface Files {
    upload(channelId: string, file: File, signal: AbortSignal): Promise<UploadOutcome>;
}

export function createFiles({api}: {api: Api}): Files {
    return {
        async upload(channelId, file, signal) {
            try {
                const [stored] = await api.upload(channelId, file, signal);
                return stored === undefined
                    ? {kind: 'refused', message: 'The server did not keep the file.'}
                    : {kind: 'stored', file: stored};
            } catch (cause) {
                if (cause instanceof ApiFailure) {
                    return {kind: 'refused', message: explain(cause)};
                }
                throw cause;
            }
        },
    };
}

/** Where a file is read: as it is, or as a picture of it in the size of a page. */
export function fileAddress(file: FileInfo, form: 'whole' | 'preview' = 'whole'): string {
    const path = `/api/v4/files/${encodeURIComponent(file.id)}`;
    return form === 'preview' ? `${path}/preview` : path;
}

/** Whether the file can be shown as a picture. */
export function isPicture(file: FileInfo): boolean {
    return /^image\/(?:png|jpeg|gif|webp|svg\+xml|bmp|avif)/.test(file.mime_type);
}

/** `1.2 MB` of a number of bytes. */
export function sizeText(bytes: number): string {
    const units = ['B', 'kB', 'MB', 'GB'];
    let value = bytes;
    let unit = 0;
    while (value >= 1000 && unit < units.length - 1) {
        value /= 1000;
        unit += 1;
    }
    return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit] ?? ''}`;
}
