import {withDeadline} from '../deadline.ts';
import {orUndefined} from './directory.ts';
import type {Files} from '../platform-parts.ts';
import {badResponse} from './transport.ts';
import type {RestClient} from './rest-client.ts';
import {retrying} from '../retry.ts';
import type {Timings} from './timings.ts';
import {fileInfoSchema, uploadSchema} from './wire.ts';

/** Makes the files of one account. */
export function createFiles(deps: {rest: RestClient; timings: Timings; baseUrl: string}): Files {
    const {rest, timings} = deps;
    return {
        fileInfo: (fileId, signal) =>
            orUndefined(
                rest.call(
                    'GET /files/{id}/info',
                    fileInfoSchema,
                    (api) => api.getFileInfo(fileId),
                    {
                        signal,
                    },
                ),
            ),
        openFile: async (fileId, signal) => {
            const url = `${deps.baseUrl}/api/v4/files/${encodeURIComponent(fileId)}`;
            const reading = new AbortController();
            // The time limit of a try ends with the headers; the body has its own per chunk.
            const response = await retrying(rest.policy('GET /files/{id}', {signal}), (trySignal) =>
                openBody(trySignal, reading.signal, (both) =>
                    rest.transport.open({url, method: 'get'}, both),
                ),
            );
            if (response.body === null) return new Blob([]).stream();
            return guarded(response.body, timings.transferMs, reading, signal);
        },
        uploadFile: async (channelId, name, content, signal) => {
            const {file_infos: infos} = await rest.call(
                'POST /files',
                uploadSchema,
                (api) => {
                    const form = new FormData();
                    form.append('channel_id', channelId);
                    form.append('files', content, name);
                    return api.uploadFile(form);
                },
                {signal, tryMs: timings.transferMs, totalMs: timings.transferMs},
            );
            const info = infos[0];
            if (info === undefined) throw badResponse('no file info');
            return info;
        },
    };
}

/** Opens with a signal that outlives the try, so that the body can still be read. */
async function openBody(
    trySignal: AbortSignal,
    bodySignal: AbortSignal,
    open: (signal: AbortSignal) => Promise<Response>,
): Promise<Response> {
    const opening = new AbortController();
    const abort = (): void => opening.abort();
    trySignal.addEventListener('abort', abort, {once: true});
    bodySignal.addEventListener('abort', abort, {once: true});
    try {
        return await open(opening.signal);
    } finally {
        trySignal.removeEventListener('abort', abort);
    }
}

/** Passes a body on, chunk by chunk as it is asked for, each within `idleMs`. */
function guarded(
    body: ReadableStream<Uint8Array>,
    idleMs: number,
    reading: AbortController,
    signal: AbortSignal | undefined,
): ReadableStream<Uint8Array> {
    const reader = body.getReader();
    return new ReadableStream<Uint8Array>(
        {
            pull: async (controller) => {
                try {
                    const {done, value} = await withDeadline(
                        'a download',
                        idleMs,
                        signal,
                        (limit) => readUnless(reader, limit, reading),
                    );
                    if (done) controller.close();
                    else controller.enqueue(value);
                } catch (error) {
                    reading.abort();
                    throw error;
                }
            },
            cancel: () => {
                reading.abort();
            },
        },
        {highWaterMark: 0},
    );
}

async function readUnless(
    reader: ReadableStreamDefaultReader<Uint8Array>,
    limit: AbortSignal,
    reading: AbortController,
) {
    const abort = (): void => reading.abort();
    limit.addEventListener('abort', abort, {once: true});
    try {
        return await reader.read();
    } finally {
        limit.removeEventListener('abort', abort);
    }
}
