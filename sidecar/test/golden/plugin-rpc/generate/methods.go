package main

import (
	"net/http"

	"github.com/mattermost/mattermost/server/public/plugin"
)

// The arguments of the server's own methods, by the names on the wire; a new call or hook gets a line here.
var api = map[string]any{
	"KVGet":                     plugin.Z_KVGetArgs{},
	"KVSetWithOptions":          plugin.Z_KVSetWithOptionsArgs{},
	"KVDelete":                  plugin.Z_KVDeleteArgs{},
	"KVList":                    plugin.Z_KVListArgs{},
	"EnsureBotUser":             plugin.Z_EnsureBotUserArgs{},
	"GetBot":                    plugin.Z_GetBotArgs{},
	"CreateBot":                 plugin.Z_CreateBotArgs{},
	"UpdateBotActive":           plugin.Z_UpdateBotActiveArgs{},
	"SetProfileImage":           plugin.Z_SetProfileImageArgs{},
	"CreateUserAccessToken":     plugin.Z_CreateUserAccessTokenArgs{},
	"RevokeUserAccessToken":     plugin.Z_RevokeUserAccessTokenArgs{},
	"GetUser":                   plugin.Z_GetUserArgs{},
	"GetUserByUsername":         plugin.Z_GetUserByUsernameArgs{},
	"GetUsers":                  plugin.Z_GetUsersArgs{},
	"GetPreferencesForUser":     plugin.Z_GetPreferencesForUserArgs{},
	"UpdatePreferencesForUser":  plugin.Z_UpdatePreferencesForUserArgs{},
	"GetTeamsForUser":           plugin.Z_GetTeamsForUserArgs{},
	"CreateTeamMember":          plugin.Z_CreateTeamMemberArgs{},
	"GetSession":                plugin.Z_GetSessionArgs{},
	"HasPermissionTo":           plugin.Z_HasPermissionToArgs{},
	"HasPermissionToTeam":       plugin.Z_HasPermissionToTeamArgs{},
	"HasPermissionToChannel":    plugin.Z_HasPermissionToChannelArgs{},
	"GetChannel":                plugin.Z_GetChannelArgs{},
	"GetChannelsForTeamForUser": plugin.Z_GetChannelsForTeamForUserArgs{},
	"GetDirectChannel":          plugin.Z_GetDirectChannelArgs{},
	"GetChannelMember":          plugin.Z_GetChannelMemberArgs{},
	"AddChannelMember":          plugin.Z_AddChannelMemberArgs{},
	"GetPost":                   plugin.Z_GetPostArgs{},
	"CreatePost":                plugin.Z_CreatePostArgs{},
	"UpdatePost":                plugin.Z_UpdatePostArgs{},
	"DeletePost":                plugin.Z_DeletePostArgs{},
	"GetPostThread":             plugin.Z_GetPostThreadArgs{},
	"GetPostsForChannel":        plugin.Z_GetPostsForChannelArgs{},
	"GetPostsAfter":             plugin.Z_GetPostsAfterArgs{},
	"GetPostsBefore":            plugin.Z_GetPostsBeforeArgs{},
	"SendEphemeralPost":         plugin.Z_SendEphemeralPostArgs{},
	"UpdateEphemeralPost":       plugin.Z_UpdateEphemeralPostArgs{},
	"DeleteEphemeralPost":       plugin.Z_DeleteEphemeralPostArgs{},
	"AddReaction":               plugin.Z_AddReactionArgs{},
	"RemoveReaction":            plugin.Z_RemoveReactionArgs{},
	"GetFileInfo":               plugin.Z_GetFileInfoArgs{},
	"GetFile":                   plugin.Z_GetFileArgs{},
	"UploadFile":                plugin.Z_UploadFileArgs{},
	"PublishWebSocketEvent":     plugin.Z_PublishWebSocketEventArgs{},
	"PublishUserTyping":         plugin.Z_PublishUserTypingArgs{},
	"PublishPluginClusterEvent": plugin.Z_PublishPluginClusterEventArgs{},
	"RegisterCommand":           plugin.Z_RegisterCommandArgs{},
	"UnregisterCommand":         plugin.Z_UnregisterCommandArgs{},
	"OpenInteractiveDialog":     plugin.Z_OpenInteractiveDialogArgs{},
	"GetServerVersion":          plugin.Z_GetServerVersionArgs{},
	"GetBundlePath":             plugin.Z_GetBundlePathArgs{},
	"GetConfig":                 plugin.Z_GetConfigArgs{},
	"GetLicense":                plugin.Z_GetLicenseArgs{},
	"LoadPluginConfiguration":   plugin.Z_LoadPluginConfigurationArgsArgs{},
	"SavePluginConfig":          plugin.Z_SavePluginConfigArgs{},
	"GetDiagnosticId":           plugin.Z_GetDiagnosticIdArgs{},
	"GetSystemInstallDate":      plugin.Z_GetSystemInstallDateArgs{},
	"LogDebug":                  plugin.Z_LogDebugArgs{},
	"LogInfo":                   plugin.Z_LogInfoArgs{},
	"LogWarn":                   plugin.Z_LogWarnArgs{},
	"LogError":                  plugin.Z_LogErrorArgs{},
	"PluginHTTPStream":          plugin.Z_PluginHTTPStreamArgs{},
}

// What the server decodes replies of hooks into; nil where it drops them.
var hooks = map[string]any{
	"Implemented":                   []string{},
	"ServeHTTP":                     nil,
	"OnActivate":                    plugin.Z_OnActivateReturns{},
	"OnDeactivate":                  plugin.Z_OnDeactivateReturns{},
	"OnConfigurationChange":         plugin.Z_OnConfigurationChangeReturns{},
	"ExecuteCommand":                plugin.Z_ExecuteCommandReturns{},
	"MessageHasBeenPosted":          plugin.Z_MessageHasBeenPostedReturns{},
	"MessageHasBeenUpdated":         plugin.Z_MessageHasBeenUpdatedReturns{},
	"MessageHasBeenDeleted":         plugin.Z_MessageHasBeenDeletedReturns{},
	"ReactionHasBeenAdded":          plugin.Z_ReactionHasBeenAddedReturns{},
	"ReactionHasBeenRemoved":        plugin.Z_ReactionHasBeenRemovedReturns{},
	"UserHasJoinedChannel":          plugin.Z_UserHasJoinedChannelReturns{},
	"UserHasLeftChannel":            plugin.Z_UserHasLeftChannelReturns{},
	"UserHasJoinedTeam":             plugin.Z_UserHasJoinedTeamReturns{},
	"UserHasLeftTeam":               plugin.Z_UserHasLeftTeamReturns{},
	"ChannelHasBeenCreated":         plugin.Z_ChannelHasBeenCreatedReturns{},
	"UserHasBeenDeactivated":        plugin.Z_UserHasBeenDeactivatedReturns{},
	"OnPluginClusterEvent":          plugin.Z_OnPluginClusterEventReturns{},
	"OnWebSocketConnect":            plugin.Z_OnWebSocketConnectReturns{},
	"OnWebSocketDisconnect":         plugin.Z_OnWebSocketDisconnectReturns{},
	"WebSocketMessageHasBeenPosted": plugin.Z_WebSocketMessageHasBeenPostedReturns{},
}

// The arguments of the server's http.ResponseWriter.
var writer = map[string]any{
	"SyncHeader":  http.Header{},
	"WriteHeader": int(0),
	"Write":       []byte{},
	"Flush":       struct{}{},
}

// What go-plugin's client decodes replies into.
var control = map[string]any{
	"Control.Ping":       struct{}{},
	"Control.Quit":       struct{}{},
	"Dispenser.Dispense": uint32(0),
}
