import * as z from 'zod';
import {openDialogSchema} from '../api/dialog_schema.ts';
import {parseJson} from '../api/frames.ts';
import type {Frame} from '../api/frames.ts';
import {channelSchema, postSchema, reactionSchema, userSchema} from '../api/schemas.ts';
import type {Post} from '../api/schemas.ts';
import {warn} from '../log.ts';
import {isEphemeral, isSystem} from '../state/post_kinds.ts';
import {channelOf, myId, postOf} from '../state/selectors.ts';
import type {ChatStore} from '../state/store.ts';
import type {Conversations} from './conversations.ts';
import type {People} from './people.ts';
import {announce} from './toasts.ts';

/** How long a typing event counts; clients repeat it every 5 s. */
const typingMs = 6_000;

/** What an event can set in motion. */
export interface EventDeps {
    readonly store: ChatStore;
    readonly people: People;
    readonly conversations: Conversations;
    /** Whether the user has the page in front of them. */
    readonly isWatched: () => boolean;
    /** Called when the set of active plugins changed. */
    readonly onPluginsChanged: () => void;
}

type Handler = (frame: Frame, deps: EventDeps) => Promise<void> | void;

/** Takes what the socket brings; an event that cannot be read is logged and left out. */
export async function handleEvent(frame: Frame, deps: EventDeps): Promise<void> {
    const handler = Object.hasOwn(handlers, frame.event) ? handlers[frame.event] : undefined;
    try {
        await handler?.(frame, deps);
    } catch (cause) {
        warn('an event could not be handled', {event: frame.event, seq: frame.seq}, cause);
    }
}

const handlers: Readonly<Record<string, Handler>> = {
    posted,
    ephemeral_message: posted,
    post_edited: ({data}, {store}) =>
        store.dispatch({type: 'POST_RECEIVED', post: postSchema.parse(parseJson(data['post']))}),
    post_deleted: deleted,
    reaction_added: ({data}, {store, people}) => {
        const reaction = reactionSchema.parse(parseJson(data['reaction']));
        void people.meet([reaction.user_id]);
        store.dispatch({type: 'REACTION_ADDED', reaction});
    },
    reaction_removed: ({data}, {store}) =>
        store.dispatch({
            type: 'REACTION_REMOVED',
            reaction: reactionSchema.parse(parseJson(data['reaction'])),
        }),
    typing,
    status_change: ({data}, {store}) => {
        const {user_id, status} = statusChange.parse(data);
        store.dispatch({type: 'STATUSES_RECEIVED', statuses: [{user_id, status}]});
    },
    user_updated: ({data}, {store}) =>
        store.dispatch({type: 'USERS_RECEIVED', users: [userSchema.parse(data['user'])]}),
    new_user: ({data}, {people}) => people.meet([textOf(data['user_id'])]),
    user_added: ({data, broadcast}, deps) =>
        data['user_id'] === myId(deps.store.getState())
            ? deps.conversations.discover(broadcast.channel_id)
            : undefined,
    user_removed: ({data}, {store}) => {
        // Only what is sent to the removed user names the channel here.
        if (typeof data['channel_id'] === 'string') {
            store.dispatch({type: 'CHANNEL_LEFT', channelId: data['channel_id']});
        }
    },
    direct_added: ({broadcast}, {conversations}) => conversations.discover(broadcast.channel_id),
    group_added: ({broadcast}, {conversations}) => conversations.discover(broadcast.channel_id),
    channel_updated: ({data}, {store}) =>
        store.dispatch({
            type: 'CHANNELS_RECEIVED',
            channels: [channelSchema.parse(parseJson(data['channel']))],
        }),
    channel_deleted: ({data}, {store}) =>
        store.dispatch({type: 'CHANNEL_LEFT', channelId: textOf(data['channel_id'])}),
    multiple_channels_viewed: ({data}, {store}) => {
        const times = z.record(z.string(), z.number()).parse(data['channel_times']);
        for (const [channelId, at] of Object.entries(times)) {
            store.dispatch({type: 'CHANNEL_VIEWED', channelId, at});
        }
    },
    open_dialog: ({data}, {store}) =>
        store.dispatch({
            type: 'DIALOG_OPENED',
            dialog: openDialogSchema.parse(parseJson(data['dialog'])),
        }),
    show_toast: ({data}, {store}) => announce(store, textOf(data['message'])),
    plugin_enabled: (_frame, {onPluginsChanged}) => onPluginsChanged(),
    plugin_disabled: (_frame, {onPluginsChanged}) => onPluginsChanged(),
};

const statusChange = z.looseObject({user_id: z.string(), status: z.string()});

function textOf(value: unknown): string {
    return typeof value === 'string' ? value : '';
}

async function posted(frame: Frame, deps: EventDeps): Promise<void> {
    const {store, people, conversations} = deps;
    const post = postSchema.parse(parseJson(frame.data['post']));
    void people.meetAuthors([post]);
    const isNew = postOf(store.getState(), post.id) === undefined;
    store.dispatch({type: 'POST_CREATED', post});
    store.dispatch({type: 'TYPING_STOPPED', place: placeOf(post), userId: post.user_id});
    void people.notice(post.user_id);
    if (channelOf(store.getState(), post.channel_id) === undefined) {
        await conversations.discover(post.channel_id);
    } else if (isNew && !isSystem(post) && !isEphemeral(post)) {
        count(post, isMention(frame, myId(store.getState())), deps);
    }
}

function count(post: Post, mention: boolean, deps: EventDeps): void {
    const {store} = deps;
    const {entities, views} = store.getState();
    const own = post.user_id === entities.users.currentUserId;
    const {channel_id: channelId, root_id: rootId, create_at: at} = post;
    store.dispatch({type: 'MESSAGE_COUNTED', channelId, at, mention: mention && !own, own});
    if (rootId !== '' && !own && views.rhs.selectedPostId !== rootId) {
        store.dispatch({type: 'THREAD_UNREAD', rootId});
    }
    if (channelId !== entities.channels.currentChannelId) {
        return;
    }
    if (deps.isWatched() || own) {
        void deps.conversations.view(channelId);
    } else if (!Object.hasOwn(views.unreadMarks, channelId)) {
        store.dispatch({type: 'UNREAD_MARKED', channelId, at: at - 1});
    }
}

function isMention(frame: Frame, userId: string): boolean {
    const ids = z.array(z.string()).safeParse(parseJson(frame.data['mentions']));
    return ids.success && ids.data.includes(userId);
}

function deleted({data}: Frame, {store}: EventDeps): void {
    const post = postSchema.parse(parseJson(data['post']));
    const known = postOf(store.getState(), post.id);
    if (known === undefined) {
        return;
    }
    if (isEphemeral(known) || post.user_id === myId(store.getState())) {
        store.dispatch({type: 'POST_REMOVED', postId: post.id});
        return;
    }
    store.dispatch({
        type: 'POST_RECEIVED',
        post: {
            ...post,
            message: '',
            delete_at: Date.now(),
            update_at: Math.max(post.update_at, known.update_at),
        },
    });
}

function typing({data, broadcast}: Frame, {store, people}: EventDeps): void {
    const userId = textOf(data['user_id']);
    void people.meet([userId]);
    void people.notice(userId);
    store.dispatch({
        type: 'TYPING_STARTED',
        place: broadcast.channel_id + textOf(data['parent_id']),
        userId,
        until: Date.now() + typingMs,
    });
}

function placeOf(post: Post): string {
    return post.channel_id + post.root_id;
}
