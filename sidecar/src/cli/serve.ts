import {startApp} from '../app.ts';
import {listAccounts, serverSettings} from '../config/resolve.ts';
import {createSecretResolver, type ResolveSecret} from '../config/secrets.ts';
import {GangwayError} from '../contract/errors.ts';
import type {Log} from '../contract/log.ts';
import {createStandaloneHost} from '../host/standalone.ts';
import {createOutbounds} from '../net/outbounds.ts';
import {createLog} from '../ops/log.ts';
import {createRedactor} from '../ops/redact.ts';
import {createMemoryStore} from '../store/memory-store.ts';
import {createSqliteStore} from '../store/sqlite-store.ts';
import type {Store} from '../store/store.ts';
import {EXIT} from './exit.ts';
import {readSettings} from './settings.ts';
import type {Terminal} from './terminal.ts';

/** `gangway serve`: runs until `signal` is aborted, then stops cleanly. */
export async function serve(
    {config}: {readonly config: string | undefined},
    terminal: Terminal,
    signal: AbortSignal,
): Promise<number> {
    const parsed = await readSettings(config, terminal, signal);
    if (parsed.kind === 'refused') return EXIT.settings;
    const {settings, notes} = parsed;
    if (listAccounts(settings).length === 0) {
        terminal.err(
            'No account is set up: give channels.mattermost.baseUrl and botToken in the settings file,\n' +
                'or MATTERMOST_URL and MATTERMOST_BOT_TOKEN in the environment.\n',
        );
        return EXIT.settings;
    }

    const redactor = createRedactor();
    const resolve = createSecretResolver(terminal.env);
    const log = createLog({
        level: serverSettings(settings).log.level,
        format: terminal.interactive ? 'text' : 'json',
        redactor,
        write: terminal.err,
    });
    for (const {path, text} of notes) log.info('settings', {path, note: text});

    try {
        await using store = await openStore(serverSettings(settings).store, log);
        const resolveSecret: ResolveSecret = async (input) => {
            const secret = await resolve(input);
            redactor.add(secret);
            return secret;
        };
        const host = createStandaloneHost({
            settings,
            store: store.store,
            log,
            resolveSecret,
            outbounds: createOutbounds({env: terminal.env, resolveSecret, log}),
        });
        const app = await startApp(host);
        log.info('gangway is running', {version: terminal.version});
        await aborted(signal);
        log.info('stopping');
        await app.stop();
        log.info('stopped');
        return EXIT.ok;
    } catch (error) {
        // The end of the program: a surprise is told in one line, with its causes in the log.
        if (!(error instanceof GangwayError)) throw error;
        log.error('gangway cannot run', {error});
        return EXIT.failed;
    }
}

async function openStore(
    settings: ReturnType<typeof serverSettings>['store'],
    log: Log,
): Promise<{readonly store: Store} & AsyncDisposable> {
    const store =
        settings.kind === 'memory'
            ? createMemoryStore()
            : await createSqliteStore({path: settings.path, log});
    return {store, [Symbol.asyncDispose]: () => store.close()};
}

async function aborted(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => resolve(), {once: true});
    });
}
