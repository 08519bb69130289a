import * as z from 'zod';
import type {PlatformEvent} from '../platform.ts';
import {postSchema, reactionSchema, type EventFrame} from './wire.ts';

/** A string that holds JSON, as Mattermost nests it in event data. */
const nested = <S extends z.ZodType>(schema: S) =>
    z
        .string()
        .transform((text, context): unknown => {
            try {
                return JSON.parse(text);
            } catch {
                context.addIssue({code: 'custom', message: 'no JSON'});
                return z.NEVER;
            }
        })
        .pipe(schema);

const id = z.string().min(1);
const posted = z.object({
    post: nested(postSchema),
    mentions: nested(z.array(z.string())).optional().catch(undefined),
});
const withPost = z.object({post: nested(postSchema)});
const withReaction = z.object({reaction: nested(reactionSchema)});
const withUser = z.object({user_id: id});
const removed = z.object({user_id: id.optional(), channel_id: id.optional()});
const teamUser = z.object({team_id: id, user_id: id});
const withChannelId = z.object({channel_id: id});
const withChannel = z.object({channel: nested(z.object({id}))});
const updatedUser = z.object({user: z.object({id})});

/**
 * The event that a frame stands for; undefined for the many that mean nothing to a bot and for
 * frames whose data is not what Mattermost sends.
 */
export function eventOfFrame(frame: EventFrame, botId: string): PlatformEvent | undefined {
    switch (frame.name) {
        case 'posted':
            return parse(posted, frame, ({post, mentions}) => ({
                kind: 'posted',
                source: 'socket',
                post,
                mentionsBot: mentions?.includes(botId) ?? false,
            }));
        case 'post_edited':
            return parse(withPost, frame, ({post}) => ({kind: 'edited', source: 'socket', post}));
        case 'post_deleted':
            return parse(withPost, frame, ({post}) => ({kind: 'deleted', source: 'socket', post}));
        case 'reaction_added':
            return parse(withReaction, frame, ({reaction}) => ({
                kind: 'reaction-added',
                reaction: {...reaction, channelId: reaction.channelId || frame.channelId},
            }));
        case 'reaction_removed':
            return parse(withReaction, frame, ({reaction}) => ({
                kind: 'reaction-removed',
                reaction: {...reaction, channelId: reaction.channelId || frame.channelId},
            }));
        default:
            return membershipOfFrame(frame, botId) ?? changeOfFrame(frame);
    }
}

function membershipOfFrame(frame: EventFrame, botId: string): PlatformEvent | undefined {
    const {channelId} = frame;
    switch (frame.name) {
        case 'user_added':
            return parse(withUser, frame, ({user_id: userId}) =>
                channelId === '' ? undefined : {kind: 'joined', channelId, userId},
            );
        case 'direct_added':
        case 'group_added':
            return channelId === '' ? undefined : {kind: 'joined', channelId, userId: botId};
        case 'user_removed':
            // The one who was removed is told the channel in the data, the others are told the user.
            return parse(removed, frame, (fields) => {
                const channel = fields.channel_id ?? channelId;
                const userId = fields.user_id ?? botId;
                return channel === '' ? undefined : {kind: 'left', channelId: channel, userId};
            });
        case 'added_to_team':
            return parse(teamUser, frame, (fields) => ({
                kind: 'team-joined',
                teamId: fields.team_id,
                userId: fields.user_id,
            }));
        case 'leave_team':
            return parse(teamUser, frame, (fields) => ({
                kind: 'team-left',
                teamId: fields.team_id,
                userId: fields.user_id,
            }));
        default:
            return undefined;
    }
}

function changeOfFrame(frame: EventFrame): PlatformEvent | undefined {
    switch (frame.name) {
        case 'channel_updated':
            return frame.channelId === ''
                ? parse(withChannel, frame, ({channel}) => ({
                      kind: 'channel-changed',
                      channelId: channel.id,
                  }))
                : {kind: 'channel-changed', channelId: frame.channelId};
        case 'channel_created':
        case 'channel_deleted':
        case 'channel_restored':
        case 'channel_converted':
            return parse(withChannelId, frame, (fields) => ({
                kind: 'channel-changed',
                channelId: fields.channel_id,
            }));
        case 'user_updated':
            return parse(updatedUser, frame, ({user}) => ({kind: 'user-changed', userId: user.id}));
        default:
            return undefined;
    }
}

function parse<S extends z.ZodType>(
    schema: S,
    frame: EventFrame,
    map: (fields: z.output<S>) => PlatformEvent | undefined,
): PlatformEvent | undefined {
    const parsed = schema.safeParse(frame.fields);
    return parsed.success ? map(parsed.data) : undefined;
}
