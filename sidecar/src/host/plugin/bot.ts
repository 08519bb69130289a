import {PLUGIN_ID} from '../../contract/plugin-id.ts';
import type {BotIdentity} from '../../mattermost/platform.ts';

/** A bot's record, as far as it says whose it is. */
export interface BotRecord {
    readonly userId: string;
    /** A plugin's id, or a user's. */
    readonly ownerId: string;
    /** 0 while it is active. */
    readonly deleteAt: number;
}

/** The calls that finding or making the bot needs; what is not there is undefined. */
export interface BotCalls {
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
    | {readonly kind: 'ready'; readonly bot: BotIdentity; readonly isActive: boolean}
    | {readonly kind: 'refused'; readonly reason: string};

const DESCRIPTION = 'Brings AI agents aboard. Write to me, or mention me in a channel.';

/**
 * Makes sure that the plugin has its bot. The server itself would hand out a person of that name, and take
 * somebody else's bot over, so both are looked for before it is asked.
 */
export async function ensureBot(calls: BotCalls, username: string): Promise<BotOutcome> {
    const holder = await calls.userIdByName(username);
    if (holder !== undefined) {
        const reason = foreign(username, await calls.bot(holder));
        if (reason !== undefined) return {kind: 'refused', reason};
    }
    const userId = await calls.ensureBot({
        username,
        displayName: 'Gangway',
        description: DESCRIPTION,
    });
    // Somebody may have taken the name in between.
    const record = await calls.bot(userId);
    const reason = foreign(username, record);
    if (reason !== undefined) return {kind: 'refused', reason};
    return {kind: 'ready', bot: {userId, username}, isActive: record?.deleteAt === 0};
}

function foreign(username: string, record: BotRecord | undefined): string | undefined {
    if (record?.ownerId === PLUGIN_ID) return undefined;
    const owner = record === undefined ? 'a person' : "somebody else's bot";
    return (
        `The name @${username} belongs to ${owner}. Choose another name for Gangway's bot in ` +
        'System Console > Plugins > Gangway, and enable the plugin again.'
    );
}
