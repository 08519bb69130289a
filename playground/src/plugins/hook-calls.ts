import {errorOf} from '../../../sidecar/src/contract/errors.ts';
import type {Log} from '../../../sidecar/src/contract/log.ts';
import {hookMethods as hooks} from '../../../sidecar/src/mattermost/plugin-api/wire/hook-methods.ts';
import type {RpcMethod} from '../../../sidecar/src/rpc/net-rpc/method.ts';
import {newId} from '../identifiers.ts';
import type {WorldEvent} from '../world/events.ts';
import type {ChannelRow, PostRow} from '../world/records.ts';
import {without} from '../world/without.ts';
import type {World} from '../world/world.ts';
import type {ActivePlugin} from './active-plugin.ts';
import {
    wireChannel,
    wireChannelMember,
    wirePost,
    wireReaction,
    wireTeamMember,
    wireUser,
} from './wire-values.ts';

/** What hooks are called with. */
export interface HookCallDeps {
    readonly world: World;
    readonly log: Log;
    /** The plugins whose processes run now. */
    readonly running: () => readonly ActivePlugin[];
}

type CallHook = <Args, Read>(
    method: RpcMethod<Args, Read, Record<string, never>, unknown>,
    args: Args,
) => void;

/**
 * Calls the hooks of all plugins for what happens in the world. Nobody waits for them, so they are on
 * their way before the answer to the request that caused them, and come in no order.
 */
export function callHooks({world, log, running}: HookCallDeps): Disposable {
    const callOne = (plugin: ActivePlugin, name: string, calling: Promise<unknown>): void => {
        calling.catch((error: unknown) => {
            log.error(`RPC call ${name} to plugin failed.`, {
                plugin_id: plugin.id,
                error: errorOf(error),
            });
        });
    };
    const call: CallHook = (method, args) => {
        const name = method.name.slice('Plugin.'.length);
        for (const plugin of running().filter((one) => one.has(name))) {
            // What the event is a part of, such as making a channel with its members, goes first.
            queueMicrotask(() => callOne(plugin, name, plugin.call(method, args)));
        }
    };
    return world.core.subscribe((event) => {
        if (running().length > 0) {
            callFor(world, call, event);
        }
    });
}

function callFor(world: World, call: CallHook, event: WorldEvent): void {
    switch (event.kind) {
        case 'post-created':
        case 'post-updated':
        case 'post-deleted':
            callForPost(call, event);
            break;
        case 'reaction-added':
            call(hooks.reactionHasBeenAdded, {A: request(), B: wireReaction(event.reaction)});
            break;
        case 'reaction-removed':
            call(hooks.reactionHasBeenRemoved, {A: request(), B: wireReaction(event.reaction)});
            break;
        case 'channel-created': {
            const channel = world.channels.require(event.channelId);
            if (isMadeBySomebody(channel)) {
                call(hooks.channelHasBeenCreated, {A: request(), B: wireChannel(channel)});
            }
            break;
        }
        case 'channel-joined':
        case 'channel-left':
            callForMember(world, call, event);
            break;
        case 'team-joined':
        case 'team-left':
            callForTeamMember(world, call, event);
            break;
        case 'user-deactivated': {
            const user = wireUser(world.users.require(event.userId));
            call(hooks.userHasBeenDeactivated, {A: request(), B: user});
            break;
        }
        case 'published':
        case 'user-invalidated':
        case 'config-changed':
            break;
    }
}

function request() {
    return {RequestId: newId()};
}

/** The default channels of a new team come without a hook. */
function isMadeBySomebody(channel: ChannelRow): boolean {
    return channel.creator_id !== '' || channel.team_id === '';
}

type PostEvent = Extract<WorldEvent, {kind: 'post-created' | 'post-updated' | 'post-deleted'}>;

function callForPost(call: CallHook, event: PostEvent): void {
    const {post} = event;
    switch (event.kind) {
        case 'post-created':
            call(hooks.messageHasBeenPosted, {A: request(), B: wirePost(post, 'typed')});
            break;
        case 'post-updated':
            call(hooks.messageHasBeenUpdated, {
                A: request(),
                B: wirePost(post, 'json'),
                C: wirePost(event.before, 'json'),
            });
            break;
        case 'post-deleted':
            call(hooks.messageHasBeenDeleted, {A: request(), B: wirePost(alive(post), 'json')});
            break;
    }
}

/** A deleted post is told of as it was before. */
function alive(post: PostRow): PostRow {
    return {...post, delete_at: 0, props: without(post.props, 'deleteBy')};
}

type MemberEvent = Extract<WorldEvent, {kind: 'channel-joined' | 'channel-left'}>;

function callForMember(world: World, call: CallHook, event: MemberEvent): void {
    const {channelId, userId} = event;
    const member = world.channels.member(channelId, userId);
    const actor = world.users.get(event.actorId);
    call(event.kind === 'channel-joined' ? hooks.userHasJoinedChannel : hooks.userHasLeftChannel, {
        A: request(),
        B:
            member === undefined
                ? {ChannelId: channelId, UserId: userId, Roles: 'channel_user', SchemeUser: true}
                : wireChannelMember(member),
        C: actor && wireUser(actor),
    });
}

type TeamMemberEvent = Extract<WorldEvent, {kind: 'team-joined' | 'team-left'}>;

function callForTeamMember(world: World, call: CallHook, event: TeamMemberEvent): void {
    const {teamId, userId} = event;
    const member = world.teams.member(teamId, userId);
    const actor = world.users.get(event.actorId);
    call(event.kind === 'team-joined' ? hooks.userHasJoinedTeam : hooks.userHasLeftTeam, {
        A: request(),
        B:
            member === undefined
                ? {TeamId: teamId, UserId: userId, DeleteAt: world.core.now()}
                : wireTeamMember(member),
        C: actor && wireUser(actor),
    });
}
