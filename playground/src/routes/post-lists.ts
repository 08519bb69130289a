import {Router} from 'express';
import {ApiError, forbidden, invalidParam} from '../api-error.ts';
import type {Context} from '../http/context.ts';
import {
    neighbourId,
    newestPosts,
    postsAround,
    postsSince,
    type PageOptions,
    type PostPage,
} from '../world/post-pages.ts';
import type {PostViewOptions} from '../world/post-view.ts';
import type {JsonMap, PostRow} from '../world/records.ts';
import {threadPage, type ThreadOptions} from '../world/thread-pages.ts';
import {optionalId, refuseReading} from './posts.ts';
import type {RouterFactory} from './routes.ts';

/** Pages of posts: of a channel, and of a thread. */
export const postListRoutes: RouterFactory = ({world, route}) => {
    const router = Router();

    router.get(
        '/channels/:channel_id/posts',
        route((context) => {
            const channelId = context.id('channel_id');
            const after = optionalId(context, 'after');
            const before = optionalId(context, 'before');
            const since = number(context, 'since');
            const {page, perPage} = context.paging();
            const options: PageOptions = {
                channelId,
                page,
                perPage,
                skipThreads: context.flag('skipFetchThreads'),
                collapsed: context.flag('collapsedThreads'),
                includeDeleted: context.flag('include_deleted'),
            };
            if (options.includeDeleted && !world.permissions.isAdmin(context.userId)) {
                throw forbidden();
            }
            const channel = world.channels.require(channelId);
            if (!world.permissions.readChannel(context.userId, channel)) {
                throw forbidden();
            }
            context.json(channelPage(context, options, {after, before, since}));
        }),
    );

    router.get(
        '/channels/:channel_id/pinned',
        route((context) => {
            const channel = world.channels.require(context.id('channel_id'));
            if (!world.permissions.readChannel(context.userId, channel)) {
                throw forbidden();
            }
            const pinned = world.posts.table
                .ofChannel(channel.id)
                .filter((post) => post.is_pinned && post.delete_at === 0);
            context.json(
                world.postViews.list(
                    pinned.map((post) => post.id),
                    pinned,
                    {view: viewOptions(context, true)},
                ),
            );
        }),
    );

    router.get(
        '/posts/:post_id/thread',
        route((context) => {
            const id = context.id('post_id');
            const options = threadOptions(context);
            const post = world.posts.table.get(id);
            if (post === undefined || post.delete_at !== 0) {
                throw new ApiError(404, 'app.post.get.app_error');
            }
            refuseReading(context, post);
            const {order, hasNext} = threadPage(world.posts.table, post, options);
            context.json(
                world.postViews.list(
                    order.map((row) => row.id),
                    order,
                    {
                        view: viewOptions(context, true),
                        ...(hasNext === undefined ? {} : {hasNext}),
                    },
                ),
            );
        }),
    );
    return router;
};

interface Cursors {
    readonly after: string;
    readonly before: string;
    readonly since: number;
}

function channelPage(context: Context, options: PageOptions, cursors: Cursors): JsonMap {
    const {world} = context;
    const {table} = world.posts;
    const counts = options.skipThreads || cursors.after !== '' || cursors.before !== '';
    const answer = (page: PostPage, next: string, prev: string): JsonMap =>
        world.postViews.list(
            page.order.map((post) => post.id),
            [...page.order, ...page.others],
            {
                next,
                prev,
                view: viewOptions(context, cursors.since > 0 ? options.skipThreads : counts),
            },
        );
    if (cursors.since > 0) {
        return answer(
            postsSince(table, options.channelId, cursors.since, options.collapsed),
            '',
            '',
        );
    }
    const anchorId = cursors.after === '' ? cursors.before : cursors.after;
    const side = cursors.after === '' ? 'before' : 'after';
    const page =
        anchorId === ''
            ? newestPosts(table, options)
            : postsAround(table, options, table.get(anchorId), side);
    const {next, prev} = cursorIds(context, options, cursors, page.order);
    return answer(page, next, prev);
}

function cursorIds(
    context: Context,
    options: PageOptions,
    cursors: Cursors,
    order: readonly PostRow[],
): {next: string; prev: string} {
    const {table} = context.world.posts;
    const beyond = (post: PostRow | undefined, side: 'before' | 'after'): string =>
        post === undefined
            ? ''
            : neighbourId(table, post.channel_id, post.create_at, side, options.collapsed);
    const short = order.length < options.perPage;
    const next = (): string => beyond(order[0], 'after');
    const prev = (): string => beyond(order.at(-1), 'before');
    if (cursors.after !== '') {
        return {
            next: short ? '' : next(),
            prev: options.page === 0 ? cursors.after : prev(),
        };
    }
    if (cursors.before !== '') {
        return {
            next: options.page === 0 ? cursors.before : next(),
            prev: short ? '' : prev(),
        };
    }
    return {next: next(), prev: prev()};
}

/** Without `counted` the server says 0 replies; with collapsed threads it says much more. */
function viewOptions(context: Context, counted: boolean): (post: PostRow) => PostViewOptions {
    const collapsed = context.flag('collapsedThreads');
    const extended = context.flag('collapsedThreadsExtended');
    return (post) => {
        const viewerId = context.userId;
        if (collapsed) {
            const thread = context.world.threads.postFields(post, viewerId, extended);
            return {viewerId, thread};
        }
        return counted ? {viewerId} : {viewerId, replyCount: 0};
    };
}

function threadOptions(context: Context): ThreadOptions {
    const perPage = number(context, 'perPage');
    if (perPage > 200) {
        throw invalidParam('perPage');
    }
    const fromPost = context.query('fromPost');
    const fromCreateAt = number(context, 'fromCreateAt');
    if (fromPost !== '' && fromCreateAt === 0) {
        throw invalidParam('if fromPost is set, then fromCreateAt must also be set');
    }
    const fromUpdateAt = number(context, 'fromUpdateAt');
    const updatesOnly = context.query('updatesOnly') === 'true';
    const direction = context.query('direction');
    if ((fromUpdateAt !== 0 && fromCreateAt !== 0) || (updatesOnly && fromUpdateAt === 0)) {
        throw invalidParam('fromUpdateAt');
    }
    if (direction !== '' && direction !== 'up' && direction !== 'down') {
        throw invalidParam('direction');
    }
    if (updatesOnly && direction === 'up') {
        throw invalidParam('updatesOnly');
    }
    return {
        perPage,
        fromPost,
        fromCreateAt,
        fromUpdateAt,
        direction,
        updatesOnly,
        skipThreads: context.query('skipFetchThreads') === 'true',
        collapsed: context.query('collapsedThreads') === 'true',
    };
}

function number(context: Context, name: string): number {
    const text = context.query(name);
    if (text === '') {
        return 0;
    }
    if (!/^-?\d{1,15}$/.test(text)) {
        throw invalidParam(name);
    }
    return Number(text);
}
