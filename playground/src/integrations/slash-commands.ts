import {STATUS_CODES} from 'node:http';
import * as z from 'zod';
import {goString as text, goBool} from '../go-json.ts';
import {ApiError, notImitated} from '../api-error.ts';
import {builtInTriggers, type CommandHook} from '../world/commands.ts';
import {wireAttachments} from '../world/attachments.ts';
import type {CommandRow, JsonMap} from '../world/records.ts';
import type {World} from '../world/world.ts';
import type {Outbound} from './outbound.ts';
import {slackLinks} from './post-actions.ts';
import type {Triggers} from './triggers.ts';

const oneResponseSchema = z.object({
    response_type: text,
    text,
    username: text,
    channel_id: text,
    icon_url: text,
    type: text,
    props: z
        .record(z.string(), z.unknown())
        .nullish()
        .transform((value) => value ?? null),
    goto_location: text,
    trigger_id: text,
    skip_slack_parsing: goBool,
    attachments: z
        .array(z.unknown())
        .nullish()
        .transform((value) => (value == null ? null : wireAttachments(value))),
    extra_responses: z.null().optional().catch(null).default(null),
});

const responseSchema = oneResponseSchema.extend({
    extra_responses: z
        .array(oneResponseSchema)
        .nullish()
        .transform((value) => value ?? null),
});

/** What a command answers. */
export type CommandResponse = z.infer<typeof responseSchema>;
type OneResponse = Omit<z.infer<typeof oneResponseSchema>, 'extra_responses'>;

/** Who typed what, and where. */
export interface CommandCall {
    readonly userId: string;
    readonly channelId: string;
    readonly teamId: string;
    readonly rootId: string;
    readonly command: string;
    /** '' when it does not matter. */
    readonly sessionId?: string;
}

/** Runs a command of a plugin in this process; undefined when no plugin answers it. */
export type PluginCommandCall = (
    call: CommandCall & {
        readonly triggerId: string;
        readonly sessionId: string;
        /** Ids by name. */
        readonly userMentions: ReadonlyMap<string, string>;
        readonly channelMentions: ReadonlyMap<string, string>;
    },
) => Promise<CommandResponse | undefined>;

/** In whose name an answer is posted. */
type Answerer = Pick<CommandRow, 'trigger' | 'username' | 'icon_url'> & {
    /** Plugins and the server itself are not marked as webhooks. */
    readonly isInternal?: true;
};

interface Deps {
    readonly world: World;
    readonly outbound: Outbound;
    readonly triggers: Triggers;
}

/**
 * Runs a slash command of the team and posts its answer.
 * @throws ApiError 404 for no such command, 501 for the server's own ones
 */
export async function runCommand(deps: Deps, call: CommandCall): Promise<JsonMap> {
    const {world} = deps;
    const space = call.command.search(/\s/);
    const trigger = call.command.slice(1, space === -1 ? undefined : space).toLowerCase();
    const rest = space === -1 ? '' : call.command.slice(space + 1);
    const {clientId, triggerId} = deps.triggers.create(call.userId);
    const answered = await deps.outbound.pluginCommand?.({
        ...call,
        triggerId,
        sessionId: call.sessionId ?? '',
        userMentions: mentionedMembers(world, call.teamId, rest),
        channelMentions: mentionedChannels(world, call.teamId, rest),
    });
    if (answered !== undefined) {
        const answerer = {trigger, username: '', icon_url: '', isInternal: true} as const;
        postResponses(world, answerer, call, answered);
        return {...answered, trigger_id: clientId};
    }
    if (!world.core.config.ServiceSettings.EnableCommands) {
        throw new ApiError(501, 'api.command.disabled.app_error');
    }
    world.teams.require(call.teamId);
    const command = world.commands.ofTeam(call.teamId).find((own) => own.trigger === trigger);
    if (command === undefined) {
        if (builtInTriggers.has(trigger)) {
            throw notImitated(`the command /${trigger}`);
        }
        const shown = trigger.length > 512 ? `${trigger.slice(0, 512)}...` : trigger;
        throw new ApiError(404, 'api.command.execute_command.not_found.app_error', {
            Trigger: shown,
        });
    }
    const response = await ask(deps, command, call, rest, triggerId);
    postResponses(world, command, call, response);
    return {...response, trigger_id: clientId};
}

/** Takes a later answer to a command, at its `response_url`. */
export function answerCommandHook(
    world: World,
    hook: CommandHook,
    contentType: string,
    body: string,
): void {
    const command = world.commands.get(hook.commandId);
    if (command === undefined) {
        throw new ApiError(400, 'web.command_webhook.general.app_error');
    }
    const response = parseResponse(contentType, body);
    if (response === undefined) {
        throw new ApiError(400, 'web.command_webhook.parse.app_error');
    }
    const {userId, channelId, rootId} = hook;
    const call = {userId, channelId, rootId, teamId: command.team_id, command: ''};
    postResponses(world, command, call, response);
}

async function ask(
    {world, outbound}: Deps,
    command: CommandRow,
    call: CommandCall,
    rest: string,
    triggerId: string,
): Promise<CommandResponse> {
    const form = commandForm(world, command, call, rest, triggerId);
    const isGet = command.method === 'G';
    const answer = await outbound.call({
        url: isGet ? `${command.url}${command.url.includes('?') ? '&' : '?'}${form}` : command.url,
        method: isGet ? 'GET' : 'POST',
        headers: {
            Accept: 'application/json',
            Authorization: `Token ${command.token}`,
            ...(isGet ? {} : {'Content-Type': 'application/x-www-form-urlencoded'}),
        },
        ...(isGet ? {} : {body: form}),
    });
    const values = {Trigger: command.trigger};
    if (answer === undefined) {
        throw new ApiError(500, 'api.command.execute_command.failed.app_error', values);
    }
    if (answer.status !== 200) {
        throw new ApiError(500, 'api.command.execute_command.failed_resp.app_error', {
            ...values,
            Status: `${answer.status} ${STATUS_CODES[answer.status] ?? ''}`.trim(),
        });
    }
    const response = parseResponse(answer.contentType, answer.body);
    if (response === undefined) {
        throw new ApiError(500, 'api.command.execute_command.failed.app_error', values);
    }
    return response;
}

function commandForm(
    world: World,
    command: CommandRow,
    call: CommandCall,
    rest: string,
    triggerId: string,
): string {
    const channel = world.channels.require(call.channelId);
    const hook = world.commands.openHook({
        commandId: command.id,
        userId: call.userId,
        channelId: call.channelId,
        rootId: call.rootId,
    });
    const form = new URLSearchParams({
        channel_id: call.channelId,
        channel_name: channel.name,
        command: `/${command.trigger}`,
        response_url: `${world.core.config.ServiceSettings.SiteURL}/hooks/commands/${hook.id}`,
        root_id: call.rootId,
        team_domain: world.teams.require(command.team_id).name,
        team_id: command.team_id,
        text: rest,
        token: command.token,
        trigger_id: triggerId,
        user_id: call.userId,
        user_name: world.users.require(call.userId).username,
    });
    for (const [name, id] of mentionedMembers(world, command.team_id, rest)) {
        form.append('user_mentions', name);
        form.append('user_mentions_ids', id);
    }
    for (const [name, id] of mentionedChannels(world, command.team_id, rest)) {
        form.append('channel_mentions', name);
        form.append('channel_mentions_ids', id);
    }
    return form.toString();
}

function mentionedMembers(world: World, teamId: string, rest: string): Map<string, string> {
    const found = new Map<string, string>();
    for (const [, word = ''] of rest.toLowerCase().matchAll(/\B@([a-z0-9][a-z0-9._:-]*)/g)) {
        const name = knownPrefix(word, (part) => world.users.byUsername(part) !== undefined);
        const user = name === undefined ? undefined : world.users.byUsername(name);
        if (user !== undefined && world.teams.member(teamId, user.id) !== undefined) {
            found.set(user.username, user.id);
        }
    }
    return found;
}

/** The word, or what is left of it without the marks at its end, as soon as it is known. */
function knownPrefix(word: string, isKnown: (part: string) => boolean): string | undefined {
    let part = word;
    while (!isKnown(part)) {
        if (!/[._-]$/.test(part)) {
            return undefined;
        }
        part = part.slice(0, -1);
    }
    return part;
}

function mentionedChannels(world: World, teamId: string, rest: string): Map<string, string> {
    const found = new Map<string, string>();
    for (const [, name = ''] of rest.matchAll(/(?<!\w)~([a-z0-9._-]+)/g)) {
        const channel = world.channels.byName(teamId, name);
        if (channel?.type === 'O') {
            found.set(name, channel.id);
        }
    }
    return found;
}

function parseResponse(contentType: string, body: string): CommandResponse | undefined {
    if (contentType.split(';')[0]?.trim() !== 'application/json') {
        return responseSchema.parse({text: body});
    }
    try {
        const parsed = responseSchema.safeParse(JSON.parse(body));
        return parsed.success ? parsed.data : undefined;
    } catch {
        // The caller says in its own words that the answer could not be read.
        return undefined;
    }
}

function postResponses(
    world: World,
    command: Answerer,
    call: CommandCall,
    response: CommandResponse,
): void {
    let failed = false;
    for (const one of [response, ...(response.extra_responses ?? [])]) {
        try {
            postResponse(world, command, call, one);
        } catch (error) {
            if (!(error instanceof ApiError)) {
                throw error;
            }
            failed = true;
        }
    }
    if (failed) {
        throw new ApiError(500, 'api.command.execute_command.create_post_failed.app_error', {
            Trigger: command.trigger,
        });
    }
}

function postResponse(
    world: World,
    command: Answerer,
    call: CommandCall,
    response: OneResponse,
): void {
    const channelId = response.channel_id === '' ? call.channelId : response.channel_id;
    if (response.channel_id !== '' && world.channels.member(channelId, call.userId) === undefined) {
        throw new ApiError(403, 'api.command.command_post.forbidden.app_error');
    }
    if (response.type.startsWith('system_')) {
        throw new ApiError(400, 'api.context.invalid_param.app_error', {Name: 'post.type'});
    }
    const post = {
        user_id: call.userId,
        channel_id: channelId,
        root_id: call.rootId,
        type:
            response.type === '' && response.attachments !== null
                ? 'slack_attachment'
                : response.type,
        message: response.skip_slack_parsing ? response.text : slackLinks(response.text),
        props: responseProps(world, command, response),
    };
    if (response.response_type === 'in_channel') {
        world.posts.createNow(post);
    } else if (
        (response.response_type === '' || response.response_type === 'ephemeral') &&
        (response.text !== '' || response.attachments !== null)
    ) {
        world.ephemerals.send(call.userId, post);
    }
}

function responseProps(world: World, command: Answerer, response: OneResponse): JsonMap {
    const service = world.core.config.ServiceSettings;
    const username = command.username === '' ? response.username : command.username;
    const icon = command.icon_url === '' ? response.icon_url : command.icon_url;
    return {
        ...(response.props ?? {}),
        ...(service.EnablePostUsernameOverride && username !== ''
            ? {override_username: username}
            : {}),
        ...(service.EnablePostIconOverride ? {override_icon_url: icon} : {}),
        ...(command.isInternal === true ? {} : {from_webhook: 'true'}),
        ...(response.attachments === null ? {} : {attachments: response.attachments}),
    };
}
