import {clientProps, storedProps} from './attachments.ts';
import type {Core} from './core.ts';
import type {JsonMap} from './records.ts';

/** What an ephemeral post is made of. */
export interface NewEphemeral {
    /** Default: a new one. */
    readonly id?: string;
    /** Default: now. */
    readonly create_at?: number;
    readonly user_id: string;
    readonly channel_id: string;
    readonly message: string;
    readonly root_id?: string;
    readonly props?: JsonMap;
}

/** Posts that one person sees and nobody stores. */
export interface Ephemerals {
    /** Shows a post to `userId` only; its view is what the sender gets back. */
    send(userId: string, post: NewEphemeral): JsonMap;
    /** Changes a post as long as the page of `userId` shows it. */
    update(userId: string, post: NewEphemeral & {readonly id: string}): JsonMap;
    /** Takes a post from the page of `userId`. */
    remove(userId: string, postId: string): void;
    /** The props of a recent ephemeral post, for its buttons; the server hides them in a cookie. */
    secrets: CookieJar;
}

/** Turns the integrations of actions into cookies and back. */
export interface CookieJar {
    seal(content: JsonMap): string;
    open(cookie: string): JsonMap | undefined;
}

/** The server answers the sender with this twice, and tells the receiver once. */
const richEmbed = [{type: 'message_attachment'}];

/** Sends ephemeral posts. */
export function createEphemerals(core: Core, secrets: CookieJar): Ephemerals {
    const viewOf = (id: string, post: NewEphemeral, times: JsonMap): JsonMap => {
        const stored = storedProps(post.props ?? {});
        const isRich = Array.isArray(stored['attachments']);
        return {
            id,
            ...times,
            edit_at: 0,
            delete_at: 0,
            is_pinned: false,
            user_id: post.user_id,
            channel_id: post.channel_id,
            root_id: post.root_id ?? '',
            original_id: '',
            message: post.message,
            type: 'system_ephemeral',
            props: withCookies(stored, secrets, {
                channel_id: post.channel_id,
                root_post_id: (post.root_id ?? '') === '' ? id : post.root_id,
                post_id: id,
            }),
            hashtags: '',
            file_ids: null,
            pending_post_id: '',
            reply_count: 0,
            last_reply_at: 0,
            participants: null,
            metadata: isRich ? {embeds: richEmbed} : {},
        };
    };
    const tell = (event: string, userId: string, post: NewEphemeral, view: JsonMap): JsonMap => {
        const audience = {channelId: post.channel_id, userId};
        core.publish(event, {post: JSON.stringify(view)}, audience);
        const isRich = Array.isArray(storedProps(post.props ?? {})['attachments']);
        return isRich ? {...view, metadata: {embeds: [...richEmbed, ...richEmbed]}} : view;
    };
    return {
        secrets,
        send(userId, post) {
            const times = {create_at: post.create_at ?? core.now(), update_at: 0};
            const view = viewOf(post.id ?? core.newId(), post, times);
            return tell('ephemeral_message', userId, post, view);
        },
        update(userId, post) {
            const times = {create_at: post.create_at ?? 0, update_at: core.now()};
            return tell('post_edited', userId, post, viewOf(post.id, post, times));
        },
        remove(userId, postId) {
            const now = core.now();
            const gone = {id: postId, user_id: userId, type: 'system_ephemeral'};
            const view = {...gone, delete_at: now, update_at: now};
            core.publish('post_deleted', {post: JSON.stringify(view)}, {userId});
        },
    };
}

function withCookies(props: JsonMap, secrets: CookieJar, place: JsonMap): JsonMap {
    const attachments = props['attachments'];
    if (!Array.isArray(attachments)) {
        return props;
    }
    const sealed = attachments.map((attachment: JsonMap) => {
        const actions = attachment['actions'];
        return Array.isArray(actions)
            ? {
                  ...attachment,
                  actions: actions.map((action: JsonMap) => ({
                      ...action,
                      cookie: secrets.seal({...place, ...action}),
                  })),
              }
            : attachment;
    });
    return clientProps({...props, attachments: sealed});
}
