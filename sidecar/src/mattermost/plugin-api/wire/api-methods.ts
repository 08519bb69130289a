import {any} from '../../../rpc/gob/interface-value.ts';
import {bool, bytes, int, map, optional, slice, string, uint} from '../../../rpc/gob/schema.ts';
import {command, openDialogRequest} from './commands.ts';
import {appError} from './errors.ts';
import {
    bot,
    channel,
    channelMember,
    permission,
    preference,
    session,
    team,
    teamMember,
    user,
    userAccessToken,
    userGetOptions,
} from './people.ts';
import {pluginMethod as call} from './plugin-method.ts';
import {fileInfo, post, postList, reaction} from './posts.ts';
import {
    config,
    httpRequest,
    kvSetOptions,
    licence,
    pluginClusterEvent,
    pluginClusterEventSendOptions,
    websocketBroadcast,
} from './server.ts';

/** The second result of most calls, or the only one: present = the call failed. */
const failure = optional(appError);
const onlyFailure = {A: failure};
/** Where Go has the type `error`: an `AppError`, an `ErrorString` or nothing. */
const onlyError = {A: any};
const logLine = {A: string, B: slice(any)};

/**
 * Every call of the plugin API that is used, with what it takes and gives. Pointer fields are
 * `optional`; an argument that is one must be sent all the same, or the whole server goes down.
 */
export const apiMethods = {
    kvGet: call('KVGet', {A: string}, {A: bytes, B: failure}),
    kvSetWithOptions: call(
        'KVSetWithOptions',
        {A: string, B: bytes, C: kvSetOptions},
        {A: bool, B: failure},
    ),
    kvDelete: call('KVDelete', {A: string}, onlyFailure),
    kvList: call('KVList', {A: int, B: int}, {A: slice(string), B: failure}),

    ensureBotUser: call('EnsureBotUser', {A: optional(bot)}, {A: string, B: any}),
    getBot: call('GetBot', {A: string, B: bool}, {A: optional(bot), B: failure}),
    createBot: call('CreateBot', {A: optional(bot)}, {A: optional(bot), B: failure}),
    updateBotActive: call('UpdateBotActive', {A: string, B: bool}, {A: optional(bot), B: failure}),
    setProfileImage: call('SetProfileImage', {A: string, B: bytes}, onlyFailure),
    createUserAccessToken: call(
        'CreateUserAccessToken',
        {A: optional(userAccessToken)},
        {A: optional(userAccessToken), B: failure},
    ),
    revokeUserAccessToken: call('RevokeUserAccessToken', {A: string}, onlyFailure),

    getUser: call('GetUser', {A: string}, {A: optional(user), B: failure}),
    getUsers: call('GetUsers', {A: optional(userGetOptions)}, {A: slice(user), B: failure}),
    getUserByUsername: call('GetUserByUsername', {A: string}, {A: optional(user), B: failure}),
    getPreferencesForUser: call(
        'GetPreferencesForUser',
        {A: string},
        {A: slice(preference), B: failure},
    ),
    updatePreferencesForUser: call(
        'UpdatePreferencesForUser',
        {A: string, B: slice(preference)},
        onlyFailure,
    ),
    getTeamsForUser: call('GetTeamsForUser', {A: string}, {A: slice(team), B: failure}),
    createTeamMember: call(
        'CreateTeamMember',
        {A: string, B: string},
        {A: optional(teamMember), B: failure},
    ),
    getSession: call('GetSession', {A: string}, {A: optional(session), B: failure}),
    hasPermissionTo: call('HasPermissionTo', {A: string, B: optional(permission)}, {A: bool}),
    hasPermissionToTeam: call(
        'HasPermissionToTeam',
        {A: string, B: string, C: optional(permission)},
        {A: bool},
    ),
    hasPermissionToChannel: call(
        'HasPermissionToChannel',
        {A: string, B: string, C: optional(permission)},
        {A: bool},
    ),

    getChannel: call('GetChannel', {A: string}, {A: optional(channel), B: failure}),
    getChannelsForTeamForUser: call(
        'GetChannelsForTeamForUser',
        {A: string, B: string, C: bool},
        {A: slice(channel), B: failure},
    ),
    getDirectChannel: call(
        'GetDirectChannel',
        {A: string, B: string},
        {A: optional(channel), B: failure},
    ),
    getChannelMember: call(
        'GetChannelMember',
        {A: string, B: string},
        {A: optional(channelMember), B: failure},
    ),
    addChannelMember: call(
        'AddChannelMember',
        {A: string, B: string},
        {A: optional(channelMember), B: failure},
    ),

    getPost: call('GetPost', {A: string}, {A: optional(post), B: failure}),
    createPost: call('CreatePost', {A: optional(post)}, {A: optional(post), B: failure}),
    updatePost: call('UpdatePost', {A: optional(post)}, {A: optional(post), B: failure}),
    deletePost: call('DeletePost', {A: string}, onlyFailure),
    getPostThread: call('GetPostThread', {A: string}, {A: optional(postList), B: failure}),
    getPostsForChannel: call(
        'GetPostsForChannel',
        {A: string, B: int, C: int},
        {A: optional(postList), B: failure},
    ),
    getPostsAfter: call(
        'GetPostsAfter',
        {A: string, B: string, C: int, D: int},
        {A: optional(postList), B: failure},
    ),
    getPostsBefore: call(
        'GetPostsBefore',
        {A: string, B: string, C: int, D: int},
        {A: optional(postList), B: failure},
    ),
    sendEphemeralPost: call(
        'SendEphemeralPost',
        {A: string, B: optional(post)},
        {A: optional(post)},
    ),
    updateEphemeralPost: call(
        'UpdateEphemeralPost',
        {A: string, B: optional(post)},
        {A: optional(post)},
    ),
    deleteEphemeralPost: call('DeleteEphemeralPost', {A: string, B: string}, {}),
    addReaction: call('AddReaction', {A: optional(reaction)}, {A: optional(reaction), B: failure}),
    removeReaction: call('RemoveReaction', {A: optional(reaction)}, onlyFailure),

    getFileInfo: call('GetFileInfo', {A: string}, {A: optional(fileInfo), B: failure}),
    getFile: call('GetFile', {A: string}, {A: bytes, B: failure}),
    uploadFile: call(
        'UploadFile',
        {A: bytes, B: string, C: string},
        {A: optional(fileInfo), B: failure},
    ),

    publishWebSocketEvent: call(
        'PublishWebSocketEvent',
        {A: string, B: map(any), C: optional(websocketBroadcast)},
        {},
    ),
    publishUserTyping: call('PublishUserTyping', {A: string, B: string, C: string}, onlyFailure),
    publishPluginClusterEvent: call(
        'PublishPluginClusterEvent',
        {A: pluginClusterEvent, B: pluginClusterEventSendOptions},
        onlyError,
    ),
    registerCommand: call('RegisterCommand', {A: optional(command)}, onlyError),
    unregisterCommand: call('UnregisterCommand', {A: string, B: string}, onlyError),
    openInteractiveDialog: call('OpenInteractiveDialog', {A: openDialogRequest}, onlyFailure),

    getServerVersion: call('GetServerVersion', {}, {A: string}),
    getBundlePath: call('GetBundlePath', {}, {A: string, B: any}),
    getConfig: call('GetConfig', {}, {A: optional(config)}),
    getLicense: call('GetLicense', {}, {A: optional(licence)}),
    /** JSON: defaults of the settings schema and the stored values, keys in lower case. */
    loadPluginConfiguration: call('LoadPluginConfiguration', {}, {A: bytes}),
    /** Replaces the whole map; hooks of all plugins run before it answers. */
    savePluginConfig: call('SavePluginConfig', {A: map(any)}, onlyFailure),
    getDiagnosticId: call('GetDiagnosticId', {}, {A: string}),
    getSystemInstallDate: call('GetSystemInstallDate', {}, {A: int, B: failure}),
    logDebug: call('LogDebug', logLine, {}),
    logInfo: call('LogInfo', logLine, {}),
    logWarn: call('LogWarn', logLine, {}),
    logError: call('LogError', logLine, {}),

    pluginHTTPStream: call(
        'PluginHTTPStream',
        {ResponseBodyStream: uint, Request: optional(httpRequest), RequestBodyStream: uint},
        {StatusCode: int, Header: map(slice(string))},
    ),
} as const;
