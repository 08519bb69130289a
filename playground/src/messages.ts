/** The server's English sentences for error ids; an id without one is its own text, as there. */
const sentences: Readonly<Record<string, string>> = {
    'playground.broken': 'The playground failed; its log says why.',
    'playground.not_implemented': 'The playground does not know {{.Route}}.',
    'api.bot.create_disabled': 'Bot creation has been disabled.',
    'api.channel.add_user_to_channel.type.app_error': 'Can not add user to this channel type.',
    'api.channel.create_channel.direct_channel.app_error':
        'Must use createDirectChannel API service for direct message channel creation.',
    'api.channel.create_channel.direct_channel.team_restricted_error':
        'A direct channel cannot be created between these users because they do not share a team in common.',
    'api.channel.create_direct_channel.invalid_user.app_error':
        'Invalid user ID for direct channel creation.',
    'api.channel.create_group.bad_size.app_error':
        'Group message channels must contain at least 3 and no more than 8 users.',
    'api.channel.create_group.bad_user.app_error': 'One of the provided users does not exist.',
    'api.channel.delete_channel.cannot.app_error':
        'Unable to delete the default channel {{.Channel}}.',
    'api.channel.delete_channel.deleted.app_error': 'The channel has been archived or deleted.',
    'api.channel.delete_channel.type.invalid': 'Unable to delete direct or group message channels',
    'api.channel.patch_update_channel.forbidden.app_error': 'Failed to update the channel.',
    'api.channel.patch_update_channel.no_changes.app_error': 'No changes in the patch.',
    'api.channel.patch_update_channel.update_direct_or_group_messages_not_allowed.app_error':
        'You are not allowed to update the name, display_name, and purpose of direct or group messages.',
    'api.channel.remove.default.app_error':
        'Unable to remove user from the default channel {{.Channel}}.',
    'api.channel.remove_channel_member.type.app_error': 'Unable to remove user from a channel.',
    'api.command.command_post.forbidden.app_error':
        'Specified user is not a member of specified channel.',
    'api.command.disabled.app_error': 'Commands have been disabled by the system admin.',
    'api.command.duplicate_trigger.app_error':
        'This trigger word is already in use. Please choose another word.',
    'api.command.execute_command.create_post_failed.app_error':
        "Command '{{.Trigger}}' failed to post response. Please contact your System Administrator.",
    'api.command.execute_command.deleted.error': 'Can not run command in deleted channel.',
    'api.command.execute_command.failed.app_error':
        "Command with a trigger of '{{.Trigger}}' failed.",
    'api.command.execute_command.failed_resp.app_error':
        "Command with a trigger of '{{.Trigger}}' returned response {{.Status}}.",
    'api.command.execute_command.not_found.app_error':
        'Command with a trigger of \'{{.Trigger}}\' not found. To send a message beginning with "/", try adding an empty space at the beginning of the message.',
    'api.command.execute_command.start.app_error': 'No command trigger found.',
    'api.command.team_mismatch.app_error': 'Unable to update commands across teams.',
    'api.context.404.app_error': 'Sorry, we could not find the page.',
    'api.context.invalid_body_param.app_error': 'Invalid or missing {{.Name}} in request body.',
    'api.context.invalid_param.app_error': 'Invalid {{.Name}} parameter.',
    'api.context.invalid_url_param.app_error':
        'Invalid or missing {{.Name}} parameter in request URL.',
    'api.context.permissions.app_error': 'You do not have the appropriate permissions.',
    'api.context.request_body_too_large.app_error':
        'Unable to process request. Request body too large.',
    'api.context.session_expired.app_error': 'Invalid or expired session, please login again.',
    'api.context.token_provided.app_error':
        'Session is not OAuth but token was provided in the query string.',
    'api.file.attachments.disabled.app_error':
        'File attachments have been disabled on this server.',
    'api.file.get_file_info.app_error': 'Failed to get file info.',
    'api.file.get_file_preview.no_preview.app_error': "File doesn't have a preview image.",
    'api.file.get_file_thumbnail.no_thumbnail.app_error': "File doesn't have a thumbnail image.",
    'api.file.upload_file.incorrect_number_of_client_ids.app_error':
        'Unable to upload file(s). Have {{.NumClientIds}} client_ids for {{.NumFiles}} files.',
    'api.file.upload_file.read_request.app_error':
        'Unable to upload file(s). Error reading or parsing request data.',
    'api.payload.parse.error': 'An error occurred while parsing the payload.',
    'api.plugin.upload.no_file.app_error': 'Missing file in multipart/form request.',
    'api.post.create_post.can_not_post_in_restricted_dm.error':
        'Cannot post to restricted direct message channel.',
    'api.post.create_post.can_not_post_to_deleted.error': 'Can not post to deleted channel.',
    'api.post.create_post.channel_root_id.app_error': 'Invalid ChannelId for RootId parameter.',
    'api.post.create_post.root_id.app_error': 'Invalid RootId parameter.',
    'api.post.deduplicate_create_post.pending':
        'Rejected post since another client is making the same request.',
    'api.post.delete_post.can_not_delete_from_restricted_dm.error':
        'Cannot delete a post in a restricted direct message channel.',
    'api.post.delete_post.can_not_delete_post_in_deleted.error':
        'Can not delete a post in a deleted channel.',
    'api.post.delete_post.not_enabled.app_error':
        'Cannot delete post, ServiceSettings.EnableAPIPostDeletion is not enabled.',
    'api.post.do_action.action_id.app_error': 'Invalid action id.',
    'api.post.do_action.action_integration.app_error': 'Action integration error.',
    'api.post.fill_in_post_props.invalid_ai_generated_user.app_error':
        'The AI-generated user must be either the post creator or a bot.',
    'api.post.patch_post.can_not_update_post_in_deleted.error':
        'Can not update a post in a deleted channel.',
    'api.post.patch_post.can_not_update_post_in_restricted_dm.error':
        'Cannot update post in restricted direct message channel.',
    'api.post.post_priority.priority_post_only_allowed_for_root_post.request_error':
        'Only root posts are allowed to have priority.',
    'api.post.posts_by_ids.invalid_body.request_error':
        'The number of Post IDs received has exceeded the maximum size of {{.MaxLength}}',
    'api.post.update_post.can_not_update_post_in_deleted.error':
        'Can not update a post in a deleted channel.',
    'api.post.update_post.can_not_update_post_in_restricted_dm.error':
        'Cannot update post in restricted direct message channel.',
    'api.post.update_post.permissions_time_limit.app_error':
        'Post edit is only allowed for {{.timeLimit}} seconds. Please ask your System Administrator for details.',
    'api.post.update_post.system_message.app_error': 'Unable to update system message.',
    'api.preference.preferences_category.get.app_error': 'Unable to get user preferences.',
    'api.preference.update_preferences.set.app_error': 'Unable to set user preferences.',
    'api.reaction.delete.archived_channel.app_error':
        'You cannot remove a reaction in an archived channel.',
    'api.reaction.delete.restricted_dm.error': 'Cannot react in restricted DM',
    'api.reaction.save.archived_channel.app_error': 'You cannot react in an archived channel.',
    'api.reaction.save.restricted_dm.error': 'Cannot react in restricted DM',
    'api.reaction.save_reaction.invalid.app_error': 'Reaction is not valid.',
    'api.reaction.save_reaction.user_id.app_error': 'You cannot save reaction for the other user.',
    'api.roles.get_multiple_by_name_too_many.request_error':
        'Unable to get that many roles by name. Only {{.MaxNames}} roles can be requested at once.',
    'api.status.user_not_found.app_error': 'User not found.',
    'api.team.remove_user_from_team.missing.app_error':
        'The user does not appear to be part of this team.',
    'api.user.autocomplete_users.missing_team_id.app_error':
        'Team id parameter is required to autocomplete by channel.',
    'api.user.login.blank_pwd.app_error': 'Password field must not be blank',
    'api.user.login.bot_login_forbidden.app_error': 'Bot login is forbidden.',
    'api.user.login.inactive.app_error':
        'Login failed because your account has been deactivated.  Please contact an administrator.',
    'api.user.login.invalid_credentials_email_username':
        'Enter a valid email or username and/or password.',
    'api.user.update_active.permissions.app_error': 'You do not have the appropriate permissions.',
    'api.web_socket.connect.upgrade.app_error':
        'URL Blocked because of CORS. Url: {{.BlockedOrigin}}',
    'api.web_socket_router.bad_action.app_error': 'Unknown WebSocket action.',
    'api.web_socket_router.bad_seq.app_error': 'Invalid sequence for WebSocket message.',
    'api.web_socket_router.no_action.app_error': 'No websocket action.',
    'api.web_socket_router.not_authenticated.app_error':
        'WebSocket connection is not authenticated. Please log in and try again.',
    'api.websocket_handler.invalid_param.app_error': 'Invalid {{.Name}} parameter.',
    'app.channel.add_member.deleted_user.app_error':
        'Unable to add the user as a member of the channel.',
    'app.channel.get.existing.app_error': 'Unable to find the existing channel {{.channel_id}}.',
    'app.channel.get_by_name.missing.app_error': 'Channel does not exist.',
    'app.channel.get_channels.not_found.app_error': 'No channels were found.',
    'app.channel.get_member.missing.app_error':
        'No channel member found for that user ID and channel ID.',
    'app.emoji.get_by_name.no_result': 'We couldn’t find the emoji.',
    'app.file_info.get.app_error': 'Unable to get the file info.',
    'app.lookup_interactive_dialog.decode_json_error':
        'Encountered an error decoding JSON response from interactive dialog lookup.',
    'app.plugin.disabled.app_error':
        'Plugins have been disabled. Please check your logs for details.',
    'app.plugin.extract.app_error': 'An error occurred extracting the plugin bundle.',
    'app.plugin.install_id.app_error':
        'Unable to install plugin. A plugin with the same ID is already installed.',
    'app.plugin.invalid_id.app_error':
        'Plugin Id must be at least {{.Min}} characters, at most {{.Max}} characters and match {{.Regex}}.',
    'app.plugin.invalid_version.app_error': 'Plugin version could not be parsed.',
    'app.plugin.manifest.app_error': 'Unable to find manifest for extracted plugin.',
    'app.plugin.not_installed.app_error': 'Plugin is not installed.',
    'app.plugin.upload_disabled.app_error': 'Plugins and/or plugin uploads have been disabled.',
    'app.plugin.webapp_bundle.app_error': 'Unable to generate plugin webapp bundle.',
    'app.post.get.app_error': 'Unable to get the post.',
    'app.post.save.app_error': 'Unable to save the Post.',
    'app.post.save.existing.app_error': 'You cannot update an existing Post.',
    'app.preference.get.app_error': 'We encountered an error while finding preferences.',
    'app.reaction.save.save.too_many_reactions': 'Reaction limit has been reached for this post.',
    'app.role.check_roles_exist.role_not_found': 'The provided role does not exist',
    'app.role.get.app_error': 'Unable to get role.',
    'app.role.get_by_name.app_error': 'Unable to get role.',
    'app.session.get.app_error': 'We encountered an error finding the session.',
    'app.submit_interactive_dialog.decode_json_error':
        'Encountered an error decoding JSON response from interactive dialog submission.',
    'app.submit_interactive_dialog.invalid_response':
        'Encountered an invalid response from interactive dialog submission.',
    'app.team.get.find.app_error': 'Unable to find the existing team.',
    'app.team.get_by_name.missing.app_error': 'Unable to find the existing team.',
    'app.team.get_member.missing.app_error': 'No team member found for that user ID and team ID.',
    'app.user.get_by_username.app_error':
        'Unable to find an existing account matching your username for this team. This team may require an invite from the team owner to join.',
    'app.user.missing_account.const': 'Unable to find the user.',
    'app.user.save.email_exists.app_error': 'An account with that email already exists.',
    'app.user.save.username_exists.app_error': 'An account with that username already exists.',
    'app.user_access_token.disabled':
        'Personal access tokens are disabled on this server. Please contact your system administrator for details.',
    'app.user_access_token.get_by_user.app_error':
        'Unable to get the personal access tokens by user.',
    'basic_security_check.url.too_long_error': 'URL is too long',
    'interactive_message.decode_trigger_id.base64_decode_failed':
        'Failed to decode base64 for trigger ID for interactive dialog.',
    'interactive_message.decode_trigger_id.expired':
        'Trigger ID for interactive dialog is expired. Trigger IDs live for a maximum of {{.Duration}}.',
    'interactive_message.decode_trigger_id.missing_data':
        'Trigger ID missing required data for interactive dialog.',
    'interactive_message.decode_trigger_id.signature_decode_failed':
        'Failed to decode base64 signature of trigger ID for interactive dialog.',
    'interactive_message.decode_trigger_id.verify_signature_failed':
        'Signature verification failed of trigger ID for interactive dialog.',
    'model.bot.is_valid.username.app_error': 'Invalid username.',
    'model.channel.is_valid.1_or_more.app_error':
        'Name must be 1 or more lowercase alphanumeric character.',
    'model.channel.is_valid.type.app_error': 'Invalid type.',
    'model.command.is_valid.description.app_error': 'Invalid description.',
    'model.command.is_valid.display_name.app_error': 'Invalid title.',
    'model.command.is_valid.method.app_error': 'Invalid Method.',
    'model.command.is_valid.trigger.app_error': 'Invalid trigger.',
    'model.command.is_valid.url.app_error': 'Invalid URL.',
    'model.command.is_valid.url_http.app_error':
        'Invalid URL. Must be a valid URL and start with http:// or https://.',
    'model.plugin_command_crash.error.app_error':
        '/{{.Command}} command crashed the {{.PluginId}} plugin. Please contact your system administrator',
    'model.plugin_command_error.error.app_error':
        'An error occurred while trying to execute this command.',
    'model.plugin_key_value.is_valid.key.app_error':
        'Invalid key, must be more than {{.Min}} and a of maximum {{.Max}} characters long.',
    'model.plugin_kvset_options.is_valid.old_value.app_error':
        "Invalid old value, it shouldn't be set when the operation is not atomic.",
    'model.post.is_valid.file_ids.app_error':
        'Invalid file ids. Note that uploads are limited to 10 files maximum. Please use additional posts for more files.',
    'model.post.is_valid.message_length.app_error':
        'Post Message property is longer than the maximum permitted length.',
    'model.post.is_valid.props.app_error': 'Invalid props.',
    'model.post.is_valid.root_id.app_error': 'Invalid root id.',
    'model.post.is_valid.type.app_error': 'Invalid type.',
    'model.preference.is_valid.category.app_error': 'Invalid category.',
    'model.team.is_valid.characters.app_error':
        'Name must be 2 or more lowercase alphanumeric characters.',
    'model.team.is_valid.type.app_error': 'Invalid type.',
    'model.user.is_valid.email.app_error': 'Invalid email.',
    'model.user.is_valid.pwd_min_length.app_error':
        'Your password must contain at least {{.Min}} characters.',
    'model.user.is_valid.username.app_error':
        'Username must begin with a letter, and contain between 3 to 22 lowercase characters made up of numbers, letters, and the symbols ".", "-", and "_".',
    'store.sql_bot.get.missing.app_error': 'Bot does not exist.',
    'store.sql_channel.save_channel.exists.app_error':
        'A channel with that name already exists on the same team.',
    'store.sql_command.save.get.app_error': 'Unable to get the command.',
    'store.sql_team.save_team.existing.app_error': 'A team with this URL already exists.',
    'web.command_webhook.general.app_error': 'Failed to handle command webhook {{.hook_id}}.',
    'web.command_webhook.parse.app_error':
        'Unable to parse incoming data for webhook {{.hook_id}}.',
};

/** The sentence for an error id, with its `{{.Name}}` places filled. */
export function messageFor(id: string, values: Readonly<Record<string, string | number>>): string {
    const sentence = sentences[id] ?? id;
    return sentence.replace(/\{\{\.(\w+)\}\}/g, (place, name: string) => {
        const value = values[name];
        return value === undefined ? place : String(value);
    });
}
