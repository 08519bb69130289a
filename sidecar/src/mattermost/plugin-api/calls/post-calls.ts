import {
    fromNewPost,
    fromPost,
    type NewPost,
    type PluginFileInfo,
    type PluginPost,
    type PostPage,
    toFileInfo,
    toPost,
    toPostPage,
} from '../models.ts';
import {apiMethods} from '../wire/api-methods.ts';
import type {Caller} from './caller.ts';

/**
 * Posts, reactions and files. The server asks nobody's permission for these calls: whoever makes
 * them decides who may see and change what.
 */
export interface PostCalls {
    getPost(postId: string, signal?: AbortSignal): Promise<PluginPost | undefined>;
    /**
     * The answer's attachments may lack the addresses of their buttons. The server does not know a
     * `pendingPostId` again once the post is made (it lets only a session read it back), and
     * answers 500 while it is being made.
     */
    createPost(post: NewPost, signal?: AbortSignal): Promise<PluginPost>;
    /** Text, props, files, pin and mark of reactions are all replaced by those of `post`. */
    updatePost(post: PluginPost, signal?: AbortSignal): Promise<PluginPost>;
    deletePost(postId: string, signal?: AbortSignal): Promise<void>;
    /** The whole thread, its root included, oldest first; undefined when it is not there. */
    getPostThread(postId: string, signal?: AbortSignal): Promise<PostPage | undefined>;
    /** Page 0 is the newest. */
    getPostsForChannel(
        channelId: string,
        page: number,
        perPage: number,
        signal?: AbortSignal,
    ): Promise<PostPage>;
    /** Posts that are newer than `postId`, the oldest of them on page 0. */
    getPostsAfter(
        channelId: string,
        postId: string,
        page: number,
        perPage: number,
        signal?: AbortSignal,
    ): Promise<PostPage>;
    /** Posts that are older than `postId`, the newest of them on page 0. */
    getPostsBefore(
        channelId: string,
        postId: string,
        page: number,
        perPage: number,
        signal?: AbortSignal,
    ): Promise<PostPage>;

    /** The id by which the post can be changed while its reader's page lives. */
    sendEphemeralPost(userId: string, post: NewPost, signal?: AbortSignal): Promise<string>;
    updateEphemeralPost(
        userId: string,
        postId: string,
        post: NewPost,
        signal?: AbortSignal,
    ): Promise<void>;
    deleteEphemeralPost(userId: string, postId: string, signal?: AbortSignal): Promise<void>;

    addReaction(
        userId: string,
        postId: string,
        emojiName: string,
        signal?: AbortSignal,
    ): Promise<void>;
    removeReaction(
        userId: string,
        postId: string,
        emojiName: string,
        signal?: AbortSignal,
    ): Promise<void>;

    getFileInfo(fileId: string, signal?: AbortSignal): Promise<PluginFileInfo | undefined>;
    /** The whole file, in memory. */
    getFile(fileId: string, signal?: AbortSignal): Promise<Buffer>;
    uploadFile(
        channelId: string,
        name: string,
        content: Uint8Array,
        signal?: AbortSignal,
    ): Promise<PluginFileInfo>;
}

/** Makes the calls about posts and files. */
export function createPostCalls(caller: Caller): PostCalls {
    const {result, present, done, raw} = caller;
    return {
        ...createReadingCalls(caller),
        createPost: async (post, signal) =>
            toPost(await present(apiMethods.createPost, {A: fromNewPost(post)}, signal)),
        updatePost: async (post, signal) =>
            toPost(await present(apiMethods.updatePost, {A: fromPost(post)}, signal)),
        deletePost: (postId, signal) => done(apiMethods.deletePost, {A: postId}, signal),
        sendEphemeralPost: async (userId, post, signal) => {
            const args = {A: userId, B: fromNewPost(post)};
            return (await raw(apiMethods.sendEphemeralPost, args, signal)).A?.Id ?? '';
        },
        updateEphemeralPost: async (userId, postId, post, signal) => {
            const args = {A: userId, B: {...fromNewPost(post), Id: postId}};
            await raw(apiMethods.updateEphemeralPost, args, signal);
        },
        deleteEphemeralPost: async (userId, postId, signal) => {
            await raw(apiMethods.deleteEphemeralPost, {A: userId, B: postId}, signal);
        },
        addReaction: async (userId, postId, emojiName, signal) => {
            const A = {UserId: userId, PostId: postId, EmojiName: emojiName};
            await present(apiMethods.addReaction, {A}, signal);
        },
        removeReaction: (userId, postId, emojiName, signal) => {
            const A = {UserId: userId, PostId: postId, EmojiName: emojiName};
            return done(apiMethods.removeReaction, {A}, signal);
        },
        getFile: (fileId, signal) => result(apiMethods.getFile, {A: fileId}, signal, 'transfer'),
        uploadFile: async (channelId, name, content, signal) => {
            const args = {A: content, B: channelId, C: name};
            return toFileInfo(await present(apiMethods.uploadFile, args, signal, 'transfer'));
        },
    };
}

type ReadingCalls = Pick<
    PostCalls,
    | 'getPost'
    | 'getPostThread'
    | 'getPostsForChannel'
    | 'getPostsAfter'
    | 'getPostsBefore'
    | 'getFileInfo'
>;

function createReadingCalls({present, found}: Caller): ReadingCalls {
    return {
        getPost: async (postId, signal) => {
            const post = await found(apiMethods.getPost, {A: postId}, signal);
            return post === undefined ? undefined : toPost(post);
        },
        getPostThread: async (postId, signal) => {
            const list = await found(apiMethods.getPostThread, {A: postId}, signal);
            return list === undefined ? undefined : toPostPage(list);
        },
        getPostsForChannel: async (channelId, page, perPage, signal) => {
            const args = {A: channelId, B: page, C: perPage};
            return toPostPage(await present(apiMethods.getPostsForChannel, args, signal));
        },
        getPostsAfter: async (channelId, postId, page, perPage, signal) => {
            const args = {A: channelId, B: postId, C: page, D: perPage};
            return toPostPage(await present(apiMethods.getPostsAfter, args, signal));
        },
        getPostsBefore: async (channelId, postId, page, perPage, signal) => {
            const args = {A: channelId, B: postId, C: page, D: perPage};
            return toPostPage(await present(apiMethods.getPostsBefore, args, signal));
        },
        getFileInfo: async (fileId, signal) => {
            const info = await found(apiMethods.getFileInfo, {A: fileId}, signal);
            return info === undefined ? undefined : toFileInfo(info);
        },
    };
}
