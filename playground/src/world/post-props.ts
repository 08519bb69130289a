import * as z from 'zod';
import {ApiError} from '../api-error.ts';
import {attachmentsOf, storedProps} from './attachments.ts';
import type {Channels} from './channels.ts';
import type {Core} from './core.ts';
import type {Permissions} from './permissions.ts';
import type {ChannelRow, JsonMap, PostRow} from './records.ts';
import type {Teams} from './teams.ts';
import type {Users} from './users.ts';
import {without} from './without.ts';

const mentionsSchema = z.record(
    z.string(),
    z.object({id: z.string(), display_name: z.string(), team_name: z.string()}),
);

/** Channels that a post names as `~name`, by that name. */
export type ChannelMentions = z.infer<typeof mentionsSchema>;

/** The props that the server makes itself out of a post. */
export interface PostProps {
    /** Props as they are stored. @throws ApiError 400 for a forged `ai_generated_by` */
    fill(props: JsonMap, message: string, authorId: string, channel: ChannelRow): JsonMap;
    /** What a client or a plugin sends, without what only the server may say of its author (12.0). */
    given(props: JsonMap): JsonMap;
    /** The named channels that a reader may read; undefined for none. */
    mentionsFor(post: PostRow, readerId: string): ChannelMentions | undefined;
    /** The props of a post with only those named channels that the reader may read. */
    forReader(props: JsonMap, post: PostRow, readerId: string): JsonMap;
}

interface Deps {
    readonly core: Core;
    readonly users: Users;
    readonly teams: Teams;
    readonly channels: Channels;
    readonly permissions: Permissions;
}

/** Only the server may set these. */
const reserved = ['add_channel_member', 'force_notification'];

/** What 12.0 sets itself, or leaves to webhooks and commands alone. */
const identity = [
    'from_bot',
    'from_webhook',
    'from_plugin',
    'from_oauth_app',
    'override_username',
    'override_icon_url',
    'override_icon_emoji',
    'webhook_display_name',
];

/** Props over channels and people. */
export function createPostProps(deps: Deps): PostProps {
    const postProps: PostProps = {
        fill(given, message, authorId, channel) {
            const stored = storedProps(without(given, ...reserved));
            const props = without(stored, 'channel_mentions');
            const mentions = namedChannels(deps, stored, message, authorId, channel);
            return {
                ...withGenerator(deps, props, authorId),
                ...(mentions === undefined ? {} : {channel_mentions: mentions}),
            };
        },
        given: (props) => (deps.core.server.stripsOverrides ? without(props, ...identity) : props),
        mentionsFor(post, readerId) {
            const parsed = mentionsSchema.safeParse(post.props['channel_mentions']);
            const readable = Object.entries(parsed.data ?? {}).filter(([, {id}]) => {
                const channel = deps.channels.get(id);
                return channel !== undefined && deps.permissions.readChannel(readerId, channel);
            });
            return readable.length === 0 ? undefined : Object.fromEntries(readable);
        },
        forReader(props, post, readerId) {
            if (props['channel_mentions'] === undefined) {
                return props;
            }
            const rest = without(props, 'channel_mentions');
            const readable = postProps.mentionsFor(post, readerId);
            if (readable === undefined) {
                return rest;
            }
            const named = Object.entries(readable).map(([name, {display_name, team_name}]) => [
                name,
                {display_name, team_name},
            ]);
            return {...rest, channel_mentions: Object.fromEntries(named)};
        },
    };
    return postProps;
}

function withGenerator({users}: Deps, props: JsonMap, authorId: string): JsonMap {
    const {ai_generated_by: id, ...rest} = props;
    if (typeof id !== 'string' || id === '') {
        return props;
    }
    const user = users.get(id);
    if (user === undefined) {
        return rest;
    }
    if (id !== authorId && !user.is_bot) {
        throw new ApiError(400, 'api.post.fill_in_post_props.invalid_ai_generated_user.app_error');
    }
    return {...props, ai_generated_by_username: user.username};
}

function namedChannels(
    {teams, channels, permissions}: Deps,
    props: JsonMap,
    message: string,
    authorId: string,
    channel: ChannelRow,
): ChannelMentions | undefined {
    const texts = [
        message,
        ...attachmentsOf(props).flatMap((attachment) => [attachment.pretext, attachment.text]),
    ];
    const names = texts.flatMap((text) =>
        text.includes('~')
            ? [...text.matchAll(/\B~([a-zA-Z0-9\-_]+)/g)].map(([, name]) => name)
            : [],
    );
    const searched = channel.team_id === '' ? [...teams.all.keys()] : [channel.team_id];
    const found: ChannelMentions = {};
    for (const name of new Set(names)) {
        for (const teamId of searched) {
            const named = channels.byName(teamId, name ?? '');
            if (named !== undefined && permissions.readChannel(authorId, named)) {
                found[named.name] = {
                    id: named.id,
                    display_name: named.display_name,
                    team_name: teams.require(teamId).name,
                };
            }
        }
    }
    return Object.keys(found).length === 0 ? undefined : found;
}
