import type {Api} from '../api/client.ts';
import {explain} from '../api/api_failure.ts';
import type {Channel} from '../api/schemas.ts';
import {warn} from '../log.ts';
import {
    channelOf,
    currentTeam,
    memberOf,
    myId,
    teammateId,
    unreadOf,
    userOf,
} from '../state/selectors.ts';
import {isShown} from '../state/post_kinds.ts';
import type {State} from '../state/shape.ts';
import type {ChatStore} from '../state/store.ts';
import {readPath, showPath} from './location.ts';
import type {Place} from './location.ts';
import {attempt} from './outcome.ts';
import type {Outcome} from './outcome.ts';
import type {People} from './people.ts';
import {announce} from './toasts.ts';

/** Posts of one request; a screen shows about ten. */
const pageSize = 40;

/** Channels and direct messages: which there are, which is open, what was seen. */
export interface Conversations {
    /** Loads all channels of the team, and who can be talked to. */
    load(): Promise<void>;
    /** Opens what the address bar names, or the first channel. */
    openFromPath(): Promise<void>;
    open(channelId: string): Promise<void>;
    /** Opens the talk with a user, making it if there is none yet; says so when it cannot. */
    openDirect(userId: string): Promise<Outcome>;
    /** Loads the newest posts again, keeping what fits. */
    reload(channelId: string): Promise<void>;
    loadOlder(channelId: string): Promise<void>;
    /** Learns of a channel that came up in an event. */
    discover(channelId: string): Promise<void>;
    /** Tells the server that the user looks at the channel. */
    view(channelId: string): Promise<void>;
}

/** Creates the {@link Conversations} of one session. */
export function createConversations(deps: {
    api: Api;
    store: ChatStore;
    people: People;
}): Conversations {
    const {api, store, people} = deps;
    const loading = new Set<string>();
    const state = (): State => store.getState();

    const receive = async (channelId: string, before?: string): Promise<void> => {
        const list = await api.posts(channelId, {
            perPage: pageSize,
            ...(before === undefined ? {} : {before}),
        });
        const posts = Object.values(list.posts).filter(isShown);
        const roots = new Set(posts.filter((post) => post.root_id === '').map(({id}) => id));
        store.dispatch({
            type: 'CHANNEL_POSTS_RECEIVED',
            channelId,
            posts,
            order: list.order.filter((id) => roots.has(id)),
            oldest: list.prev_post_id === '',
            page: before === undefined ? 'newest' : 'older',
        });
        void people.meetAuthors(posts);
    };
    /** One request at a time for each channel; the page shows what went wrong. */
    const request = async (channelId: string, before?: string): Promise<void> => {
        if (loading.has(channelId)) {
            return;
        }
        loading.add(channelId);
        try {
            await receive(channelId, before);
        } catch (cause) {
            warn('posts could not be loaded', {channel: channelId}, cause);
            store.dispatch({type: 'CHANNEL_FAILED', channelId, message: explain(cause)});
        } finally {
            loading.delete(channelId);
        }
    };
    const markUnread = (channel: Channel): void => {
        const member = memberOf(state(), channel.id);
        const {unread} = unreadOf(state(), channel);
        store.dispatch({
            type: 'UNREAD_MARKED',
            channelId: channel.id,
            ...(unread && member !== undefined ? {at: member.last_viewed_at} : {}),
        });
    };

    const openTalk = (userId: string): Promise<Outcome> =>
        attempt(async () => {
            const channel = await api.directChannel([myId(state()), userId]);
            await people.meet([userId]);
            if (channelOf(state(), channel.id) === undefined) {
                store.dispatch({type: 'CHANNELS_RECEIVED', channels: [channel]});
                const member = await api.myMembership(channel.id);
                store.dispatch({type: 'CHANNEL_MEMBERS_RECEIVED', members: [member]});
            }
            await conversations.open(channel.id);
        });

    const conversations: Conversations = {
        async load() {
            const teamId = state().entities.teams.currentTeamId;
            const [channels, members] = await Promise.all([
                api.channels(teamId),
                api.channelMembers(teamId),
            ]);
            store.dispatch({type: 'CHANNELS_RECEIVED', channels});
            store.dispatch({type: 'CHANNEL_MEMBERS_RECEIVED', members});
            await people.meet(channels.flatMap((channel) => partners(channel, myId(state()))));
        },
        async openFromPath() {
            const place = readPath(window.location.pathname);
            if (place.kind === 'person') {
                const found = await findUser(people, state, place.username);
                const outcome = found === undefined ? undefined : await openTalk(found);
                if (outcome?.kind === 'done') {
                    return;
                }
            }
            const channel = named(state().entities.channels.channels, place);
            if (channel !== undefined) {
                await conversations.open(channel.id);
            }
        },
        async open(channelId) {
            const channel = channelOf(state(), channelId);
            if (channel === undefined) {
                return;
            }
            const isLoaded = Object.hasOwn(state().entities.posts.postsInChannel, channelId);
            markUnread(channel);
            store.dispatch({type: 'CHANNEL_SELECTED', channelId});
            showPath(placeOf(state(), channel));
            await Promise.all([
                isLoaded ? undefined : request(channelId),
                conversations.view(channelId),
            ]);
        },
        async openDirect(userId) {
            const outcome = await openTalk(userId);
            if (outcome.kind === 'refused') {
                announce(store, outcome.message);
            }
            return outcome;
        },
        reload: (channelId) => request(channelId),
        async loadOlder(channelId) {
            const block = state().entities.posts.postsInChannel[channelId]?.[0];
            const last = block?.order.at(-1);
            if (block !== undefined && !block.oldest && last !== undefined) {
                await request(channelId, last);
            }
        },
        async discover(channelId) {
            const [channel, member] = await Promise.all([
                api.channel(channelId),
                api.myMembership(channelId),
            ]);
            await people.meet(partners(channel, myId(state())));
            store.dispatch({type: 'CHANNELS_RECEIVED', channels: [channel]});
            store.dispatch({type: 'CHANNEL_MEMBERS_RECEIVED', members: [member]});
        },
        async view(channelId) {
            store.dispatch({type: 'CHANNEL_VIEWED', channelId, at: Date.now()});
            try {
                await api.viewChannel(channelId);
            } catch (cause) {
                // The next look at the channel says it again.
                warn('the channel could not be marked as read', {channel: channelId}, cause);
            }
        },
    };
    return conversations;
}

function partners(channel: Channel, ownId: string): readonly string[] {
    return channel.type === 'D' ? [teammateId(channel, ownId)] : [];
}

function named(channels: Readonly<Record<string, Channel>>, place: Place): Channel | undefined {
    const all = Object.values(channels).filter((channel) => channel.delete_at === 0);
    return (
        (place.kind === 'channel'
            ? all.find((channel) => channel.name === place.name)
            : undefined) ??
        all.find((channel) => channel.name === 'town-square') ??
        all[0]
    );
}

async function findUser(
    people: People,
    state: ChatStore['getState'],
    username: string,
): Promise<string | undefined> {
    const known = (): string | undefined =>
        Object.values(state().entities.users.profiles).find((user) => user.username === username)
            ?.id;
    if (known() === undefined) {
        // Without an answer it is as if there were nobody of that name.
        await attempt(() => people.search(username));
    }
    return known();
}

function placeOf(state: ReturnType<ChatStore['getState']>, channel: Channel): Place {
    const team = currentTeam(state)?.name ?? '';
    const other =
        channel.type === 'D' ? userOf(state, teammateId(channel, myId(state))) : undefined;
    return other === undefined
        ? {kind: 'channel', team, name: channel.name}
        : {kind: 'person', team, username: other.username};
}
