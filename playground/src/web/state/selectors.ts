import {useSelector} from 'react-redux';
import type {Channel, ChannelMember, Post, Team, User} from '../api/schemas.ts';
import type {PluginComponent, State} from './shape.ts';

/** `useSelector` for this store. */
export function useChat<Part>(select: (state: State) => Part, equal?: Equal<Part>): Part {
    return useSelector<State, Part>(select, equal);
}

type Equal<Part> = (one: Part, other: Part) => boolean;

const nothing: readonly never[] = [];

export function me(state: State): User | undefined {
    return state.entities.users.profiles[state.entities.users.currentUserId];
}

export function myId(state: State): string {
    return state.entities.users.currentUserId;
}

export function userOf(state: State, id: string): User | undefined {
    return state.entities.users.profiles[id];
}

export function statusOf(state: State, id: string): string {
    return state.entities.users.statuses[id] ?? 'offline';
}

export function currentTeam(state: State): Team | undefined {
    return state.entities.teams.teams[state.entities.teams.currentTeamId];
}

export function currentChannel(state: State): Channel | undefined {
    return channelOf(state, state.entities.channels.currentChannelId);
}

export function channelOf(state: State, id: string): Channel | undefined {
    return state.entities.channels.channels[id];
}

export function memberOf(state: State, channelId: string): ChannelMember | undefined {
    return state.entities.channels.myMembers[channelId];
}

export function postOf(state: State, id: string): Post | undefined {
    return state.entities.posts.posts[id];
}

/** The id of whom one talks to in a direct channel; one's own in the talk with oneself. */
export function teammateId(channel: Channel, ownId: string): string {
    const [first = '', second = ''] = channel.name.split('__');
    return first === ownId ? second : first;
}

/** What a channel is called in front of the user. */
export function channelTitle(state: State, channel: Channel): string {
    if (channel.type !== 'D') {
        return channel.display_name === '' ? channel.name : channel.display_name;
    }
    const other = userOf(state, teammateId(channel, myId(state)));
    return other === undefined ? 'Direct message' : fullName(other);
}

/** The name of a person as a reader wants it, or @name where there is none. */
export function fullName(user: User): string {
    const full = `${user.first_name} ${user.last_name}`.trim();
    return full === '' ? (user.nickname === '' ? user.username : user.nickname) : full;
}

/** Whether a user is a bot that one can talk to; the server's own is none. */
export function isPublicBot(user: User): boolean {
    return user.is_bot && user.delete_at === 0 && user.username !== 'system-bot';
}

/** Messages that the user has not seen, and how many of them name the user. */
export function unreadOf(state: State, channel: Channel): {unread: boolean; mentions: number} {
    const member = memberOf(state, channel.id);
    if (member === undefined) {
        return {unread: false, mentions: 0};
    }
    const missing = channel.total_msg_count - member.msg_count;
    const talk = channel.type === 'D' || channel.type === 'G';
    return {
        unread: missing > 0 || member.mention_count > 0,
        mentions: talk ? Math.max(missing, member.mention_count) : member.mention_count,
    };
}

/** The components that plugins put at one place. */
export function pluginComponents(state: State, place: string): readonly PluginComponent[] {
    return state.plugins.components[place] ?? nothing;
}

/** The users who type at a place right now, the user left out. */
export function typists(state: State, place: string): readonly string[] {
    const found = state.entities.typing[place];
    return found === undefined ? nothing : Object.keys(found).filter((id) => id !== myId(state));
}

/** Ids of a channel's root posts, newest first. */
export function channelOrder(state: State, channelId: string): readonly string[] {
    return state.entities.posts.postsInChannel[channelId]?.[0]?.order ?? nothing;
}

/** Ids of a thread's replies, oldest first. */
export function threadOrder(state: State, rootId: string): readonly string[] {
    const {posts, postsInThread} = state.entities.posts;
    const createAt = (id: string): number => posts[id]?.create_at ?? 0;
    return [...(postsInThread[rootId] ?? nothing)].sort(
        (one, other) => createAt(one) - createAt(other),
    );
}

/** Equality of two lists by their items. */
export function sameItems(one: readonly unknown[], other: readonly unknown[]): boolean {
    return one.length === other.length && one.every((item, index) => item === other[index]);
}
