import type {Channels} from './channels.ts';
import type {Core} from './core.ts';
import type {Ephemerals} from './ephemerals.ts';
import {isSystemPost} from './post-rules.ts';
import type {PostRow, UserRow} from './records.ts';
import type {Teams} from './teams.ts';
import type {Users} from './users.ts';

interface Deps {
    readonly core: Core;
    readonly users: Users;
    readonly teams: Teams;
    readonly channels: Channels;
    readonly ephemerals: Ephemerals;
}

/** Tells the author of a post which people it named in vain: those who are not in the channel. */
export function tellOfOutsiders(deps: Deps, post: PostRow, names: readonly string[]): void {
    const channel = deps.channels.require(post.channel_id);
    if (isSystemPost(post.type) || channel.team_id === '' || names.length === 0) {
        return;
    }
    const named = [...new Set(names.map((name) => name.toLowerCase()))]
        .map((name) => deps.users.byUsername(name))
        .filter((user) => user !== undefined && user.delete_at === 0 && !user.is_bot)
        .filter((user) => user !== undefined)
        .toSorted((a, b) => (a.username < b.username ? -1 : 1));
    const isInTeam = (user: UserRow): boolean =>
        deps.teams.member(channel.team_id, user.id) !== undefined;
    const inTeam = named.filter(isInTeam);
    const outside = named.filter((user) => !isInTeam(user));
    if (inTeam.length > 0) {
        const id = deps.core.newId();
        send(deps, post, id, inChannelSentence(inTeam), {
            add_channel_member: {
                post_id: id,
                usernames: inTeam.map((user) => user.username),
                not_in_channel_usernames: inTeam.map((user) => user.username),
                user_ids: inTeam.map((user) => user.id),
                not_in_channel_user_ids: inTeam.map((user) => user.id),
                not_in_groups_usernames: [],
                not_in_groups_user_ids: [],
            },
        });
    }
    if (outside.length > 0) {
        send(deps, post, deps.core.newId(), inTeamSentence(outside), {});
    }
}

function send(
    deps: Deps,
    post: PostRow,
    id: string,
    message: string,
    props: Record<string, unknown>,
): void {
    deps.ephemerals.send(post.user_id, {
        id,
        user_id: '',
        channel_id: post.channel_id,
        root_id: post.root_id,
        create_at: post.create_at + 1,
        message,
        props,
    });
}

function nameList(users: readonly UserRow[]): string {
    const names = users.map((user) => `@${user.username}`);
    const last = names.pop() ?? '';
    return names.length === 0 ? last : `${names.join(', ')} and ${last}`;
}

function inChannelSentence(users: readonly UserRow[]): string {
    const reason = 'because they are not in the channel.';
    return `${nameList(users)} did not get notified by this mention ${reason}`;
}

function inTeamSentence(users: readonly UserRow[]): string {
    const reason =
        users.length === 1
            ? "because they aren't a member of this team."
            : "because they aren't members of this team.";
    return `${nameList(users)} didn't get notified by this mention ${reason}`;
}
