import {opaqueText} from '../../../rpc/gob/codecs.ts';
import {any} from '../../../rpc/gob/interface-value.ts';
import {bool, bytes, int, map, optional, slice, string, struct} from '../../../rpc/gob/schema.ts';
import {session} from './people.ts';

/** Who asked, in hooks that a request caused. */
export const context = struct('Context', {
    SessionId: string,
    RequestId: string,
    IPAddress: string,
    AcceptLanguage: string,
    UserAgent: string,
});

/** How a value is put into the KV store; `OldValue` without `Atomic` is refused. */
export const kvSetOptions = struct('PluginKVSetOptions', {
    Atomic: bool,
    OldValue: bytes,
    ExpireInSeconds: int,
});

/** Who gets a WebSocket event; all empty = every user of the server. */
export const websocketBroadcast = struct('WebsocketBroadcast', {
    OmitUsers: map(bool),
    UserId: string,
    ChannelId: string,
    TeamId: string,
    ConnectionId: string,
    OmitConnectionId: string,
    ContainsSanitizedData: bool,
    ContainsSensitiveData: bool,
    ReliableClusterSend: bool,
});

/** What the plugin's processes on a cluster's nodes tell each other. */
export const pluginClusterEvent = struct('PluginClusterEvent', {Id: string, Data: bytes});

/** `SendType` is `reliable` or `best_effort`; no `TargetId` = all other nodes. */
export const pluginClusterEventSendOptions = struct('PluginClusterEventSendOptions', {
    SendType: string,
    TargetId: string,
});

/** A message of a client over its WebSocket. `Data` may hold secrets: see `hooks.ts`. */
export const webSocketRequest = struct('WebSocketRequest', {
    Seq: int,
    Action: string,
    Data: map(any),
    Session: session,
    Locale: string,
});

/** An HTTP request; its body comes by a stream of its own. */
export const httpRequest = struct('HTTPRequestSubset', {
    Method: string,
    URL: optional(opaqueText('URL', 'BinaryMarshaler')),
    Proto: string,
    ProtoMajor: int,
    ProtoMinor: int,
    Header: map(slice(string)),
    Host: string,
    RemoteAddr: string,
    RequestURI: string,
});

/** The few of the server's settings that we read, of some six hundred. */
export const config = struct('Config', {
    ServiceSettings: struct('ServiceSettings', {
        SiteURL: optional(string),
        EnableUserAccessTokens: optional(bool),
        EnableBotAccountCreation: optional(bool),
        EnablePostUsernameOverride: optional(bool),
        EnablePostIconOverride: optional(bool),
        EnableCommands: optional(bool),
        EnableIncomingWebhooks: optional(bool),
        EnableOutgoingWebhooks: optional(bool),
        EnableLatex: optional(bool),
        EnableInlineLatex: optional(bool),
        PostEditTimeLimit: optional(int),
        OutgoingIntegrationRequestsTimeout: optional(int),
        WriteTimeout: optional(int),
    }),
    FileSettings: struct('FileSettings', {
        EnableFileAttachments: optional(bool),
        MaxFileSize: optional(int),
    }),
    ClusterSettings: struct('ClusterSettings', {Enable: optional(bool)}),
    FeatureFlags: optional(struct('FeatureFlags', {MmBlocksEnabled: bool})),
});

/** What we read of the server's licence. */
export const licence = struct('License', {SkuShortName: string});
