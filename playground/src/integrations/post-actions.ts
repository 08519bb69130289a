import * as z from 'zod';
import {ApiError} from '../api-error.ts';
import {findAction} from '../world/attachments.ts';
import type {JsonMap, PostRow, SessionRow} from '../world/records.ts';
import {callAction, type ActionDeps} from './action-request.ts';
import {goMarshal} from './go-marshal.ts';
import type {Triggers} from './triggers.ts';

const failed = 'api.post.do_action.action_integration.app_error';
const retainedKeys = ['from_webhook', 'override_username', 'override_icon_url'];

const integrationSchema = z.object({
    url: z.string(),
    context: z.record(z.string(), z.unknown()).optional(),
});

const cookieSchema = z.object({
    type: z.string().optional(),
    post_id: z.string(),
    root_post_id: z.string(),
    channel_id: z.string(),
    data_source: z.string().optional(),
    integration: integrationSchema.optional(),
});

const updateSchema = z.object({
    message: z.string().nullish(),
    props: z.record(z.string(), z.unknown()).nullish(),
    file_ids: z.array(z.string()).nullish(),
});

const answerSchema = z.object({
    update: updateSchema.nullish(),
    ephemeral_text: z.string().nullish(),
    skip_slack_parsing: z.boolean().nullish(),
});

/** A press of a button, or a choice in a menu. */
export interface ActionClick {
    readonly postId: string;
    readonly actionId: string;
    readonly selectedOption: string;
    readonly cookie: string;
}

interface Target {
    readonly channelId: string;
    readonly rootId: string;
    readonly type: string;
    readonly dataSource: string;
    readonly url: string;
    readonly context: JsonMap;
    readonly post: PostRow | undefined;
}

/** Where a click's cookie says that it belongs; undefined for a cookie that is not ours. */
export function readCookie(
    {world}: ActionDeps,
    cookie: string,
): z.infer<typeof cookieSchema> | undefined {
    const parsed = cookieSchema.safeParse(world.ephemerals.secrets.open(cookie));
    return parsed.success ? parsed.data : undefined;
}

/**
 * Calls the integration behind a button and does what it answers.
 * @returns the trigger id that the presser's client gets
 * @throws ApiError 404 for a button that is gone, 400 for an integration that does not answer well
 */
export async function pressAction(
    deps: ActionDeps & {readonly triggers: Triggers},
    session: SessionRow,
    click: ActionClick,
): Promise<string> {
    const {world} = deps;
    const target = targetOf(deps, click);
    const channel = world.channels.require(target.channelId);
    const {clientId, triggerId} = deps.triggers.create(session.user_id);
    const isChoice = target.type === 'select' && click.selectedOption !== '';
    const context = isChoice
        ? {...target.context, selected_option: click.selectedOption}
        : target.context;
    const request = {
        user_id: session.user_id,
        user_name: world.users.require(session.user_id).username,
        channel_id: channel.id,
        channel_name: channel.name,
        team_id: channel.team_id,
        team_domain: world.teams.get(channel.team_id)?.name ?? '',
        post_id: click.postId,
        trigger_id: triggerId,
        type: target.type,
        data_source: isChoice ? target.dataSource : '',
        ...(Object.keys(context).length === 0 ? {} : {context}),
    };
    const text = await callAction(deps, session, target.url, goMarshal(request));
    followAnswer(deps, session, click, target, parseAnswer(text));
    return clientId;
}

function targetOf(deps: ActionDeps, click: ActionClick): Target {
    const post = deps.world.posts.table.get(click.postId);
    if (post === undefined || post.delete_at !== 0) {
        return cookieTarget(deps, click);
    }
    const action = findAction(post.props, click.actionId);
    if (action?.integration == null) {
        throw new ApiError(404, 'api.post.do_action.action_id.app_error');
    }
    return {
        channelId: post.channel_id,
        rootId: post.root_id === '' ? post.id : post.root_id,
        type: action.type,
        dataSource: action.data_source,
        url: action.integration.url,
        context: action.integration.context ?? {},
        post,
    };
}

function cookieTarget(deps: ActionDeps, click: ActionClick): Target {
    if (click.cookie === '') {
        throw new ApiError(404, 'app.post.get.app_error');
    }
    const cookie = readCookie(deps, click.cookie);
    if (cookie?.integration === undefined || cookie.post_id !== click.postId) {
        throw new ApiError(400, failed);
    }
    return {
        channelId: cookie.channel_id,
        rootId: cookie.root_post_id,
        type: cookie.type ?? '',
        dataSource: cookie.data_source ?? '',
        url: cookie.integration.url,
        context: cookie.integration.context ?? {},
        post: undefined,
    };
}

function parseAnswer(text: string): z.infer<typeof answerSchema> {
    if (text === '') {
        return {};
    }
    let value: unknown;
    try {
        value = JSON.parse(text);
    } catch (error) {
        throw new ApiError(400, failed, {}, {cause: error});
    }
    const parsed = answerSchema.safeParse(value);
    if (!parsed.success) {
        throw new ApiError(400, failed);
    }
    return parsed.data;
}

function followAnswer(
    {world}: ActionDeps,
    session: SessionRow,
    click: ActionClick,
    target: Target,
    answer: z.infer<typeof answerSchema>,
): void {
    if (answer.update !== undefined && answer.update !== null) {
        const post = world.posts.require(click.postId);
        world.posts.update(post.id, {
            message: answer.update.message ?? '',
            props: updatedProps(target.post ?? post, answer.update.props ?? undefined),
            file_ids: answer.update.file_ids ?? [],
            is_pinned: post.is_pinned,
            has_reactions: post.has_reactions,
        });
    }
    const text = answer.ephemeral_text ?? '';
    if (text !== '') {
        world.ephemerals.send(session.user_id, {
            user_id: session.user_id,
            channel_id: target.channelId,
            root_id: target.rootId,
            message: answer.skip_slack_parsing === true ? text : slackLinks(text),
            props: retained(target.post),
        });
    }
}

function updatedProps(post: PostRow, given: JsonMap | undefined): JsonMap {
    if (given === undefined) {
        return post.props;
    }
    const kept = Object.entries(given).filter(([key]) => !retainedKeys.includes(key));
    return {...Object.fromEntries(kept), ...retained(post)};
}

function retained(post: PostRow | undefined): JsonMap {
    const props = post?.props ?? {};
    return Object.fromEntries(
        retainedKeys.filter((key) => key in props).map((key) => [key, props[key]]),
    );
}

/** Turns Slack's `<address|text>` into Markdown links. */
export function slackLinks(text: string): string {
    return text.replace(/<([^<|>]+)\|([^>]+)>/g, '[$2]($1)');
}
