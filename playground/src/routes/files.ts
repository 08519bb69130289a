import {Router} from 'express';
import {ApiError, forbidden, invalidParam, invalidUrlParam} from '../api-error.ts';
import type {Context} from '../http/context.ts';
import {isValidId} from '../identifiers.ts';
import type {FileRow, JsonMap} from '../world/records.ts';
import type {RouterFactory} from './routes.ts';

interface Upload {
    readonly name: string;
    readonly bytes: Buffer;
}

interface Form {
    readonly channelId: string;
    /** Undefined for a raw upload that names none. */
    readonly clientIds: readonly string[] | undefined;
    readonly uploads: readonly Upload[];
}

/** Uploading and downloading files. */
export const fileRoutes: RouterFactory = ({world, route}) => {
    const router = Router();

    router.post(
        '/files',
        route(async (context) => {
            if (!world.core.config.FileSettings.EnableFileAttachments) {
                throw new ApiError(403, 'api.file.attachments.disabled.app_error');
            }
            if (context.request.headers['content-length'] === '0') {
                throw new ApiError(400, 'api.file.upload_file.read_request.app_error');
            }
            const type = context.request.headers['content-type'] ?? '';
            const form = type.startsWith('multipart/form-data')
                ? await multipartForm(context)
                : await rawForm(context);
            const channelId = requireChannelId(form.channelId);
            if (!world.permissions.channel(context.userId, channelId, 'upload_file')) {
                throw forbidden();
            }
            const expected = form.clientIds?.length ?? 0;
            if (expected !== 0 && expected !== form.uploads.length) {
                throw new ApiError(
                    400,
                    'api.file.upload_file.incorrect_number_of_client_ids.app_error',
                    {NumClientIds: expected, NumFiles: form.uploads.length},
                );
            }
            const files = form.uploads.map(({name, bytes}) =>
                world.files.create({userId: context.userId, channelId, name, bytes}),
            );
            context.json(
                {file_infos: files.map(world.files.view), client_ids: form.clientIds ?? null},
                201,
            );
        }),
    );

    router.get(
        '/files/:file_id',
        route(
            (context) => {
                refuseMissing(context);
                sendFile(context, requireReadable(context));
            },
            {trusting: true},
        ),
    );

    router.get(
        '/files/:file_id/info',
        route((context) => {
            const file = requireReadable(context);
            context.response.setHeader('Cache-Control', 'max-age=2592000, private');
            context.json(world.files.view(file));
        }),
    );

    for (const kind of ['preview', 'thumbnail'] as const) {
        router.get(
            `/files/:file_id/${kind}`,
            route(
                (context) => {
                    const file = requireReadable(context);
                    if (file.width === 0) {
                        const id = `api.file.get_file_${kind}.no_${kind}.app_error`;
                        throw new ApiError(400, id);
                    }
                    sendFile(context, file);
                },
                {trusting: true},
            ),
        );
    }

    router.get(
        '/posts/:post_id/files/info',
        route((context) => {
            const post = world.posts.require(context.id('post_id'));
            const channel = world.channels.require(post.channel_id);
            if (!world.permissions.readChannel(context.userId, channel)) {
                throw forbidden();
            }
            const infos: JsonMap[] = world.files.ofPost(post.id).map(world.files.view);
            context.json(infos);
        }),
    );
    return router;
};

async function rawForm(context: Context): Promise<Form> {
    const channelId = requireChannelId(context.query('channel_id'));
    const name = context.query('filename');
    if (name === '') {
        throw invalidUrlParam('filename');
    }
    const bytes = await context.bytes(context.world.core.config.FileSettings.MaxFileSize);
    const clientId = context.query('client_id');
    return {
        channelId,
        clientIds: clientId === '' ? undefined : [clientId],
        uploads: [{name, bytes}],
    };
}

async function multipartForm(context: Context): Promise<Form> {
    const form = await context.form('api.file.upload_file.read_request.app_error');
    let channelId = context.query('channel_id');
    const clientIds: string[] = [];
    const uploads: Upload[] = [];
    for (const [name, value] of form) {
        if (typeof value !== 'string') {
            uploads.push({
                name: value.name,
                bytes: Buffer.from(await value.arrayBuffer()),
            });
        } else if (name === 'channel_id') {
            channelId = value;
        } else if (name === 'client_ids') {
            clientIds.push(value);
        } else {
            throw invalidParam(name);
        }
    }
    return {channelId, clientIds, uploads};
}

function requireChannelId(channelId: string): string {
    if (!isValidId(channelId)) {
        throw invalidUrlParam('channel_id');
    }
    return channelId;
}

function refuseMissing(context: Context): void {
    if (context.world.files.get(context.id('file_id')) === undefined) {
        throw new ApiError(404, 'api.file.get_file_info.app_error');
    }
}

function requireReadable(context: Context): FileRow {
    const {world} = context;
    const file = world.files.require(context.id('file_id'));
    const channel = world.channels.require(file.channel_id);
    if (
        file.user_id !== context.userId &&
        !world.permissions.readChannel(context.userId, channel)
    ) {
        throw forbidden();
    }
    return file;
}

const shownInline = new Set([
    'application/pdf',
    'image/bmp',
    'image/gif',
    'image/jpeg',
    'image/png',
    'image/webp',
]);

function sendFile(context: Context, file: FileRow): void {
    const {response} = context;
    const isMedia = /^(?:audio|video)\//.test(file.mime_type);
    const inline = !context.flag('download') && (shownInline.has(file.mime_type) || isMedia);
    const name = encodeURIComponent(file.name);
    response.setHeader('Cache-Control', 'private, max-age=86400');
    response.setHeader(
        'Content-Type',
        file.mime_type === '' ? 'application/octet-stream' : file.mime_type,
    );
    response.setHeader('Accept-Ranges', 'bytes');
    response.setHeader('Last-Modified', new Date(file.update_at).toUTCString());
    response.setHeader(
        'Content-Disposition',
        `${inline ? 'inline' : 'attachment'};filename="${name}"; filename*=UTF-8''${name}`,
    );
    response.setHeader('X-Frame-Options', 'DENY');
    response.setHeader('Content-Security-Policy', "Frame-ancestors 'none'");
    sendBytes(context, file.bytes);
}

/** All of it, or the one range that was asked for. */
function sendBytes({request, response}: Context, bytes: Buffer): void {
    const asked = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
    if (asked === null) {
        response.statusCode = 200;
        response.setHeader('Content-Length', String(bytes.length));
        response.end(bytes);
        return;
    }
    const from = Number(asked[1]);
    const to = asked[2] === '' ? bytes.length - 1 : Math.min(Number(asked[2]), bytes.length - 1);
    if (from > to) {
        response.statusCode = 416;
        response.setHeader('Content-Range', `bytes */${bytes.length}`);
        response.end();
        return;
    }
    response.statusCode = 206;
    response.setHeader('Content-Range', `bytes ${from}-${to}/${bytes.length}`);
    response.setHeader('Content-Length', String(to - from + 1));
    response.end(bytes.subarray(from, to + 1));
}
