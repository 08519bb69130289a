import * as z from 'zod';

/*
 * What the client needs of the server's answers. All objects are loose: plugins get posts, users
 * and channels as the server sent them, with the fields that the client itself has no use for.
 */

const text = z.string().default('');
const count = z.number().default(0);
const flag = z.boolean().default(false);

/** Go's nil slices come as null. */
function list<Item extends z.ZodType>(item: Item) {
    return z
        .array(item)
        .nullish()
        .transform((items) => items ?? []);
}

const anyMap = z
    .record(z.string(), z.unknown())
    .nullish()
    .transform((map) => map ?? {});

export const userSchema = z.looseObject({
    id: z.string(),
    username: z.string(),
    first_name: text,
    last_name: text,
    nickname: text,
    roles: text,
    is_bot: flag,
    bot_description: text,
    last_picture_update: count,
    delete_at: count,
});
/** A person or a bot. */
export type User = z.infer<typeof userSchema>;

export const statusSchema = z.looseObject({user_id: z.string(), status: z.string()});
/** `online`, `away`, `dnd` or `offline` of one user. */
export type Status = z.infer<typeof statusSchema>;

export const teamSchema = z.looseObject({
    id: z.string(),
    name: z.string(),
    display_name: z.string(),
    delete_at: count,
});
/** A team that the user belongs to. */
export type Team = z.infer<typeof teamSchema>;

export const channelSchema = z.looseObject({
    id: z.string(),
    team_id: text,
    type: z.string(),
    name: z.string(),
    display_name: text,
    header: text,
    purpose: text,
    last_post_at: count,
    total_msg_count: count,
    total_msg_count_root: count,
    delete_at: count,
});
/** A channel; `type` is O, P, D or G. */
export type Channel = z.infer<typeof channelSchema>;

export const channelMemberSchema = z.looseObject({
    channel_id: z.string(),
    user_id: z.string(),
    last_viewed_at: count,
    msg_count: count,
    msg_count_root: count,
    mention_count: count,
    mention_count_root: count,
});
/** What one user has seen of one channel. */
export type ChannelMember = z.infer<typeof channelMemberSchema>;

export const fileSchema = z.looseObject({
    id: z.string(),
    name: z.string(),
    extension: text,
    size: count,
    mime_type: text,
    width: count,
    height: count,
    has_preview_image: flag,
});
/** A file that was uploaded. */
export type FileInfo = z.infer<typeof fileSchema>;

export const reactionSchema = z.looseObject({
    user_id: z.string(),
    post_id: z.string(),
    emoji_name: z.string(),
    create_at: count,
});
/** One user's emoji under one post. */
export type Reaction = z.infer<typeof reactionSchema>;

const metadataSchema = z.looseObject({
    files: list(fileSchema),
    reactions: list(reactionSchema),
    embeds: list(z.looseObject({type: text})),
});
const noMetadata: z.infer<typeof metadataSchema> = {files: [], reactions: [], embeds: []};

export const postSchema = z.looseObject({
    id: z.string(),
    create_at: count,
    update_at: count,
    edit_at: count,
    delete_at: count,
    user_id: z.string(),
    channel_id: z.string(),
    root_id: text,
    original_id: text,
    message: text,
    type: text,
    props: anyMap,
    file_ids: list(z.string()),
    pending_post_id: text,
    reply_count: count,
    last_reply_at: count,
    participants: list(z.looseObject({id: z.string()})),
    metadata: metadataSchema.nullish().transform((found) => found ?? noMetadata),
    /** Only ever set by this client: the post could not be sent. */
    failed: z.boolean().optional(),
});
/** A post, or one that is only here (being sent, failed, ephemeral). */
export type Post = z.infer<typeof postSchema>;

export const postListSchema = z.looseObject({
    order: list(z.string()),
    posts: z
        .record(z.string(), postSchema)
        .nullish()
        .transform((posts) => posts ?? {}),
    prev_post_id: text,
});
/** One page of posts; `order` has the newest first. */
export type PostList = z.infer<typeof postListSchema>;

export const uploadSchema = z.looseObject({file_infos: list(fileSchema)});

export const suggestionSchema = z.looseObject({
    Complete: z.string(),
    Suggestion: z.string(),
    Hint: text,
    Description: text,
});
/** One line of the slash commands' autocomplete; `Complete` comes without the slash. */
export type CommandSuggestion = z.infer<typeof suggestionSchema>;

export const commandAnswerSchema = z.looseObject({goto_location: text});

export const manifestSchema = z.looseObject({
    id: z.string(),
    name: text,
    version: text,
    webapp: z.looseObject({bundle_path: z.string()}).optional(),
});
/** What clients are told of an active plugin. */
export type Manifest = z.infer<typeof manifestSchema>;

export const configSchema = z.record(z.string(), z.unknown()).transform((found) => {
    const kept: Record<string, string> = {};
    for (const [name, value] of Object.entries(found)) {
        if (typeof value === 'string') {
            kept[name] = value;
        }
    }
    return kept;
});

/** For answers whose body says nothing. */
export const ignoredSchema = z.unknown();

export const userListSchema = list(userSchema);
export const statusListSchema = list(statusSchema);
export const teamListSchema = list(teamSchema);
export const channelListSchema = list(channelSchema);
export const channelMemberListSchema = list(channelMemberSchema);
export const suggestionListSchema = list(suggestionSchema);
export const manifestListSchema = list(manifestSchema);

export const userSuggestionSchema = z.looseObject({
    users: userListSchema,
    out_of_channel: userListSchema,
});
