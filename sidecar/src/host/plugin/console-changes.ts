import type {KeyRing} from '../../config/sealing.ts';
import type {Log} from '../../contract/log.ts';
import {ensureBot, type BotCalls, type LiveBot} from './bot.ts';
import type {Configuration} from './configuration.ts';
import type {SettingsKey} from './settings-key.ts';
import {untilDone} from './until-done.ts';

/** What an admin changes in the System Console, taken over while the plugin works. */
export interface ConsoleChanges {
    /**
     * The server's configuration changed. Answers at once: the server waits for it within the save, also
     * within our own.
     */
    changed(): void;
    /** Why the wanted name is not the bot's; undefined where it is. */
    refusedName(): string | undefined;
    /** Resolves when what was begun has ended. */
    idle(): Promise<void>;
}

/** What following the System Console needs. */
export interface ConsoleDeps {
    readonly configuration: Configuration;
    readonly botCalls: BotCalls;
    readonly bot: LiveBot;
    /** Why the bot did not get its name at the start. */
    readonly refusedName: string | undefined;
    readonly key: SettingsKey;
    /** Seals everything stored that `ring` can open with its newest key. */
    readonly reseal: (ring: KeyRing) => Promise<void>;
    /** The name was refused, or no longer is. */
    readonly onName: () => void;
    readonly log: Log;
}

/** Follows the plugin's page in the System Console, until `signal` is aborted. */
export function createConsoleChanges(deps: ConsoleDeps, signal: AbortSignal): ConsoleChanges {
    const {bot, configuration, key, log} = deps;
    let {refusedName} = deps;
    let sealedWith = '';
    let waiting = false;
    let last: Promise<void> = Promise.resolve();

    const takeName = async (wanted: string): Promise<void> => {
        if (wanted === bot.username && refusedName === undefined) return;
        const outcome = await ensureBot(deps.botCalls, wanted);
        const refused = outcome.kind === 'ready' ? outcome.refused : outcome.reason;
        if (outcome.kind === 'ready' && outcome.bot.username !== bot.username) {
            log.info('the bot has another name', {
                from: bot.username,
                to: outcome.bot.username,
            });
            bot.rename(outcome.bot.username);
        }
        if (refused === refusedName) return;
        refusedName = refused;
        if (refused !== undefined) log.error('the name of the bot is refused', {reason: refused});
        deps.onName();
    };
    const takeKey = async (): Promise<void> => {
        await key.make();
        const material = await key.material();
        if (material === sealedWith) return;
        const ring = await key.ring();
        if (ring?.hasOlder === true) await deps.reseal(ring);
        sealedWith = material;
    };
    const follow = async (): Promise<void> => {
        const {botUsername} = await configuration.read();
        await takeName(botUsername);
        await takeKey();
        // Not before everything is sealed with the present key: until then the copy may hold the one that opens it.
        await configuration.keep();
    };

    return {
        changed() {
            // One that waits will see this change too.
            if (waiting || signal.aborted) return;
            waiting = true;
            last = last.then(async () => {
                await untilDone(
                    'following the System Console',
                    async () => {
                        waiting = false;
                        await follow();
                    },
                    log,
                    signal,
                );
            });
        },
        refusedName: () => refusedName,
        idle: () => last,
    };
}
