import type {AccountSettings, ChatMode, GroupSettings} from '../contract/account-settings.ts';

function groupEntry(settings: AccountSettings, id: string): GroupSettings {
    return Object.hasOwn(settings.groups, id) ? (settings.groups[id] ?? {}) : {};
}

/** Whether `groups` has an entry for this very channel. */
export function isListedChannel(settings: AccountSettings, channelId: string): boolean {
    return channelId !== '*' && Object.hasOwn(settings.groups, channelId);
}

/** What holds for a channel: its own entry in `groups`, key by key, then that of `"*"`. */
export function channelSettings(settings: AccountSettings, channelId: string): GroupSettings {
    const own = groupEntry(settings, channelId);
    const all = groupEntry(settings, '*');
    return {
        enabled: own.enabled ?? all.enabled,
        requireMention: own.requireMention ?? all.requireMention,
        allowFrom: own.allowFrom ?? all.allowFrom,
        agent: own.agent ?? all.agent,
        systemPrompt: own.systemPrompt ?? all.systemPrompt,
        replyToMode: own.replyToMode ?? all.replyToMode,
        chatmode: own.chatmode ?? all.chatmode,
        onmessageScope: own.onmessageScope ?? all.onmessageScope,
        allowGuests: own.allowGuests ?? all.allowGuests,
        allowRemote: own.allowRemote ?? all.allowRemote,
    };
}

/** Whether a channel's posts must address the bot, and which setting says so. */
export interface MentionRequirement {
    readonly required: boolean;
    readonly from: 'groups' | 'chatmode' | 'requireMention' | 'default';
}

const requiredBy = (mode: ChatMode): boolean => mode !== 'onmessage';

/**
 * The first that says anything: `groups[channelId]`, `groups["*"]` (in each `requireMention`,
 * then `chatmode`), the account's `chatmode`, the legacy `requireMention`; a mention is needed
 * when none does.
 */
export function mentionRequirement(
    settings: AccountSettings,
    channelId: string,
): MentionRequirement {
    for (const entry of [groupEntry(settings, channelId), groupEntry(settings, '*')]) {
        if (entry.requireMention !== undefined) {
            return {required: entry.requireMention, from: 'groups'};
        }
        if (entry.chatmode !== undefined) {
            return {required: requiredBy(entry.chatmode), from: 'chatmode'};
        }
    }
    if (settings.chatmode !== undefined) {
        return {required: requiredBy(settings.chatmode), from: 'chatmode'};
    }
    if (settings.requireMention !== undefined) {
        return {required: settings.requireMention, from: 'requireMention'};
    }
    return {required: true, from: 'default'};
}

/**
 * Whether top-level posts of a channel need no mention while replies do, whoever takes part in the thread
 * (`onmessageScope: roots`). Such posts are answered in a thread.
 */
export function answersRootsOnly(settings: AccountSettings, channelId: string): boolean {
    const scope = channelSettings(settings, channelId).onmessageScope ?? settings.onmessageScope;
    return scope === 'roots' && !mentionRequirement(settings, channelId).required;
}

/** The chat mode that holds in a channel. */
export function chatModeOf(settings: AccountSettings, channelId: string): ChatMode {
    return channelSettings(settings, channelId).chatmode ?? settings.chatmode ?? 'oncall';
}
