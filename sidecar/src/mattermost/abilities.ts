/**
 * What one server allows, read from it once per connection and again after its settings changed. Nobody
 * else asks a server for its version: whatever depends on one is a field here.
 */
export interface ServerAbilities {
    /** For instance `11.6.0`; '' while the server has not said. */
    readonly version: string;
    /** The longest message of a post, code points. */
    readonly longestPost: number;
    /** The largest request that this way to the server lets through, bytes; undefined = there is no bound. */
    readonly largestRequest: number | undefined;
    /** The largest file, bytes; 0 where the server takes no files. */
    readonly longestFile: number;
    /** For how long a post may be edited, s: 0 = never; undefined = for ever. */
    readonly editLimitSeconds: number | undefined;
    /** Which integrations the server lets in. */
    readonly integrations: {
        readonly commands: boolean;
        readonly incomingWebhooks: boolean;
        readonly outgoingWebhooks: boolean;
    };
    /** Whether clients draw formulas: `blocks` in fences named `latex`, `inline` between dollar signs. */
    readonly latex: {readonly blocks: boolean; readonly inline: boolean};
    /** Whether a bot may post without notifying anybody (11.10). */
    readonly silentPosts: boolean;
    /** Whether Mattermost Blocks are drawn (11.10). */
    readonly blocks: boolean;
    /** Whether a plugin may have a tab in the settings of a channel (11.10). */
    readonly channelSettingsTabs: boolean;
    /** The licence's edition as the server shortens it, for instance `enterprise`; '' without one. */
    readonly licence: string;
}

/** What a server said of itself; undefined = not a word. */
export interface ServerFacts {
    readonly version: string;
    readonly longestPost?: number | undefined;
    readonly largestRequest?: number | undefined;
    readonly fileAttachments?: boolean | undefined;
    readonly maxFileSize?: number | undefined;
    /** s; below 0 = for ever. */
    readonly postEditTimeLimit?: number | undefined;
    readonly commands?: boolean | undefined;
    readonly incomingWebhooks?: boolean | undefined;
    readonly outgoingWebhooks?: boolean | undefined;
    readonly latex?: boolean | undefined;
    readonly inlineLatex?: boolean | undefined;
    readonly blocksFlag?: boolean | undefined;
    readonly licence?: string | undefined;
}

/** A quarter of the bytes of the column that holds messages, by version. */
const LONGEST_POST = {before12: 16_383, from12: 262_144};
/** The default of `FileSettings.MaxFileSize`. */
const USUAL_FILE_SIZE = 104_857_600;

/** What a server allows, by what it said; where it said nothing, its version and Mattermost's defaults decide. */
export function abilitiesOf(facts: ServerFacts): ServerAbilities {
    const isFrom11m10 = isFrom(facts.version, 11, 10);
    const longest = isFrom(facts.version, 12, 0) ? LONGEST_POST.from12 : LONGEST_POST.before12;
    const limit = facts.postEditTimeLimit ?? -1;
    const latex = facts.latex ?? false;
    return {
        version: facts.version,
        longestPost: facts.longestPost ?? longest,
        largestRequest: facts.largestRequest,
        longestFile: (facts.fileAttachments ?? true) ? (facts.maxFileSize ?? USUAL_FILE_SIZE) : 0,
        editLimitSeconds: limit < 0 ? undefined : limit,
        integrations: {
            commands: facts.commands ?? true,
            incomingWebhooks: facts.incomingWebhooks ?? true,
            outgoingWebhooks: facts.outgoingWebhooks ?? true,
        },
        // Inline ones are drawn only where blocks are.
        latex: {blocks: latex, inline: latex && (facts.inlineLatex ?? true)},
        silentPosts: isFrom11m10,
        blocks: isFrom11m10 && (facts.blocksFlag ?? true),
        channelSettingsTabs: isFrom11m10,
        licence: facts.licence ?? '',
    };
}

/** Kept free for what is beside the message in a request, bytes: ids, props, buttons. */
const BESIDE_THE_MESSAGE = 40_000;
const BYTES_OF_A_CODE_POINT = 4;

/** The longest message that gets through in any script, code points. */
export function longestMessage({longestPost, largestRequest}: ServerAbilities): number {
    if (largestRequest === undefined) return longestPost;
    const bytes = Math.max(largestRequest - BESIDE_THE_MESSAGE, 0);
    return Math.min(longestPost, Math.floor(bytes / BYTES_OF_A_CODE_POINT));
}

/** What may be counted on before a server has said anything: what the oldest one allows. */
export const LEAST_ABILITIES: ServerAbilities = abilitiesOf({version: ''});

/** Whether a version is this one or newer; what is no version is older than all. */
function isFrom(version: string, major: number, minor: number): boolean {
    const [, ofMajor, ofMinor] = /^(\d+)\.(\d+)(?:\.|$|-)/.exec(version) ?? [];
    if (ofMajor === undefined || ofMinor === undefined) return false;
    const difference = Number(ofMajor) - major || Number(ofMinor) - minor;
    return difference >= 0;
}
