import {apiMethods as api} from '../../../sidecar/src/mattermost/plugin-api/wire/api-methods.ts';
import type {
    post as postSchema,
    postList,
} from '../../../sidecar/src/mattermost/plugin-api/wire/posts.ts';
import type {InputOf, OutputOf} from '../../../sidecar/src/rpc/gob/schema.ts';
import {handle, type RpcHandler} from '../../../sidecar/src/rpc/net-rpc/server.ts';
import {ApiError} from '../api-error.ts';
import {isEmoji} from '../world/emojis.ts';
import type {NewEphemeral} from '../world/ephemerals.ts';
import {nobody} from '../world/files.ts';
import {silentProp} from '../world/post-rules.ts';
import {newestPosts, postsAround} from '../world/post-pages.ts';
import type {JsonMap, PostRow} from '../world/records.ts';
import {threadPage} from '../world/thread-pages.ts';
import type {World} from '../world/world.ts';
import {answer, done, pointer} from './api-answers.ts';
import {plainJson} from './go-json.ts';
import {wireFile, wirePost, wireProps, wireReaction} from './wire-values.ts';

type Post = OutputOf<typeof postSchema>;

/** The calls about posts, reactions and files. Nobody is asked for a permission. */
export function postCalls(world: World, pluginId: string): RpcHandler[] {
    return [
        ...writingCalls(world, pluginId),
        ...readingCalls(world),
        ...ephemeralCalls(world),
        ...reactionCalls(world),
        ...fileCalls(world),
    ];
}

function propsOf(given: Post): JsonMap {
    const entries = Object.entries(given.Props);
    return Object.fromEntries(entries.map(([name, value]) => [name, plainJson(value)]));
}

/** What REST turns into a 400 is a 500 for plugins. */
function asPluginsGetIt(error: unknown): unknown {
    const id = 'api.post.create_post.channel_root_id.app_error';
    return error instanceof ApiError && error.code === id
        ? new ApiError(500, id, {}, {cause: error})
        : error;
}

function writingCalls(world: World, pluginId: string): RpcHandler[] {
    const {posts} = world;
    const making = new Set<string>();
    const withCount = (row: PostRow, pendingPostId = '') =>
        wirePost(row, 'answer', {replyCount: posts.table.replyCount(row), pendingPostId});

    const create = async (given: Post) => {
        world.channels.require(given.ChannelId);
        const view = await posts
            .create({
                user_id: given.UserId,
                channel_id: given.ChannelId,
                root_id: given.RootId,
                message: given.Message,
                type: given.Type,
                props: {...world.postProps.given(propsOf(given)), from_plugin: 'true'},
                silent: world.core.server.silentPosts && propsOf(given)[silentProp] === true,
                file_ids: given.FileIds,
                is_pinned: given.IsPinned,
                create_at: given.CreateAt,
            })
            .catch((error: unknown) => {
                throw asPluginsGetIt(error);
            });
        return withCount(posts.require(String(view['id'])), given.PendingPostId);
    };

    return [
        answer(api.createPost, async ({A}) => {
            const given = pointer(A);
            const pending = given.PendingPostId;
            // Once a post is made, only a session of its reader gets it back by this id, and plugins
            // have none: the same id then makes another post.
            if (making.has(pending)) {
                throw new ApiError(500, 'api.post.deduplicate_create_post.pending');
            }
            if (pending !== '') {
                making.add(pending);
            }
            try {
                return await create(given);
            } finally {
                making.delete(pending);
            }
        }),
        answer(api.updatePost, ({A}) => {
            const given = pointer(A);
            posts.update(given.Id, {
                message: given.Message,
                props: propsOf(given),
                file_ids: given.FileIds,
                is_pinned: given.IsPinned,
                has_reactions: given.HasReactions,
            });
            return withCount(posts.require(given.Id));
        }),
        done(api.deletePost, ({A}) => {
            if (posts.table.get(A)?.delete_at !== 0) {
                throw new ApiError(400, 'app.post.get.app_error');
            }
            posts.remove(A, pluginId);
        }),
    ];
}

const wholeThread = {
    perPage: 0,
    fromPost: '',
    fromCreateAt: 0,
    fromUpdateAt: 0,
    direction: '',
    updatesOnly: false,
    skipThreads: false,
    collapsed: false,
} as const;

function readingCalls(world: World): RpcHandler[] {
    const {table} = world.posts;
    const stored = (row: PostRow) => wirePost(row, 'json', {replyCount: table.replyCount(row)});
    const list = (
        order: readonly PostRow[],
        others: readonly PostRow[],
    ): InputOf<typeof postList> => ({
        Order: order.map(({id}) => id),
        Posts: Object.fromEntries([...order, ...others].map((row) => [row.id, stored(row)])),
    });
    const options = (channelId: string, page: number, perPage: number) => ({
        channelId,
        page,
        perPage,
        skipThreads: false,
        collapsed: false,
        includeDeleted: false,
    });
    const around = (
        side: 'before' | 'after',
        {
            A,
            B,
            C,
            D,
        }: {readonly A: string; readonly B: string; readonly C: number; readonly D: number},
    ) => {
        const {order, others} = postsAround(table, options(A, C, D), table.get(B), side);
        return list(order, others);
    };
    return [
        answer(api.getPost, ({A}) => stored(world.posts.require(A))),
        answer(api.getPostThread, ({A}) => {
            const post = world.posts.require(A);
            return list(threadPage(table, post, wholeThread).order, []);
        }),
        answer(api.getPostsForChannel, ({A, B, C}) => {
            const {order, others} = newestPosts(table, options(A, B, C));
            return list(order, others);
        }),
        answer(api.getPostsAfter, (args) => around('after', args)),
        answer(api.getPostsBefore, (args) => around('before', args)),
    ];
}

function ephemeralCalls({core, ephemerals}: World): RpcHandler[] {
    const fromWire = (given: Post): NewEphemeral => ({
        ...(given.CreateAt === 0 ? {} : {create_at: given.CreateAt}),
        user_id: given.UserId,
        channel_id: given.ChannelId,
        root_id: given.RootId,
        message: given.Message,
        props: propsOf(given),
    });
    const answered = (given: Post, view: JsonMap): InputOf<typeof postSchema> => ({
        Id: String(view['id']),
        CreateAt: Number(view['create_at']),
        UpdateAt: Number(view['update_at']),
        UserId: given.UserId,
        ChannelId: given.ChannelId,
        RootId: given.RootId,
        Message: given.Message,
        Type: 'system_ephemeral',
        Props: wireProps(propsOf(given), 'answer'),
    });
    return [
        handle(api.sendEphemeralPost, ({A, B}) => {
            const given = pointer(B);
            const id = given.Id === '' ? core.newId() : given.Id;
            return {A: answered(given, ephemerals.send(A, {...fromWire(given), id}))};
        }),
        handle(api.updateEphemeralPost, ({A, B}) => {
            const given = pointer(B);
            const post = {...fromWire(given), id: given.Id};
            return {A: answered(given, ephemerals.update(A, post))};
        }),
        handle(api.deleteEphemeralPost, ({A, B}) => {
            ephemerals.remove(A, B);
            return {};
        }),
    ];
}

function reactionCalls(world: World): RpcHandler[] {
    const {posts, channels, directRules, reactions} = world;
    const reactable = (postId: string, verb: 'save' | 'delete'): PostRow => {
        const post = posts.require(postId);
        const channel = channels.require(post.channel_id);
        if (directRules.isRestricted(channel)) {
            throw new ApiError(400, `api.reaction.${verb}.restricted_dm.error`);
        }
        if (channel.delete_at !== 0) {
            throw new ApiError(403, `api.reaction.${verb}.archived_channel.app_error`);
        }
        return post;
    };
    return [
        answer(api.addReaction, ({A}) => {
            const given = pointer(A);
            if (!isEmoji(given.EmojiName)) {
                throw new ApiError(404, 'app.emoji.get_by_name.no_result');
            }
            const post = reactable(given.PostId, 'save');
            return wireReaction(reactions.view(reactions.add(post, given.UserId, given.EmojiName)));
        }),
        done(api.removeReaction, ({A}) => {
            const given = pointer(A);
            reactions.remove(reactable(given.PostId, 'delete'), given.UserId, given.EmojiName);
        }),
    ];
}

function fileCalls({files, channels}: World): RpcHandler[] {
    return [
        answer(api.getFileInfo, ({A}) => wireFile(files.require(A))),
        answer(api.getFile, ({A}) => files.require(A).bytes),
        // The file belongs to nobody and no channel until a post takes it.
        answer(api.uploadFile, ({A, B, C}) => {
            if (B !== '' && channels.get(B) === undefined) {
                throw new ApiError(400, 'api.file.upload_file.incorrect_channelId.app_error');
            }
            return wireFile(files.create({userId: nobody, channelId: '', name: C, bytes: A}));
        }),
    ];
}
