import {ApiError} from '../api-error.ts';
import type {Core} from './core.ts';
import {imageSize} from './image-size.ts';
import {mimeTypeOf} from './mime-types.ts';
import type {FileRow, JsonMap} from './records.ts';

/** Who a plugin's uploads belong to: any post may take them. */
export const nobody = 'nouser';

/** Files that were uploaded; each belongs to at most one post. */
export interface Files {
    /** Keeps the last part of a path as the name. @throws ApiError 500 for a name that no folder takes */
    create(file: {userId: string; channelId: string; name: string; bytes: Buffer}): FileRow;
    get(id: string): FileRow | undefined;
    /** @throws ApiError 404 when there is none. */
    require(id: string): FileRow;
    /** Gives the files to a post, from whichever channel; those of others and used ones are left out. */
    attach(
        ids: readonly string[],
        post: {id: string; user_id: string; channel_id: string},
    ): string[];
    /** Takes files from a post: they are deleted. */
    detach(ids: readonly string[]): void;
    ofPost(postId: string): readonly FileRow[];
    deleteOfPost(postId: string): void;
    readonly view: (file: FileRow) => JsonMap;
}

/** Bytes of a name in the server's folder of files. */
const longestName = 255;

/** Animated pictures have none. */
function hasPreview(file: FileRow): boolean {
    return file.width !== 0 && file.mime_type !== 'image/gif';
}

/** Keeps files in memory. */
export function createFiles(core: Core): Files {
    const byId = new Map<string, FileRow>();
    const byPost = new Map<string, FileRow[]>();

    const files: Files = {
        create({userId, channelId, name: given, bytes}) {
            const name = given.split('/').at(-1) ?? given;
            if (Buffer.byteLength(name) > longestName) {
                throw new ApiError(500, 'api.file.write_file.app_error');
            }
            const now = core.now();
            const extension = /\.([^.]*)$/.exec(name)?.[1]?.toLowerCase() ?? '';
            const size = imageSize(bytes);
            const file: FileRow = {
                id: core.newId(),
                user_id: userId,
                post_id: '',
                channel_id: channelId,
                create_at: now,
                update_at: now,
                delete_at: 0,
                name,
                extension,
                size: bytes.length,
                mime_type: mimeTypeOf(extension),
                width: size?.width ?? 0,
                height: size?.height ?? 0,
                bytes,
            };
            byId.set(file.id, file);
            return file;
        },
        get(id) {
            const file = byId.get(id);
            return file?.delete_at === 0 ? file : undefined;
        },
        require(id) {
            const file = files.get(id);
            if (file === undefined) {
                throw new ApiError(404, 'app.file_info.get.app_error');
            }
            return file;
        },
        attach(ids, post) {
            return [...new Set(ids)].filter((id) => {
                const file = files.get(id);
                const free =
                    file !== undefined &&
                    file.post_id === '' &&
                    (file.user_id === post.user_id || file.user_id === nobody);
                if (free) {
                    file.post_id = post.id;
                    file.channel_id = post.channel_id;
                    byPost.set(post.id, [...(byPost.get(post.id) ?? []), file]);
                }
                return free;
            });
        },
        detach(ids) {
            for (const id of ids) {
                const file = byId.get(id);
                if (file !== undefined) {
                    file.delete_at = core.now();
                }
            }
        },
        ofPost: (postId) =>
            (byPost.get(postId) ?? [])
                .filter((file) => file.delete_at === 0)
                .sort((a, b) => a.create_at - b.create_at),
        deleteOfPost(postId) {
            files.detach(files.ofPost(postId).map((file) => file.id));
        },
        view: (file) => ({
            id: file.id,
            user_id: file.user_id,
            ...(file.post_id === '' ? {} : {post_id: file.post_id}),
            channel_id: file.channel_id,
            create_at: file.create_at,
            update_at: file.update_at,
            delete_at: file.delete_at,
            name: file.name,
            extension: file.extension,
            size: file.size,
            mime_type: file.mime_type,
            ...(file.width === 0 ? {} : {width: file.width, height: file.height}),
            ...(hasPreview(file) ? {has_preview_image: true} : {}),
            mini_preview: null,
            remote_id: '',
            archived: false,
        }),
    };
    return files;
}
