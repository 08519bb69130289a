import {ApiError} from '../api-error.ts';
import type {SessionRow} from '../world/records.ts';
import type {World} from '../world/world.ts';
import type {Outbound} from './outbound.ts';

const failed = 'api.post.do_action.action_integration.app_error';

/** What integrations of buttons and dialogs are called with. */
export interface ActionDeps {
    readonly world: World;
    readonly outbound: Outbound;
}

/**
 * Posts JSON to the address of a button or dialog: a plugin's path in this process, without a
 * look at the status, or an absolute address, which has to answer 200.
 * @throws ApiError 400 for all that goes wrong
 */
export async function callAction(
    {world, outbound}: ActionDeps,
    session: SessionRow,
    url: string,
    body: string,
): Promise<string> {
    const plugin = /^\/?plugins\/([^/?]+)(.*)$/.exec(url);
    if (plugin !== null) {
        if (outbound.plugin === undefined) {
            throw new ApiError(400, failed);
        }
        const call = {
            pluginId: plugin[1] ?? '',
            path: plugin[2] ?? '',
            userId: session.user_id,
            token: session.token,
            body,
        };
        return outbound.plugin(call).catch((cause: unknown) => {
            throw new ApiError(400, failed, {}, {cause});
        });
    }
    const answer = await outbound.call({
        url,
        method: 'POST',
        headers: {
            'Content-Type': 'application/json',
            Accept: 'application/json',
            ...(isOwnPlugin(world, url) ? {Authorization: `Bearer ${session.token}`} : {}),
        },
        body,
    });
    if (answer?.status !== 200) {
        throw new ApiError(400, failed);
    }
    return answer.body;
}

function isOwnPlugin(world: World, url: string): boolean {
    const site = world.core.config.ServiceSettings.SiteURL;
    if (!URL.canParse(url) || !URL.canParse(site)) {
        return false;
    }
    const target = new URL(url);
    return target.hostname === new URL(site).hostname && target.pathname.startsWith('/plugins');
}
