/** Who may speak to the bot in direct messages. */
export type DmPolicy = 'pairing' | 'allowlist' | 'open' | 'disabled';
/** Who may speak to the bot in channels and group messages. */
export type GroupPolicy = 'allowlist' | 'open' | 'disabled';
/** What in a channel speaks to the bot: a mention, every message, or a prefix. */
export type ChatMode = 'oncall' | 'onmessage' | 'onchar';
/** Which posts need no mention where none is needed: all, or those that begin a thread. */
export type OnmessageScope = 'all' | 'roots';
/** Whether answers outside threads begin one below the question. */
export type ReplyToMode = 'off' | 'first' | 'all' | 'batched';
/** Whose unanswered messages may become context. */
export type ContextVisibility = 'allowlist' | 'all' | 'allowlist_quote';
/** How an answer is shown while it grows. */
export type StreamingMode = 'partial' | 'block' | 'progress' | 'off';
/** What a message does that comes while its session is answering. */
export type QueueMode = 'queue' | 'collect' | 'steer' | 'interrupt';
/** Who and what shares a session in direct messages. */
export type DmScope = 'main' | 'per-peer' | 'per-channel-peer' | 'per-account-channel-peer';

/** What may be said of one channel (`groups[channelId]`) or of all (`groups["*"]`). */
export interface GroupSettings {
    readonly enabled?: boolean | undefined;
    readonly requireMention?: boolean | undefined;
    readonly allowFrom?: readonly string[] | undefined;
    readonly agent?: string | undefined;
    readonly systemPrompt?: string | undefined;
    readonly replyToMode?: ReplyToMode | undefined;
    readonly chatmode?: ChatMode | undefined;
    readonly onmessageScope?: OnmessageScope | undefined;
    readonly allowGuests?: boolean | undefined;
    readonly allowRemote?: boolean | undefined;
}

/** How answers are shown while they grow. */
export interface StreamingSettings {
    /** [partial] */
    readonly mode: StreamingMode;
    /** Least time between two edits of a young draft, ms [1000]; it grows to 5000 with the draft's age. */
    readonly throttleMs: number;
    /** Code points of text before the draft is shown, unless a second has passed [30]. */
    readonly minInitialChars: number;
    /** [first] */
    readonly notify: 'first' | 'final';
    readonly preview: {
        /** Tool lines in the draft [true]. */
        readonly toolProgress: boolean;
    };
    readonly progress: {
        /** First line of a progress draft; false for none ["Working"]. */
        readonly label: string | false;
        /** [8] */
        readonly maxLines: number;
        /** [120] */
        readonly maxLineChars: number;
    };
}

/** How often a direct channel is asked for that the server does not give. */
export interface DmChannelRetry {
    /** Tries after the first one, 0–10 [3]. */
    readonly maxRetries: number;
    /** [1000] */
    readonly initialDelayMs: number;
    /** [10000] */
    readonly maxDelayMs: number;
    /** Per try [30000]. */
    readonly timeoutMs: number;
}

/**
 * The settings of one account after resolution (account value, then root value, then default): what
 * the code above `config/` works with. Names are OpenClaw's `channels.mattermost` names; the values
 * in brackets are the defaults. An immutable value: a change of settings makes a new one.
 */
export interface AccountSettings {
    readonly account: string;
    /** Root AND account [true]. */
    readonly enabled: boolean;

    readonly dmPolicy: DmPolicy;
    readonly allowFrom: readonly string[];
    readonly groupPolicy: GroupPolicy;
    readonly groupAllowFrom: readonly string[];
    /** May always address the bot and administer [role:system_admin]. */
    readonly owners: readonly string[];
    readonly groups: Readonly<Record<string, GroupSettings>>;
    /** `listed`: only channels named in `groups` are live [all]. */
    readonly channelPolicy: 'all' | 'listed';
    readonly dangerouslyAllowNameMatching: boolean;
    /** Bots and webhooks that may be answered: user ids (or names where name matching is on) []. */
    readonly allowBots: readonly string[];
    /** Whether open policies and `*` include guests [false]; one that a list names by id is let in anyway. */
    readonly allowGuests: boolean;
    /** Whether people of other servers (shared channels) are looked up in the lists at all [false]. */
    readonly allowRemote: boolean;
    readonly botLoop: {
        /** Turns with one bot in one channel within `windowMinutes` before it is ignored [6 in 5]. */
        readonly maxTurns: number;
        readonly windowMinutes: number;
    };
    readonly contextVisibility: ContextVisibility;

    /** Undefined when not set: then legacy `requireMention`, then oncall. */
    readonly chatmode: ChatMode | undefined;
    /** [all] */
    readonly onmessageScope: OnmessageScope;
    readonly oncharPrefixes: readonly string[];
    readonly requireMention: boolean | undefined;
    /** Further regular expressions that count as a mention []. */
    readonly mentionPatterns: readonly string[];
    readonly implicitMentions: {readonly threadParticipation: boolean};
    /** On the plugin host: tell who mentions the bot where it is no member how to add it [false]. */
    readonly inviteHint: boolean;

    readonly replyToMode: ReplyToMode;
    readonly replyToModeByChatType: {
        readonly direct?: ReplyToMode | undefined;
        readonly group?: ReplyToMode | undefined;
        readonly channel?: ReplyToMode | undefined;
    };
    /** Posts kept or fetched as context, 0 for none [50]. */
    readonly historyLimit: number;

    readonly streaming: StreamingSettings;
    /** Code points per post, bounded by what the server takes [16000]. */
    readonly textChunkLimit: number;
    readonly markdown: {
        readonly tables: 'off' | 'bullets' | 'code';
        /** Formulas take Mattermost's form where the server has it drawn [auto]. */
        readonly latex: 'auto' | 'off';
    };
    readonly links: {
        /** Domains whose links can be clicked; undefined = all. */
        readonly allow: readonly string[] | undefined;
        /** Pictures in the text become links, or every reader fetches them [link]. */
        readonly images: 'link' | 'show';
    };
    readonly responsePrefix: string | undefined;

    readonly queue: {
        readonly mode: QueueMode;
        /** Waiting messages per session [20]. */
        readonly max: number;
    };
    readonly session: {
        readonly dmScope: DmScope;
        readonly groupScope: 'channel' | 'user';
        /** Undefined: sessions do not expire. */
        readonly idleMinutes: number | undefined;
    };
    /** After a crash: go on in the same post, or mark it interrupted [resume]. */
    readonly recovery: 'resume' | 'mark';
    readonly turn: {
        /** Longest run of an agent, minutes [10]. */
        readonly timeoutMinutes: number;
        /** Longest silence of an agent, seconds [120]. */
        readonly idleSeconds: number;
    };
    readonly catchUp: {
        /** Older missed posts are not answered [60]. */
        readonly maxAgeMinutes: number;
    };
    readonly dmChannelRetry: DmChannelRetry;
}
