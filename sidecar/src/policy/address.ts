import type {AccountSettings} from '../contract/account-settings.ts';
import type {Post} from '../mattermost/platform.ts';
import {attachmentText} from '../contract/attachment-text.ts';
import {answersRootsOnly, chatModeOf, mentionRequirement} from './channel-rules.ts';
import type {GateContext, GateEvent, ReasonCode} from './decision.ts';
import {matchesMentionPattern} from './mention-pattern.ts';
import {findMentions, isBare} from './mention.ts';
import {stripMentions} from './strip-mention.ts';

/**
 * Whether and how a post speaks to the bot; `text` is without what was only the address, and with what
 * stands in attachments.
 */
export interface Address {
    /** Undefined when the post is not for the bot. */
    readonly by: ReasonCode | undefined;
    readonly text: string;
    /** Only the bot was named, nothing was said, no file and no attachment came with it. */
    readonly bare: boolean;
    /** There is nothing to answer: no text, no file, and no mention either. */
    readonly empty: boolean;
}

/** The text behind the first of the prefixes that it starts with, or undefined. */
function afterPrefix(text: string, prefixes: readonly string[]): string | undefined {
    const start = text.trimStart();
    const prefix = prefixes.find((candidate) => candidate !== '' && start.startsWith(candidate));
    return prefix === undefined ? undefined : start.slice(prefix.length).replace(/^[ \t]+/, '');
}

/** Reads the address of a direct message: always to the bot, a mention in it is only courtesy. */
export function directAddress({post}: GateEvent, {bot}: GateContext): Address {
    const mentions = findMentions(post.message, bot.username);
    return address('direct_message', post, post.message, mentions);
}

/**
 * Reads the address of a post in a channel or group. In this order: a mention, an extra pattern,
 * the prefix of `onchar`, a thread that the bot takes part in, a channel that needs no mention. With
 * `onmessageScope: roots` the last two do not hold for replies.
 *
 * The server's word that the bot is mentioned counts only where the text has the bot's name: the
 * server says the same for `@all`, for groups, for followed threads and, in a group message, for
 * every post.
 */
export function channelAddress(event: GateEvent, context: GateContext): Address {
    const {post} = event;
    const {settings, bot} = context;
    const prefixed =
        chatModeOf(settings, post.channelId) === 'onchar'
            ? afterPrefix(post.message, settings.oncharPrefixes)
            : undefined;
    const text = prefixed ?? post.message;
    const rule = event.mentionsBot === true ? 'server' : 'boundary';
    const mentions = findMentions(text, bot.username, rule);
    // The server calls those whom an attachment mentions, too.
    const isCalled =
        mentions.length > 0 ||
        findMentions(attachmentText(post.props), bot.username, rule).length > 0;
    const by = isCalled ? 'mention' : otherAddress(event, context, prefixed);
    return address(by, post, text, mentions);
}

function otherAddress(
    {post}: GateEvent,
    {settings, participated}: GateContext,
    prefixed: string | undefined,
): ReasonCode | undefined {
    if (matchesMentionPattern(post.message, settings.mentionPatterns)) return 'mention_pattern';
    if (prefixed !== undefined) return 'onchar_prefix';
    if (post.rootId !== '' && answersRootsOnly(settings, post.channelId)) return undefined;
    if (post.rootId !== '' && participated && settings.implicitMentions.threadParticipation) {
        return 'thread_participation';
    }
    return unaddressed(settings, post.channelId);
}

function unaddressed(settings: AccountSettings, channelId: string): ReasonCode | undefined {
    const requirement = mentionRequirement(settings, channelId);
    if (requirement.required) return undefined;
    return requirement.from === 'chatmode' ? 'chatmode_onmessage' : 'group_no_mention_required';
}

function address(
    by: ReasonCode | undefined,
    post: Post,
    message: string,
    mentions: ReturnType<typeof findMentions>,
): Address {
    const words = stripMentions(message, mentions);
    const attached = attachmentText(post.props);
    const text = [words, attached].filter((part) => part !== '').join('\n');
    const hasFiles = post.fileIds.length > 0;
    const mentioned = mentions.length > 0;
    return {
        by,
        text,
        bare: mentioned && !hasFiles && attached === '' && isBare(words),
        empty: !mentioned && !hasFiles && text.trim() === '',
    };
}
