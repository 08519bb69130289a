import {Router} from 'express';
import * as z from 'zod';
import {ApiError, forbidden, invalidParam} from '../api-error.ts';
import {goString} from '../go-json.ts';
import {requireSession, type Context} from '../http/context.ts';
import {
    lookUpDialog,
    openDialog,
    openDialogSchema,
    submitDialog,
    submitDialogSchema,
    type DialogSubmission,
} from '../integrations/dialogs.ts';
import {pressAction, readCookie} from '../integrations/post-actions.ts';
import type {RouterFactory} from './routes.ts';

/** A body that is no JSON is taken for an empty one, as the server does. */
const clickSchema = z.object({selected_option: goString, cookie: goString});
const emptyClick = {selected_option: '', cookie: ''};

/** Buttons, menus and dialogs. */
export const actionRoutes: RouterFactory = ({world, route, integrations}) => {
    const router = Router();
    const deps = {world, ...integrations};

    router.post(
        '/posts/:post_id/actions/:action_id',
        route(async (context) => {
            const postId = context.id('post_id');
            const known = world.core.server.blocks ? /^[A-Za-z0-9_-]+$/ : /^[A-Za-z0-9]+$/;
            const actionId = context.part('action_id', known);
            const bytes = await context.bytes(
                world.core.config.ServiceSettings.MaximumPayloadSizeBytes,
            );
            const {selected_option: selectedOption, cookie} = parseClick(bytes);
            if (cookie === '') {
                const post = world.posts.table.get(postId);
                refuseNoRead(context, post?.channel_id ?? '');
            } else {
                const place = readCookie(deps, cookie);
                if (place === undefined) {
                    throw new ApiError(400, 'api.post.do_action.action_integration.app_error');
                }
                refuseNoRead(context, place.channel_id);
            }
            const click = {postId, actionId, selectedOption, cookie};
            const triggerId = await pressAction(deps, requireSession(context), click);
            context.json({status: 'OK', trigger_id: triggerId});
        }),
    );

    router.post(
        '/actions/dialogs/open',
        route(
            async (context) => {
                const request = await context.body(openDialogSchema, 'dialog');
                if (request.url === '') {
                    throw invalidParam('url');
                }
                openDialog(deps, request);
                context.ok();
            },
            {session: false},
        ),
    );

    router.post(
        '/actions/dialogs/submit',
        route(async (context) => {
            const submission = await dialogFrom(context);
            context.json(await submitDialog(deps, requireSession(context), submission));
        }),
    );

    router.post(
        '/actions/dialogs/lookup',
        route(async (context) => {
            const submission = await dialogFrom(context);
            if (!/^(?:https?:\/\/|\/plugins\/)/.test(submission.url)) {
                throw invalidParam('url');
            }
            context.json(await lookUpDialog(deps, requireSession(context), submission));
        }),
    );
    return router;
};

function parseClick(bytes: Buffer): z.infer<typeof clickSchema> {
    try {
        return clickSchema.parse(JSON.parse(bytes.toString('utf8')));
    } catch {
        // The server only logs a body that it cannot read.
        return emptyClick;
    }
}

async function dialogFrom(context: Context): Promise<DialogSubmission> {
    const submission = await context.body(submitDialogSchema, 'dialog');
    if (submission.url === '') {
        throw invalidParam('url');
    }
    const {world, userId} = context;
    world.channels.require(submission.channel_id);
    refuseNoRead(context, submission.channel_id);
    if (!world.permissions.team(userId, submission.team_id, 'view_team')) {
        throw forbidden();
    }
    return submission;
}

function refuseNoRead(context: Context, channelId: string): void {
    const channel = context.world.channels.get(channelId);
    if (channel === undefined || !context.world.permissions.readChannel(context.userId, channel)) {
        throw forbidden();
    }
}
