import {listAccounts, resolveAccount} from '../config/resolve.ts';
import {EXIT} from './exit.ts';
import {readSettings} from './settings.ts';
import type {Terminal} from './terminal.ts';

const PAIRING =
    'dmPolicy is "pairing", which is not there yet: allowFrom and owners may write to the bot, everybody else is told to ask an admin';

/** `gangway config check`: says what is wrong, what has no meaning here, and which accounts there are. */
export async function checkConfig(
    {config}: {readonly config: string | undefined},
    terminal: Terminal,
    signal: AbortSignal,
): Promise<number> {
    const parsed = await readSettings(config, terminal, signal);
    if (parsed.kind === 'refused') return EXIT.settings;
    for (const {path, text} of parsed.notes) terminal.out(`note: ${path}: ${text}\n`);
    const names = listAccounts(parsed.settings);
    for (const name of names) {
        const {missing, connection, settings} = resolveAccount(parsed.settings, name);
        const state =
            missing.length > 0
                ? `not usable, it has no ${missing.join(' and no ')}`
                : settings.enabled
                  ? 'on'
                  : 'off';
        terminal.out(
            `account ${name}: ${state}${connection === undefined ? '' : ` (${connection.baseUrl})`}\n`,
        );
        if (settings.dmPolicy === 'pairing') terminal.out(`note: account ${name}: ${PAIRING}\n`);
    }
    terminal.out(
        names.length === 0
            ? 'Nothing is wrong, but no account is set up: give channels.mattermost.baseUrl and botToken,\n' +
                  'or MATTERMOST_URL and MATTERMOST_BOT_TOKEN in the environment.\n'
            : 'The settings are good.\n',
    );
    return EXIT.ok;
}
