import type {AccountSettings} from '../contract/account-settings.ts';
import {channelAddress, directAddress, type Address} from './address.ts';
import {channelSettings, isListedChannel} from './channel-rules.ts';
import type {Decision, GateContext, GateEvent, ReasonCode} from './decision.ts';
import {senderOf, type Sender} from './sender.ts';

const ignore = (reason: ReasonCode): Decision => ({kind: 'ignore', reason});

/**
 * Decides what happens with a post. Pure and total: the same facts give the same decision, and no
 * text and no setting makes it throw. The first rule that applies decides:
 *
 * 1. The account is off; the post is the bot's own, deleted, the system's, or of a type that is not
 *    for reading (burn on read); the bot is no member.
 * 2. The channel is off (`groups[…].enabled`, `channelPolicy: "listed"`), for everybody.
 * 3. Programs: posts of Gangway, webhooks, plugins and other bots, unless `allowBots` lets them in;
 *    then the loop guard. A sender that the server does not know.
 * 4. Who: people of other servers only with `allowRemote`; then `dmPolicy`, or `groupPolicy` and its lists; owners pass.
 *    Guests are in no open policy and no `*` without `allowGuests`.
 * 5. How: the post must speak to the bot; what does not is kept as context.
 *
 * A post that fails rule 3 or 4 in a channel is context only with `contextVisibility: "all"`.
 */
export function decide(event: GateEvent, context: GateContext): Decision {
    const {settings} = context;
    const isDirect = event.channelType === 'D';
    const outside =
        ruledOut(event, context) ?? (isDirect ? undefined : channelOff(event, settings));
    if (outside) return ignore(outside);

    const sender = senderOf(event, context);
    const keepable = !isDirect && settings.contextVisibility === 'all';
    const program = refusedProgram(sender, context);
    if (program) return keepable && isReadable(program) ? keep(program) : ignore(program);
    if (event.sender === undefined) return ignore('sender_unknown');

    if (isDirect) {
        const refusal = directRefusal(sender, context);
        return refusal ?? answer(directAddress(event, context), sender);
    }
    const refusal = channelRefusal(event, sender, settings);
    if (refusal) return keepable ? keep(refusal) : ignore(refusal);
    return answer(channelAddress(event, context), sender);
}

const keep = (reason: ReasonCode): Decision => ({kind: 'context', reason});

function ruledOut({post}: GateEvent, context: GateContext): ReasonCode | undefined {
    if (post.userId === context.bot.userId) return 'own_post';
    if (!context.settings.enabled) return 'account_disabled';
    if (post.deleteAt > 0) return 'deleted_post';
    if (post.type.startsWith('system_')) return 'system_post';
    // It is to be gone when it was read: a prompt, a session or a context would keep it.
    if (post.type === 'burn_on_read') return 'burn_on_read';
    if (!isForReading(post.type)) return 'unknown_post_type';
    return context.member ? undefined : 'not_a_member';
}

/** Types of posts that people and programs write; a type that is not known may mean anything. */
const isForReading = (type: string): boolean =>
    ['', 'me', 'slack_attachment'].includes(type) || type.startsWith('custom_');

function channelOff({post}: GateEvent, settings: AccountSettings): ReasonCode | undefined {
    if (channelSettings(settings, post.channelId).enabled === false) return 'channel_disabled';
    const isLive = settings.channelPolicy === 'all' || isListedChannel(settings, post.channelId);
    return isLive ? undefined : 'channel_not_listed';
}

function refusedProgram(sender: Sender, context: GateContext): ReasonCode | undefined {
    if (sender.automation === undefined) return undefined;
    if (!sender.letIn) return sender.automation;
    return context.botTurns >= context.settings.botLoop.maxTurns ? 'bot_loop' : undefined;
}

/** Another account's draft is no text to keep, and a loop would fill the context. */
const isReadable = (program: ReasonCode): boolean =>
    program !== 'own_plugin_post' && program !== 'bot_loop';

function directRefusal(sender: Sender, {settings, paired}: GateContext): Decision | undefined {
    if (sender.isOwner) return undefined;
    if (sender.outsider === 'remote_sender') return ignore('remote_sender');
    const isListed = sender.isIn(settings.allowFrom);
    switch (settings.dmPolicy) {
        case 'disabled':
            return ignore('dm_policy_disabled');
        // Open is said twice on purpose: without "*" in `allowFrom` it is an allowlist.
        case 'open':
        case 'allowlist':
            return isListed ? undefined : ignore(sender.outsider ?? 'dm_policy_not_allowlisted');
        case 'pairing':
            if (isListed) return undefined;
            // A program has nobody who could type a code, and a grant is a person's.
            if (sender.automation !== undefined) return ignore('dm_policy_not_allowlisted');
            return paired ? undefined : {kind: 'pair', reason: 'dm_policy_pairing_required'};
    }
}

/**
 * Whether a sender is refused in a channel or group. A list of the channel's own (`groups[…]
 * .allowFrom`) takes the place of the account's, also where `groupPolicy` is open.
 */
function channelRefusal(
    {post}: GateEvent,
    sender: Sender,
    settings: AccountSettings,
): ReasonCode | undefined {
    if (sender.isOwner) return undefined;
    if (settings.groupPolicy === 'disabled') return 'group_policy_disabled';
    if (sender.outsider === 'remote_sender') return 'remote_sender';
    const own = channelSettings(settings, post.channelId).allowFrom;
    const isOpen = own === undefined && settings.groupPolicy === 'open';
    if (isOpen && sender.outsider === undefined) return undefined;
    const general =
        settings.groupAllowFrom.length > 0 ? settings.groupAllowFrom : settings.allowFrom;
    const list = own ?? general;
    if (sender.isIn(list)) return undefined;
    if (sender.outsider !== undefined) return sender.outsider;
    return list.length === 0 ? 'group_policy_empty_allowlist' : 'group_policy_not_allowlisted';
}

function answer(address: Address, sender: Sender): Decision {
    if (address.by === undefined) return keep('no_mention');
    if (address.empty) return keep('empty_after_mention');
    return {
        kind: 'answer',
        reason: address.by,
        text: address.text,
        bare: address.bare,
        owner: sender.isOwner,
    };
}
