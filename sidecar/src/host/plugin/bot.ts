import {PLUGIN_ID} from '../../contract/plugin-id.ts';
import type {BotIdentity} from '../../mattermost/platform.ts';

/** A bot's record, as far as it says whose it is. */
export interface BotRecord {
    readonly userId: string;
    readonly username: string;
    /** A plugin's id, or a user's. */
    readonly ownerId: string;
    /** 0 while it is active. */
    readonly deleteAt: number;
}

/** The calls that finding or making the bot needs; what is not there is undefined. */
export interface BotCalls {
    /** The bot that the plugin was given before, by the server's own note. */
    ownId(): Promise<string | undefined>;
    userIdByName(username: string): Promise<string | undefined>;
    bot(userId: string): Promise<BotRecord | undefined>;
    /** Makes the plugin's bot, or renames the one it has; gives the id of a user of that name. */
    ensureBot(bot: {
        readonly username: string;
        readonly displayName: string;
        readonly description: string;
    }): Promise<string>;
}

/** The bot, or a sentence for the System Console that says why there is none. */
export type BotOutcome =
    | {
          readonly kind: 'ready';
          readonly bot: BotIdentity;
          readonly isActive: boolean;
          /** Why the wanted name is not its name: it goes on under the one that it had. */
          readonly refused?: string;
      }
    | {readonly kind: 'refused'; readonly reason: string};

/** The bot whose name may change while it works. */
export interface LiveBot extends BotIdentity {
    rename(username: string): void;
}

const DESCRIPTION = 'Brings AI agents aboard. Write to me, or mention me in a channel.';

/** As the server takes names of users. */
const BOT_NAME = /^[a-z][a-z0-9._-]{2,21}$/;

/** Makes a bot that can be renamed: whoever asks for its name gets the present one. */
export function createLiveBot({userId, username}: BotIdentity): LiveBot {
    let name = username;
    return {
        userId,
        get username() {
            return name;
        },
        rename(next) {
            name = next;
        },
    };
}

/**
 * Makes sure that the plugin has its bot, under the wanted name where it can be had: a bot that is there
 * already is renamed, so that its conversations stay. The server itself would hand out a person of that name,
 * and take somebody else's bot over, so both are looked for before it is asked.
 */
export async function ensureBot(calls: BotCalls, username: string): Promise<BotOutcome> {
    const problem = await problemOf(calls, username);
    if (problem !== undefined) return await withoutName(calls, problem);
    const userId = await calls.ensureBot({
        username,
        displayName: 'Gangway',
        description: DESCRIPTION,
    });
    // Somebody may have taken the name in between.
    const record = await calls.bot(userId);
    const taken = foreign(username, record);
    if (taken !== undefined) return await withoutName(calls, taken);
    return {kind: 'ready', bot: {userId, username}, isActive: record?.deleteAt === 0};
}

async function problemOf(calls: BotCalls, username: string): Promise<string | undefined> {
    if (!BOT_NAME.test(username)) {
        const shown = JSON.stringify(username.slice(0, 40));
        return `${shown} is no name for a bot: it has 3 to 22 of a-z, 0-9, dot, dash and underscore, a letter first.`;
    }
    const holder = await calls.userIdByName(username);
    return holder === undefined ? undefined : foreign(username, await calls.bot(holder));
}

/** The bot goes on under the name that it has, if there is one. */
async function withoutName(calls: BotCalls, problem: string): Promise<BotOutcome> {
    const choose = "Choose another name for Gangway's bot in System Console > Plugins > Gangway";
    const ownId = await calls.ownId();
    const own = ownId === undefined ? undefined : await calls.bot(ownId);
    if (own?.ownerId !== PLUGIN_ID) {
        return {kind: 'refused', reason: `${problem} ${choose}, and enable the plugin again.`};
    }
    return {
        kind: 'ready',
        bot: {userId: own.userId, username: own.username},
        isActive: own.deleteAt === 0,
        refused: `${problem} The bot stays @${own.username}. ${choose}.`,
    };
}

function foreign(username: string, record: BotRecord | undefined): string | undefined {
    if (record?.ownerId === PLUGIN_ID) return undefined;
    const owner = record === undefined ? 'a person' : "somebody else's bot";
    return `The name @${username} belongs to ${owner}.`;
}
