import * as schemas from './schemas.ts';
import type {
    Channel,
    ChannelMember,
    CommandSuggestion,
    FileInfo,
    Manifest,
    Post,
    PostList,
    Reaction,
    Status,
    Team,
    User,
} from './schemas.ts';
import {dialogAnswerSchema} from './dialog_schema.ts';
import type {DialogAnswer, Submission} from './dialog_schema.ts';
import type {Request} from './request.ts';

/** What a new post is made of. */
export interface NewPost {
    readonly channel_id: string;
    readonly root_id: string;
    readonly message: string;
    readonly file_ids: readonly string[];
    readonly pending_post_id: string;
}

/** Which posts of a channel: the newest page, or those before a post. */
export interface PostPage {
    readonly before?: string;
    readonly perPage: number;
}

/** The part of REST v4 that the client uses; each call may throw an `ApiFailure`. */
export interface Api {
    login(loginId: string, password: string): Promise<User>;
    logout(): Promise<unknown>;
    me(): Promise<User>;
    config(): Promise<Record<string, string>>;

    teams(): Promise<Team[]>;
    channels(teamId: string): Promise<Channel[]>;
    channel(id: string): Promise<Channel>;
    channelMembers(teamId: string): Promise<ChannelMember[]>;
    myMembership(channelId: string): Promise<ChannelMember>;
    memberIds(channelId: string): Promise<User[]>;
    viewChannel(channelId: string): Promise<unknown>;
    directChannel(userIds: readonly string[]): Promise<Channel>;

    usersByIds(ids: readonly string[]): Promise<User[]>;
    searchUsers(term: string, teamId: string): Promise<User[]>;
    statuses(ids: readonly string[]): Promise<Status[]>;

    posts(channelId: string, page: PostPage): Promise<PostList>;
    thread(rootId: string): Promise<PostList>;
    createPost(post: NewPost): Promise<Post>;
    editPost(id: string, message: string): Promise<Post>;
    deletePost(id: string): Promise<unknown>;
    addReaction(userId: string, postId: string, emoji: string): Promise<Reaction>;
    removeReaction(postId: string, emoji: string): Promise<unknown>;
    upload(channelId: string, file: File, signal: AbortSignal): Promise<FileInfo[]>;

    runAction(postId: string, actionId: string, choice: ActionChoice): Promise<unknown>;
    submitDialog(submission: DialogSubmission): Promise<DialogAnswer>;
    runCommand(command: CommandCall): Promise<{goto_location: string}>;
    suggestCommands(text: string, place: CommandPlace): Promise<CommandSuggestion[]>;

    webappPlugins(): Promise<Manifest[]>;
}

/** What a press of a button or a choice in a menu says. */
export interface ActionChoice {
    readonly selectedOption: string;
    /** Stands in for the stored post where the post is ephemeral; '' otherwise. */
    readonly cookie: string;
}

/** A filled-in dialog, or one that was closed. */
export interface DialogSubmission {
    readonly url: string;
    readonly callback_id: string;
    readonly state: string;
    readonly user_id: string;
    readonly channel_id: string;
    readonly team_id: string;
    readonly submission: Submission;
    readonly cancelled: boolean;
}

/** Where a slash command is typed. */
export interface CommandPlace {
    readonly teamId: string;
    readonly channelId: string;
    readonly rootId: string;
}

/** A slash command to be run. */
export interface CommandCall {
    readonly command: string;
    readonly channel_id: string;
    readonly team_id: string;
    readonly root_id: string;
}

const id = encodeURIComponent;

/** The calls over one {@link Request}. */
export function createApi(request: Request): Api {
    return {...people(request), ...places(request), ...messages(request), ...apps(request)};
}

function people(request: Request) {
    return {
        login: (loginId: string, password: string) =>
            request({
                method: 'POST',
                path: '/users/login',
                json: {login_id: loginId, password},
                answer: schemas.userSchema,
            }),
        logout: () =>
            request({method: 'POST', path: '/users/logout', answer: schemas.ignoredSchema}),
        me: () => request({path: '/users/me', answer: schemas.userSchema}),
        config: () =>
            request({
                path: '/config/client',
                query: {format: 'old'},
                answer: schemas.configSchema,
            }),
        usersByIds: (ids: readonly string[]) =>
            request({
                method: 'POST',
                path: '/users/ids',
                json: ids,
                answer: schemas.userListSchema,
            }),
        searchUsers: async (term: string, teamId: string) => {
            const found = await request({
                path: '/users/autocomplete',
                query: {name: term, in_team: teamId, limit: 25},
                answer: schemas.userSuggestionSchema,
            });
            return [...found.users, ...found.out_of_channel];
        },
        statuses: (ids: readonly string[]) =>
            request({
                method: 'POST',
                path: '/users/status/ids',
                json: ids,
                answer: schemas.statusListSchema,
            }),
    };
}

function places(request: Request) {
    return {
        teams: () => request({path: '/users/me/teams', answer: schemas.teamListSchema}),
        channels: (teamId: string) =>
            request({
                path: `/users/me/teams/${id(teamId)}/channels`,
                answer: schemas.channelListSchema,
            }),
        channel: (channelId: string) =>
            request({path: `/channels/${id(channelId)}`, answer: schemas.channelSchema}),
        channelMembers: (teamId: string) =>
            request({
                path: `/users/me/teams/${id(teamId)}/channels/members`,
                answer: schemas.channelMemberListSchema,
            }),
        myMembership: (channelId: string) =>
            request({
                path: `/channels/${id(channelId)}/members/me`,
                answer: schemas.channelMemberSchema,
            }),
        memberIds: (channelId: string) =>
            request({
                path: '/users',
                query: {in_channel: channelId, per_page: 100},
                answer: schemas.userListSchema,
            }),
        viewChannel: (channelId: string) =>
            request({
                method: 'POST',
                path: '/channels/members/me/view',
                json: {channel_id: channelId, prev_channel_id: ''},
                answer: schemas.ignoredSchema,
            }),
        directChannel: (userIds: readonly string[]) =>
            request({
                method: 'POST',
                path: '/channels/direct',
                json: userIds,
                answer: schemas.channelSchema,
            }),
    };
}

function messages(request: Request) {
    return {
        posts: (channelId: string, page: PostPage) =>
            request({
                path: `/channels/${id(channelId)}/posts`,
                query: {
                    per_page: page.perPage,
                    before: page.before,
                    // Roots only, with the number of their replies.
                    collapsedThreads: true,
                },
                answer: schemas.postListSchema,
            }),
        thread: (rootId: string) =>
            request({path: `/posts/${id(rootId)}/thread`, answer: schemas.postListSchema}),
        createPost: (post: NewPost) =>
            request({method: 'POST', path: '/posts', json: post, answer: schemas.postSchema}),
        editPost: (postId: string, message: string) =>
            request({
                method: 'PUT',
                path: `/posts/${id(postId)}/patch`,
                json: {message},
                answer: schemas.postSchema,
            }),
        deletePost: (postId: string) =>
            request({
                method: 'DELETE',
                path: `/posts/${id(postId)}`,
                answer: schemas.ignoredSchema,
            }),
        addReaction: (userId: string, postId: string, emoji: string) =>
            request({
                method: 'POST',
                path: '/reactions',
                json: {user_id: userId, post_id: postId, emoji_name: emoji, create_at: 0},
                answer: schemas.reactionSchema,
            }),
        removeReaction: (postId: string, emoji: string) =>
            request({
                method: 'DELETE',
                path: `/users/me/posts/${id(postId)}/reactions/${id(emoji)}`,
                answer: schemas.ignoredSchema,
            }),
        upload: async (channelId: string, file: File, signal: AbortSignal) => {
            const form = new FormData();
            form.append('channel_id', channelId);
            form.append('client_ids', crypto.randomUUID());
            form.append('files', file, file.name);
            const answer = await request({
                method: 'POST',
                path: '/files',
                form,
                signal,
                answer: schemas.uploadSchema,
            });
            return answer.file_infos;
        },
    };
}

function apps(request: Request) {
    return {
        runAction: (postId: string, actionId: string, choice: ActionChoice) =>
            request({
                method: 'POST',
                path: `/posts/${id(postId)}/actions/${id(actionId)}`,
                json: {selected_option: choice.selectedOption, cookie: choice.cookie},
                answer: schemas.ignoredSchema,
            }),
        submitDialog: (submission: DialogSubmission) =>
            request({
                method: 'POST',
                path: '/actions/dialogs/submit',
                json: {...submission, type: 'dialog_submission'},
                answer: dialogAnswerSchema,
            }),
        runCommand: (command: CommandCall) =>
            request({
                method: 'POST',
                path: '/commands/execute',
                json: command,
                answer: schemas.commandAnswerSchema,
            }),
        suggestCommands: (text: string, place: CommandPlace) =>
            request({
                path: `/teams/${id(place.teamId)}/commands/autocomplete_suggestions`,
                query: {
                    user_input: text,
                    channel_id: place.channelId,
                    root_id: place.rootId === '' ? undefined : place.rootId,
                },
                answer: schemas.suggestionListSchema,
            }),
        webappPlugins: () => request({path: '/plugins/webapp', answer: schemas.manifestListSchema}),
    };
}
