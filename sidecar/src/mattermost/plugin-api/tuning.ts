/** Every interval and bound of the plugin platform; tests change them. */
export interface Tuning {
    /** First wait before the server is asked again after a failure, ms; doubled each time. */
    readonly backoffMinMs: number;
    readonly backoffMaxMs: number;
    /** Least time between two saves of the watermark, ms. */
    readonly saveMs: number;
    /** How far catch-up looks back before its watermark, ms. */
    readonly overlapMs: number;
    /** How long a channel counts as one without the bot before the server is asked again, ms. */
    readonly foreignMs: number;
    /** How long users are remembered, ms: no hook tells that one was changed. */
    readonly usersMs: number;
    /** How old what is known of a user may be where it decides who is let in, ms. */
    readonly freshMs: number;
    /** How long channels and the bot's teams are remembered, ms: most changes are heard of. */
    readonly channelsMs: number;
    /** Events that wait for the consumer. */
    readonly queue: number;
    /** Posts a page; the server gives at most 200. */
    readonly page: number;
    /** Post ids that are remembered so that nothing is given twice. */
    readonly givenIds: number;
    /** Own posts whose text is remembered. */
    readonly ownPosts: number;
    /** Users, channels, posts' keys and channels without the bot that are remembered, each. */
    readonly remembered: number;
    /** Largest file that fits into one message of the connection, bytes. */
    readonly fileBytes: number;
}

/** What is used unless a test says otherwise. */
export const DEFAULT_TUNING: Tuning = {
    backoffMinMs: 250,
    backoffMaxMs: 15_000,
    saveMs: 1_000,
    overlapMs: 10_000,
    foreignMs: 600_000,
    usersMs: 10_000,
    freshMs: 1_000,
    channelsMs: 60_000,
    queue: 1_000,
    page: 200,
    givenIds: 5_000,
    ownPosts: 200,
    remembered: 10_000,
    fileBytes: 60 * 1024 * 1024,
};
