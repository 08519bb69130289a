import type {Channel, ChannelMember} from '../api/schemas.ts';
import type {Action} from './actions.ts';
import {withAll, without} from './maps.ts';
import type {ChannelsState} from './shape.ts';

const none: ChannelsState = {currentChannelId: '', channels: {}, myMembers: {}};

/** `entities.channels` */
export function channels(state: ChannelsState = none, action: Action): ChannelsState {
    switch (action.type) {
        case 'SESSION_ENDED':
            return none;
        case 'CHANNELS_RECEIVED':
            return {
                ...state,
                channels: withAll(state.channels, action.channels, (channel) => channel.id),
            };
        case 'CHANNEL_MEMBERS_RECEIVED':
            return {
                ...state,
                myMembers: withAll(state.myMembers, action.members, (member) => member.channel_id),
            };
        case 'CHANNEL_LEFT':
            return {
                currentChannelId:
                    state.currentChannelId === action.channelId ? '' : state.currentChannelId,
                channels: without(state.channels, action.channelId),
                myMembers: without(state.myMembers, action.channelId),
            };
        case 'CHANNEL_SELECTED':
            return {...state, currentChannelId: action.channelId};
        case 'CHANNEL_VIEWED':
            return patch(
                state,
                action.channelId,
                (channel) => channel,
                (member, channel) => ({
                    ...member,
                    last_viewed_at: Math.max(member.last_viewed_at, action.at),
                    msg_count: channel.total_msg_count,
                    msg_count_root: channel.total_msg_count_root,
                    mention_count: 0,
                    mention_count_root: 0,
                }),
            );
        case 'MESSAGE_COUNTED':
            return patch(
                state,
                action.channelId,
                (channel) => ({
                    ...channel,
                    last_post_at: Math.max(channel.last_post_at, action.at),
                    total_msg_count: channel.total_msg_count + 1,
                }),
                (member) => ({
                    ...member,
                    msg_count: member.msg_count + (action.own ? 1 : 0),
                    mention_count: member.mention_count + (action.mention ? 1 : 0),
                }),
            );
        default:
            return state;
    }
}

function patch(
    state: ChannelsState,
    channelId: string,
    channelOf: (channel: Channel) => Channel,
    memberOf: (member: ChannelMember, channel: Channel) => ChannelMember,
): ChannelsState {
    const channel = state.channels[channelId];
    const member = state.myMembers[channelId];
    if (channel === undefined) {
        return state;
    }
    const next = channelOf(channel);
    return {
        ...state,
        channels: next === channel ? state.channels : {...state.channels, [channelId]: next},
        myMembers:
            member === undefined
                ? state.myMembers
                : {...state.myMembers, [channelId]: memberOf(member, next)},
    };
}
