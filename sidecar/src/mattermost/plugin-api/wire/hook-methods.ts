import {any} from '../../../rpc/gob/interface-value.ts';
import {emptyStruct, optional, slice, string, struct, uint} from '../../../rpc/gob/schema.ts';
import {rpcMethod} from '../../../rpc/net-rpc/method.ts';
import {commandArgs, commandResponse} from './commands.ts';
import {appError} from './errors.ts';
import {channel, channelMember, teamMember, user} from './people.ts';
import {pluginMethod as hook} from './plugin-method.ts';
import {post, reaction} from './posts.ts';
import {context, httpRequest, pluginClusterEvent, webSocketRequest} from './server.ts';

/** Where Go has the type `error`: an `AppError`, an `ErrorString` or nothing. */
const onlyError = {A: any};
const by = optional(context);
const member = {A: by, B: optional(channelMember), C: optional(user)};
const memberOfTeam = {A: by, B: optional(teamMember), C: optional(user)};
const http = {
    ResponseWriterStream: uint,
    Request: optional(httpRequest),
    Context: by,
    RequestBodyStream: uint,
};

/** Every hook that is used, with what the server sends and what it must get back. */
export const hookMethods = {
    implemented: rpcMethod('Plugin.Implemented', emptyStruct, slice(string)),
    onActivate: hook('OnActivate', {APIMuxId: uint, DriverMuxId: uint}, onlyError),
    onDeactivate: hook('OnDeactivate', {}, onlyError),
    onConfigurationChange: hook('OnConfigurationChange', {}, onlyError),
    /** Nothing comes back: the answer goes through the response writer's stream. */
    serveHTTP: rpcMethod('Plugin.ServeHTTP', struct('Z_ServeHTTPArgs', http), emptyStruct),
    executeCommand: hook(
        'ExecuteCommand',
        {A: by, B: optional(commandArgs)},
        {A: optional(commandResponse), B: optional(appError)},
    ),
    messageHasBeenPosted: hook('MessageHasBeenPosted', {A: by, B: optional(post)}, {}),
    messageHasBeenUpdated: hook(
        'MessageHasBeenUpdated',
        {A: by, B: optional(post), C: optional(post)},
        {},
    ),
    messageHasBeenDeleted: hook('MessageHasBeenDeleted', {A: by, B: optional(post)}, {}),
    reactionHasBeenAdded: hook('ReactionHasBeenAdded', {A: by, B: optional(reaction)}, {}),
    reactionHasBeenRemoved: hook('ReactionHasBeenRemoved', {A: by, B: optional(reaction)}, {}),
    userHasJoinedChannel: hook('UserHasJoinedChannel', member, {}),
    userHasLeftChannel: hook('UserHasLeftChannel', member, {}),
    userHasJoinedTeam: hook('UserHasJoinedTeam', memberOfTeam, {}),
    userHasLeftTeam: hook('UserHasLeftTeam', memberOfTeam, {}),
    channelHasBeenCreated: hook('ChannelHasBeenCreated', {A: by, B: optional(channel)}, {}),
    userHasBeenDeactivated: hook('UserHasBeenDeactivated', {A: by, B: optional(user)}, {}),
    onPluginClusterEvent: hook('OnPluginClusterEvent', {A: by, B: pluginClusterEvent}, {}),
    onWebSocketConnect: hook('OnWebSocketConnect', {A: string, B: string}, {}),
    onWebSocketDisconnect: hook('OnWebSocketDisconnect', {A: string, B: string}, {}),
    webSocketMessageHasBeenPosted: hook(
        'WebSocketMessageHasBeenPosted',
        {A: string, B: string, C: optional(webSocketRequest)},
        {},
    ),
} as const;
