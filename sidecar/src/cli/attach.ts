import {startApp} from '../app.ts';
import {serverSettings} from '../config/resolve.ts';
import {createSealer} from '../config/sealing.ts';
import {createSecretResolver} from '../config/secrets.ts';
import {GangwayError} from '../contract/errors.ts';
import {PLUGIN_ID} from '../contract/plugin-id.ts';
import {createAttachedHost} from '../host/attached.ts';
import {createSettingsDocuments} from '../host/settings-document.ts';
import {settingsParser} from '../host/settings-parser.ts';
import {createOutbound} from '../net/outbound.ts';
import {createLiveLevel} from '../ops/log-level.ts';
import {createLog} from '../ops/log.ts';
import {createQuietLog} from '../ops/quiet-log.ts';
import {createRedactor} from '../ops/redact.ts';
import {StoreError} from '../store/errors.ts';
import {createHttpKvStore} from '../store/http-kv-store.ts';
import {PluginAwayError} from '../store/http-link.ts';
import {EXIT} from './exit.ts';
import type {Terminal} from './terminal.ts';

/** The variable with the token that `/gangway runner create` showed. */
const TOKEN_VARIABLE = 'GANGWAY_RUNNER_TOKEN';

/** What is said when the plugin does not know the token (any more). */
const REFUSED = `the plugin refuses the token of this runner, which was revoked or is of another server; get a new one there with /gangway runner create <name>, set ${TOKEN_VARIABLE} to it and start again`;

/** `gangway serve --attach <server>`: joins the plugin of a server as another runner, until `signal`. */
export async function attach(
    server: string,
    terminal: Terminal,
    signal: AbortSignal,
): Promise<number> {
    const token = terminal.env[TOKEN_VARIABLE]?.trim() ?? '';
    if (!/^https?:\/\//.test(server) || !URL.canParse(server)) {
        terminal.err(
            '--attach wants the address of a Mattermost server, with http:// or https://.\n',
        );
        return EXIT.usage;
    }
    if (token === '') {
        terminal.err(
            `Set ${TOKEN_VARIABLE} to the token that an admin gets with: /gangway runner create <name>\n`,
        );
        return EXIT.settings;
    }
    const redactor = createRedactor();
    redactor.add(token);
    const format = terminal.interactive ? 'text' : 'json';
    const level = createLiveLevel(terminal.env);
    const told = createLog({level: level.current, format, redactor, write: terminal.err});
    const serverUrl = server.replace(/\/+$/, '');
    const outbound = createOutbound({env: terminal.env, log: told});
    const store = createHttpKvStore({
        fetch: outbound.fetch,
        url: `${serverUrl}/plugins/${PLUGIN_ID}`,
        token: () => token,
        onLink: {
            lost: (error) => {
                told.warn('the plugin does not answer; trying again until it does', {
                    server: serverUrl,
                    error,
                });
            },
            back: (awayMs) => {
                told.info('the plugin answers again', {awaySeconds: Math.round(awayMs / 1000)});
            },
        },
    });
    // Each of many callers finds out by itself what is told once, by the link.
    const log = createQuietLog(
        told,
        ({level: of, fields}) =>
            store.refused.aborted || (of === 'warn' && isAway(fields['error'])),
    );
    const stopping = new AbortController();
    const hello = async () => {
        const greeting = await store.hello(stopping.signal);
        redactor.add(greeting.botToken);
        redactor.add(greeting.settingsKey);
        return greeting;
    };
    try {
        const first = await hello();
        const documents = createSettingsDocuments({
            store,
            parser: settingsParser(),
            async sealer() {
                const {settingsKey} = await hello();
                return settingsKey === '' ? undefined : createSealer(settingsKey, 'settings');
            },
            log,
        });
        using _level = documents.onChange(() => {
            level.follow(serverSettings(documents.current().settings).log.level);
        });
        await documents.refresh();
        const resolve = createSecretResolver(terminal.env);
        using host = createAttachedHost({
            serverUrl,
            outbound,
            botToken: async () => (await hello()).botToken,
            store,
            documents,
            async resolveSecret(input, callSignal) {
                const secret = await resolve(input, callSignal);
                redactor.add(secret);
                return secret;
            },
            log,
        });
        const app = await startApp(host);
        const following = documents.follow(stopping.signal);
        log.info('gangway is attached', {server: serverUrl, bot: first.bot.username});
        await aborted(AbortSignal.any([signal, store.refused]));
        if (store.refused.aborted) told.error(REFUSED, {server: serverUrl});
        else log.info('stopping');
        await app.stop().catch((error: unknown) => {
            // Its lease ends by itself, and then the others go on with what it had.
            if (!(error instanceof StoreError)) throw error;
            log.warn('the other runners could not be told of the end', {error});
        });
        stopping.abort();
        await following;
        log.info('stopped');
        return store.refused.aborted ? EXIT.refused : EXIT.ok;
    } catch (error) {
        // The end of the program: a surprise is told in one line, with its causes in the log.
        if (!(error instanceof GangwayError)) throw error;
        if (store.refused.aborted) {
            told.error(REFUSED, {server: serverUrl});
            return EXIT.refused;
        }
        log.error('gangway cannot be attached', {error});
        return EXIT.failed;
    } finally {
        stopping.abort();
        await store.close();
    }
}

function isAway(error: unknown): boolean {
    for (let at = error; at instanceof Error; at = at.cause) {
        if (at instanceof PluginAwayError) return true;
    }
    return false;
}

async function aborted(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => resolve(), {once: true});
    });
}
