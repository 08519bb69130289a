import type express from 'express';
import {VERSION} from '../../contract/version.ts';
import {runnerRouter} from '../../http/runner-api.ts';
import type {PluginApi} from '../../mattermost/plugin-api/plugin-api.ts';
import {PlatformError} from '../../mattermost/errors.ts';
import type {BotIdentity} from '../../mattermost/platform.ts';
import {createRunnerTokens} from '../../session/runner-tokens.ts';
import {StoreError} from '../../store/errors.ts';
import type {Store} from '../../store/store.ts';
import type {SettingsKey} from './settings-key.ts';

/** The runners beside the server: `/gangway runner …` and the routes that they work with. */
export interface Runners {
    readonly router: express.Router;
    /** Seals what runners' tokens hold with another key. */
    reseal(renew: (sealed: string) => string | undefined): Promise<void>;
    /** Answers an admin's `/gangway runner <text>`, in Markdown. */
    command(text: string, userId: string, siteUrl: string): Promise<string>;
}

/** What runners are made with. */
export interface RunnersDeps {
    readonly api: Pick<PluginApi, 'createUserAccessToken' | 'revokeUserAccessToken'>;
    readonly bot: BotIdentity;
    readonly store: Store;
    readonly key: SettingsKey;
}

const NAME = /^[a-z0-9][a-z0-9._-]{0,31}$/;
const USAGE =
    'Use `/gangway runner create <name>`, `/gangway runner list` or `/gangway runner revoke <name>`.';

/** Makes the runners' routes and commands; who may use the commands is asked before. */
export function createRunners({api, bot, store, key}: RunnersDeps): Runners {
    const tokens = createRunnerTokens(store);

    /** Ends an access token of the bot; one that is gone already is well. */
    const takeBack = async (botTokenId: string): Promise<void> => {
        await api.revokeUserAccessToken(botTokenId).catch((error: unknown) => {
            if (!(error instanceof PlatformError && error.code === 'not-found')) throw error;
        });
    };

    const create = async (name: string, userId: string, siteUrl: string): Promise<string> => {
        if (name === '') return USAGE;
        if (!NAME.test(name)) {
            return 'The name of a runner has 1 to 32 characters: a-z, 0-9, dot, dash and underscore, the first one a letter or digit.';
        }
        if ((await tokens.list()).some((one) => one.name === name)) {
            return `There is a runner called \`${name}\` already.`;
        }
        await key.make();
        const sealer = await key.ring();
        if (sealer === undefined) return 'There is no encryption key yet. Try again in a moment.';
        const access = await api.createUserAccessToken(bot.userId, `Gangway runner ${name}`);
        const making = tokens.create({
            name,
            createdBy: userId,
            botTokenId: access.id,
            botToken: sealer.seal(access.token),
        });
        const made = await making.catch(async (error: unknown) => {
            // A token of the bot that nobody knows of could never be taken back.
            await takeBack(access.id);
            throw error;
        });
        if (made === undefined) {
            await takeBack(access.id);
            return `There is a runner called \`${name}\` already.`;
        }
        const address = siteUrl === '' ? '<address of this server>' : siteUrl;
        return [
            `The runner \`${name}\` may join. Its token is shown this once; in a checkout of Gangway there, run:`,
            '',
            '```',
            `GANGWAY_RUNNER_TOKEN=${made.secret} npm run gangway -- serve --attach ${address}`,
            '```',
            `Take it back with \`/gangway runner revoke ${name}\`.`,
        ].join('\n');
    };

    const list = async (): Promise<string> => {
        const all = await tokens.list();
        if (all.length === 0) return 'No runner has a token.';
        const rows = [...all]
            .sort((a, b) => a.name.localeCompare(b.name))
            .map(({name, createdAt}) => `| ${name} | ${new Date(createdAt).toISOString()} |`);
        return ['| runner | since |', '|---|---|', ...rows].join('\n');
    };

    const revoke = async (name: string): Promise<string> => {
        const revoked = await tokens.revoke(name);
        if (revoked.length === 0) return `There is no runner called \`${name.slice(0, 40)}\`.`;
        for (const {id, botTokenId} of revoked) {
            // Should it fail, the name is there for another try.
            await takeBack(botTokenId);
            await tokens.remove(id);
        }
        return `The runner \`${name}\` is locked out.`;
    };

    return {
        router: runnerRouter({
            store,
            verify: (secret) => tokens.verify(secret),
            hasId: (secret) => tokens.hasId(secret),
            async hello({botToken}) {
                const token = (await key.ring())?.open(botToken);
                if (token === undefined) {
                    throw new StoreError('corrupt', 'The token of the bot cannot be decrypted');
                }
                return {
                    version: VERSION,
                    bot: {userId: bot.userId, username: bot.username},
                    botToken: token,
                    settingsKey: await key.material(),
                };
            },
        }),
        reseal: (renew) => tokens.reseal(renew),
        async command(text, userId, siteUrl) {
            const [word = '', name = ''] = text.trim().split(/\s+/);
            switch (word.toLowerCase()) {
                case 'create':
                    return await create(name, userId, siteUrl);
                case 'list':
                    return await list();
                case 'revoke':
                    return await revoke(name);
                default:
                    return USAGE;
            }
        },
    };
}
