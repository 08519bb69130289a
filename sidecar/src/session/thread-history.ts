import type {BotIdentity, Platform, Post, User} from '../mattermost/platform.ts';
import {shownName} from '../contract/attachment-text.ts';
import {postText} from './post-text.ts';

/**
 * Replies that came after the question are fetched with the newest and then left out, so more than
 * `limit` are asked for: a turn may have waited while its thread went on.
 */
const LATER_POSTS = 50;

/** One line of what was said in a thread before the question. */
export interface ThreadLine {
    readonly postId: string;
    readonly role: 'user' | 'assistant';
    readonly userId: string;
    /** The writer's name, without `@`; the id of a user whom the server does not know. */
    readonly username: string;
    /** The name that is shown where it is not the account's (a webhook's). */
    readonly writer: string | undefined;
    /** Words, attachments and the names of files. */
    readonly text: string;
    /** ms of the server's clock. */
    readonly at: number;
}

/** What stands in a thread above a question. */
export interface ThreadAbove {
    readonly lines: readonly ThreadLine[];
    /** When posts were written that may not be shown, ms: of them the agent hears that they are there. */
    readonly unshown: readonly number[];
}

/** What `threadContext` needs. */
export interface ThreadContextOptions {
    readonly platform: Pick<Platform, 'thread' | 'user' | 'fileInfo'>;
    readonly bot: BotIdentity;
    readonly rootId: string;
    /** The question; it and what came after it are left out. */
    readonly before: Pick<Post, 'id' | 'createAt'>;
    /** Replies at most, the newest ones; the root comes on top. 0 for nothing at all. */
    readonly limit: number;
    /** Whether a writer's text may reach the agent, by the rules of now; the bot's own always may. */
    readonly allow: (post: Post, user: User | undefined) => boolean;
    readonly signal?: AbortSignal | undefined;
}

/** What stands in a thread above a question, oldest first: how a thread's session begins. */
export async function threadContext(options: ThreadContextOptions): Promise<ThreadAbove> {
    const {platform, bot, rootId, before, limit, allow, signal} = options;
    if (limit <= 0) return {lines: [], unshown: []};
    const posts = await platform.thread(rootId, limit + LATER_POSTS, signal);
    const above = posts
        .filter((post) => post.id !== before.id && post.createAt <= before.createAt)
        .filter((post) => post.deleteAt === 0 && !post.type.startsWith('system_'))
        .sort((a, b) => a.createAt - b.createAt);
    const users = await resolveUsers(platform, above, signal);

    const isShown = new Map(
        above.map((post) => [
            post,
            post.userId === bot.userId || allow(post, users.get(post.userId)),
        ]),
    );
    const lines = await Promise.all(
        above
            .filter((post) => isShown.get(post))
            .map(async (post) => {
                const own = post.userId === bot.userId;
                const text = own ? post.message : await postText(platform, post, signal);
                return lineOf(post, text, users.get(post.userId), bot);
            }),
    );
    const unshown = above.filter((post) => !isShown.get(post)).map(({createAt}) => createAt);
    const root = lines.filter(({postId}) => postId === rootId);
    const replies = lines.filter(({postId}) => postId !== rootId);
    return {lines: [...root, ...replies.slice(-limit)], unshown};
}

async function resolveUsers(
    platform: Pick<Platform, 'user'>,
    posts: readonly Post[],
    signal: AbortSignal | undefined,
): Promise<Map<string, User | undefined>> {
    const ids = [...new Set(posts.map(({userId}) => userId))];
    const users = await Promise.all(ids.map(async (id) => await platform.user(id, signal)));
    return new Map(ids.map((id, i) => [id, users[i]]));
}

function lineOf(post: Post, text: string, user: User | undefined, bot: BotIdentity): ThreadLine {
    const own = post.userId === bot.userId;
    const writer = own ? undefined : shownName(post.props, user?.username);
    return {
        postId: post.id,
        role: own ? 'assistant' : 'user',
        userId: post.userId,
        username: own ? bot.username : (writer ?? user?.username ?? post.userId),
        writer,
        text,
        at: post.createAt,
    };
}
