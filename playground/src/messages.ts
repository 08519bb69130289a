/** The server's English sentences for error ids; an id without one is its own text, as there. */
const sentences: Readonly<Record<string, string>> = {
    'playground.not_implemented': 'The playground does not know {{.Route}}.',
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
    'api.post.create_post.can_not_post_to_deleted.error': 'Can not post to deleted channel.',
    'api.post.create_post.channel_root_id.app_error': 'Invalid ChannelId for RootId parameter.',
    'api.post.create_post.root_id.app_error': 'Invalid RootId parameter.',
    'api.post.deduplicate_create_post.pending':
        'Rejected post since another client is making the same request.',
    'api.post.update_post.permissions_details.app_error': 'Already deleted id={{.PostId}}.',
    'api.post.update_post.permissions_time_limit.app_error':
        'Post edit is only allowed for {{.timeLimit}} seconds. Please ask your System Administrator for details.',
    'api.post.update_post.system_message.app_error': 'Unable to update system message.',
    'api.user.login.blank_pwd.app_error': 'Password field must not be blank',
    'api.user.login.bot_login_forbidden.app_error': 'Bot login is forbidden.',
    'api.user.login.inactive.app_error':
        'Login failed because your account has been deactivated.  Please contact an administrator.',
    'api.user.login.invalid_credentials_email_username':
        'Enter a valid email or username and/or password.',
    'app.channel.get.existing.app_error': 'Unable to find the existing channel {{.channel_id}}.',
    'app.channel.get_by_name.missing.app_error': 'Channel does not exist.',
    'app.channel.get_member.missing.app_error':
        'No channel member found for that user ID and channel ID.',
    'app.post.get.app_error': 'Unable to get the post.',
    'app.post.save.app_error': 'Unable to save the Post.',
    'app.post.save.existing.app_error': 'You cannot update an existing Post.',
    'app.team.get.find.app_error': 'Unable to find the existing team.',
    'app.team.get_by_name.missing.app_error': 'Unable to find the existing team.',
    'app.team.get_member.missing.app_error': 'No team member found for that user ID and team ID.',
    'app.user.missing_account.const': 'Unable to find the user.',
    'model.post.is_valid.file_ids.app_error':
        'Invalid file ids. Note that uploads are limited to 10 files maximum. Please use additional posts for more files.',
    'model.post.is_valid.message_length.app_error':
        'Post Message property is longer than the maximum permitted length.',
    'model.post.is_valid.props.app_error': 'Invalid props.',
    'model.post.is_valid.root_id.app_error': 'Invalid root id.',
    'model.post.is_valid.type.app_error': 'Invalid type.',
};

/** The sentence for an error id, with its `{{.Name}}` places filled. */
export function messageFor(id: string, values: Readonly<Record<string, string | number>>): string {
    const sentence = sentences[id] ?? id;
    return sentence.replace(/\{\{\.(\w+)\}\}/g, (place, name: string) => {
        const value = values[name];
        return value === undefined ? place : String(value);
    });
}
