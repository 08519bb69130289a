import * as z from 'zod';
import {preferredZone} from '../time-zone.ts';
import type {Channel, FileInfo, Post, Reaction, Team, User} from '../platform.ts';

// Mattermost's own shapes. Unknown fields are dropped; what a field is missing in older or filtered
// answers has a default, what identifies a thing has none.

const time = z.number().catch(0);
const text = z.string().catch('');
const words = z
    .string()
    .catch('')
    .transform((value) => value.split(' ').filter((word) => word !== ''));

/** What is known of an uploaded file. */
export const fileInfoSchema = z
    .object({id: z.string().min(1), name: text, mime_type: text, size: time})
    .transform((info): FileInfo => ({
        id: info.id,
        name: info.name,
        mimeType: info.mime_type,
        size: info.size,
    }));

const rawPost = z.object({
    id: z.string().min(1),
    create_at: z.number(),
    update_at: time,
    edit_at: time,
    delete_at: time,
    user_id: z.string(),
    channel_id: z.string().min(1),
    root_id: text,
    original_id: text,
    message: text,
    type: text,
    props: z.record(z.string(), z.unknown()).nullish().catch(undefined),
    file_ids: z.array(z.string()).nullish().catch(undefined),
    remote_id: z.string().nullish().catch(undefined),
    metadata: z
        .object({files: z.array(fileInfoSchema).nullish().catch(undefined)})
        .nullish()
        .catch(undefined),
});

function toPost(post: z.output<typeof rawPost>): Post {
    return {
        id: post.id,
        createAt: post.create_at,
        updateAt: post.update_at,
        editAt: post.edit_at,
        deleteAt: post.delete_at,
        userId: post.user_id,
        channelId: post.channel_id,
        rootId: post.root_id,
        message: post.message,
        type: post.type,
        props: post.props ?? {},
        fileIds: post.file_ids ?? [],
        files: post.metadata?.files ?? undefined,
        remoteId: post.remote_id ?? '',
    };
}

/** One post, deleted or not. */
export const postSchema = rawPost.transform(toPost);

/**
 * A page of posts, oldest first, without deleted posts, rows of the edit history and the thread
 * roots that the server adds to a page.
 */
export const postListSchema = z
    .object({
        order: z.array(z.string()).nullish(),
        posts: z.record(z.string(), rawPost).nullish(),
        prev_post_id: text,
        has_next: z.boolean().catch(false),
    })
    .transform((list) => ({
        posts: (list.order ?? [])
            .flatMap((id) => list.posts?.[id] ?? [])
            .filter((post) => post.delete_at === 0 && post.original_id === '')
            .map(toPost)
            // The server's order breaks ties better than ids do.
            .reverse()
            .sort((a, b) => a.createAt - b.createAt),
        /** Whether the channel has older posts than these. */
        hasOlder: list.prev_post_id !== '',
        /** Whether a thread goes on in the asked direction. */
        hasNext: list.has_next,
    }));

/** A user; also of the `user_updated` event. */
export const userSchema = z
    .object({
        id: z.string().min(1),
        username: z.string(),
        first_name: text,
        last_name: text,
        nickname: text,
        is_bot: z.boolean().catch(false),
        roles: words,
        remote_id: z.string().nullish().catch(undefined),
        timezone: z.record(z.string(), z.string()).nullish().catch(undefined),
        update_at: time,
        delete_at: time,
    })
    .transform((user): User => ({
        id: user.id,
        username: user.username,
        displayName: `${user.first_name} ${user.last_name}`.trim() || user.nickname,
        isBot: user.is_bot,
        roles: user.roles,
        remoteId: user.remote_id ?? '',
        timeZone: preferredZone(user.timezone ?? {}),
        updateAt: user.update_at,
        deleteAt: user.delete_at,
    }));

/** A channel of any of the four types. */
export const channelSchema = z
    .object({
        id: z.string().min(1),
        type: z.enum(['O', 'P', 'D', 'G']),
        team_id: text,
        name: text,
        display_name: text,
        last_post_at: time,
        delete_at: time,
    })
    .transform((channel): Channel => ({
        id: channel.id,
        type: channel.type,
        teamId: channel.team_id,
        name: channel.name,
        displayName: channel.display_name,
        lastPostAt: channel.last_post_at,
        deleteAt: channel.delete_at,
    }));

/** Channels of a list; those of types that are not known here are left out. */
export const channelListSchema = z
    .array(z.unknown())
    .nullish()
    .transform((list) => (list ?? []).flatMap((item) => channelSchema.safeParse(item).data ?? []));

/** A team. */
export const teamSchema = z
    .object({id: z.string().min(1), name: text, display_name: text, delete_at: time})
    .transform((team): Team & {readonly deleteAt: number} => ({
        id: team.id,
        name: team.name,
        displayName: team.display_name,
        deleteAt: team.delete_at,
    }));

/** A reaction; older servers leave the channel out of REST answers. */
export const reactionSchema = z
    .object({user_id: z.string(), post_id: z.string(), emoji_name: z.string(), channel_id: text})
    .transform((reaction): Reaction => ({
        userId: reaction.user_id,
        postId: reaction.post_id,
        emojiName: reaction.emoji_name,
        channelId: reaction.channel_id,
    }));

/** The answer to an upload. */
export const uploadSchema = z.object({file_infos: z.array(fileInfoSchema).min(1)});

/** A channel's or team's member: the names of the roles held there. */
export const memberSchema = z
    .object({user_id: z.string(), roles: words, delete_at: time})
    .transform((member) => ({
        userId: member.user_id,
        roles: member.roles,
        deleteAt: member.delete_at,
    }));

/** A role and what it permits. */
export const roleSchema = z.object({
    name: z.string(),
    permissions: z.array(z.string()).nullish(),
    delete_at: time,
});

/** Answers of which only the success matters. */
export const anythingSchema = z.unknown();

/** One WebSocket frame: an event, or the reply to an action of ours. */
export const frameSchema = z.union([
    z
        .object({
            event: z.string().min(1),
            seq: z.number(),
            data: z.record(z.string(), z.unknown()).nullish(),
            broadcast: z.object({channel_id: text, team_id: text, user_id: text}).nullish(),
        })
        .transform((frame) => ({
            kind: 'event' as const,
            name: frame.event,
            seq: frame.seq,
            fields: frame.data ?? {},
            channelId: frame.broadcast?.channel_id ?? '',
            teamId: frame.broadcast?.team_id ?? '',
            userId: frame.broadcast?.user_id ?? '',
        })),
    z.object({seq_reply: z.number().min(1), status: text}).transform((reply) => ({
        kind: 'reply' as const,
        to: reply.seq_reply,
        ok: reply.status === 'OK',
    })),
]);

/** See `frameSchema`. */
export type Frame = z.output<typeof frameSchema>;
/** A frame that carries an event. */
export type EventFrame = Extract<Frame, {kind: 'event'}>;
