import type {AccountSettings} from '../../contract/account-settings.ts';
import type {AnswerDelta} from '../../contract/events.ts';
import type {Log} from '../../contract/log.ts';
import type {Hooks} from '../../mattermost/plugin-api/hooks.ts';
import type {PluginApi} from '../../mattermost/plugin-api/plugin-api.ts';
import type {BotIdentity, Platform} from '../../mattermost/platform.ts';
import {createRestPlatform} from '../../mattermost/rest/rest-platform.ts';
import {createMarks} from '../../session/marks.ts';
import type {Store} from '../../store/store.ts';

export function createOwnServer({
    api,
    bot,
    store,
    log,
}: {
    api: PluginApi;
    bot: BotIdentity;
    store: Store;
    log: Log;
}): {
    open(settings: AccountSettings): Platform;
    publish(delta: AnswerDelta): void;
    hooks: Partial<Hooks>;
} {
    return {
        open: (settings) =>
            createRestPlatform({
                account: 'default',
                baseUrl: 'http://127.0.0.1:8075',
                token: async () => (await api.createUserAccessToken(bot.userId, 'stopgap')).token,
                settings,
                marks: createMarks(store, 'default'),
                log,
            }),
        publish: () => undefined,
        hooks: {},
    };
}
