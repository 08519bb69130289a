import type {AccountSettings} from '../contract/account-settings.ts';
import type {BotIdentity, ChannelType, Post, User} from '../mattermost/platform.ts';

/** Why the gate decided as it did; stable codes for logs, metrics and "why was I ignored?". */
export type ReasonCode =
    // answered
    | 'direct_message'
    | 'mention'
    | 'mention_pattern'
    | 'thread_participation'
    | 'chatmode_onmessage'
    | 'onchar_prefix'
    | 'group_no_mention_required'
    // asked to pair
    | 'dm_policy_pairing_required'
    // kept as context
    | 'no_mention'
    | 'empty_after_mention'
    // ignored
    | 'account_disabled'
    | 'own_post'
    | 'own_plugin_post'
    | 'system_post'
    | 'deleted_post'
    | 'burn_on_read'
    | 'unknown_post_type'
    | 'bot_sender'
    | 'webhook_sender'
    | 'plugin_post'
    | 'bot_loop'
    | 'sender_unknown'
    | 'remote_sender'
    | 'guest_sender'
    | 'dm_policy_disabled'
    | 'dm_policy_not_allowlisted'
    | 'group_policy_disabled'
    | 'group_policy_empty_allowlist'
    | 'group_policy_not_allowlisted'
    | 'channel_disabled'
    | 'channel_not_listed'
    | 'not_a_member'
    | 'too_old'
    | 'already_answered'
    | 'edit_calls_nobody';

/** The event as the gate sees it: all facts looked up before, so that deciding is pure. */
export interface GateEvent {
    readonly post: Post;
    readonly channelType: ChannelType;
    /** Undefined when the server does not know the sender (any more). */
    readonly sender: Pick<User, 'id' | 'username' | 'isBot' | 'roles' | 'remoteId'> | undefined;
    /** What the server says of a mention of the bot; undefined when it did not say. */
    readonly mentionsBot: boolean | undefined;
}

/** What else the gate must know: the settings, and what was remembered of sender and thread. */
export interface GateContext {
    readonly bot: BotIdentity;
    readonly settings: AccountSettings;
    /** Whether the sender holds a pairing grant (counts in DMs only). */
    readonly paired: boolean;
    /** Whether the bot answered in the post's thread within the last seven days. */
    readonly participated: boolean;
    /** Turns with this bot sender in this channel within `botLoop.windowMinutes`; 0 for people. */
    readonly botTurns: number;
    /** Whether the bot is a member of the channel. */
    readonly member: boolean;
}

/** What becomes of a post, and why. */
export type Decision =
    | {
          readonly kind: 'answer';
          readonly reason: ReasonCode;
          /** The text for the agent: mention or prefix removed, the rest untouched. */
          readonly text: string;
          /** Nothing but the mention was written: use the thread above as the question, or show help. */
          readonly bare: boolean;
          /** The sender is an owner (GATE-17). */
          readonly owner: boolean;
      }
    | {readonly kind: 'pair'; readonly reason: ReasonCode}
    /** Not answered, but it may become context of a later turn. */
    | {readonly kind: 'context'; readonly reason: ReasonCode}
    | {readonly kind: 'ignore'; readonly reason: ReasonCode};
