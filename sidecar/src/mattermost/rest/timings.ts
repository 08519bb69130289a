/** Every interval of the REST adapter, in milliseconds; tests shorten them. */
export interface Timings {
    /** First wait before a reconnect; doubled each time. */
    readonly backoffMinMs: number;
    readonly backoffMaxMs: number;
    /** A connection that lived this long resets the backoff. */
    readonly healthyMs: number;
    /** Longest pause between two pings of a server that does not answer; the shortest is half of it. */
    readonly probeMs: number;
    /** Between two tries with a token that the server refused. */
    readonly badTokenMs: number;
    /** Between two pings. */
    readonly pingMs: number;
    /** Longest silence after a ping. */
    readonly pongMs: number;
    /** Between two looks at the bot's own account. */
    readonly healthMs: number;
    /** Longest wait for the upgrade, and again for the first frame. */
    readonly openMs: number;
    /** Between two rounds of REST polling, where there is no WebSocket. */
    readonly pollMs: number;
    /** Least time between two saves of the watermark. */
    readonly saveMs: number;
    /** How far catch-up looks back before its watermark: a post can become visible after a newer one. */
    readonly overlapMs: number;
    /** One try of a REST call. */
    readonly tryMs: number;
    /** A REST call with all its tries. */
    readonly totalMs: number;
    /** First wait before a REST call is tried again; doubled each time. */
    readonly retryMinMs: number;
    readonly retryMaxMs: number;
    /** Longest `Retry-After` that is honoured as it is. */
    readonly retryAfterMaxMs: number;
    /** One try of an upload; longest silence within a download. */
    readonly transferMs: number;
    /** How long the server is trusted to know a `pending_post_id` (it keeps it for 30 s). */
    readonly dedupeMs: number;
    /** How long roles and memberships are remembered for permission questions. */
    readonly rolesMs: number;
    /** How long users and channels are remembered. */
    readonly directoryMs: number;
    /** How old what is known of a user may be where it decides who is let in. */
    readonly freshMs: number;
}

/** The intervals that are used unless a test says otherwise. */
export const DEFAULT_TIMINGS: Timings = {
    backoffMinMs: 1_000,
    backoffMaxMs: 60_000,
    healthyMs: 60_000,
    probeMs: 1_500,
    badTokenMs: 30_000,
    pingMs: 25_000,
    pongMs: 10_000,
    healthMs: 60_000,
    openMs: 15_000,
    pollMs: 5_000,
    saveMs: 1_000,
    overlapMs: 10_000,
    tryMs: 15_000,
    totalMs: 60_000,
    retryMinMs: 250,
    retryMaxMs: 5_000,
    retryAfterMaxMs: 30_000,
    transferMs: 300_000,
    dedupeMs: 25_000,
    rolesMs: 60_000,
    directoryMs: 300_000,
    freshMs: 1_000,
};

/** Every bound of the REST adapter's memory; tests shrink them. */
export interface Limits {
    /** Events that wait for the consumer before the socket is paused. */
    readonly queue: number;
    /** Bytes of one JSON answer. */
    readonly responseBytes: number;
    /** Bytes of one WebSocket frame. */
    readonly frameBytes: number;
    /** Posts a page; the server gives at most 200. */
    readonly page: number;
    /** Post ids that are remembered so that nothing is given twice. */
    readonly givenIds: number;
    /** Users, channels and created posts that are remembered, each. */
    readonly directory: number;
    /** Refused upgrades in a row, while REST works, before polling begins. */
    readonly refusals: number;
}

/** The bounds that are used unless a test says otherwise. */
export const DEFAULT_LIMITS: Limits = {
    queue: 1_000,
    responseBytes: 32 * 1024 * 1024,
    frameBytes: 16 * 1024 * 1024,
    page: 200,
    givenIds: 5_000,
    directory: 1_000,
    refusals: 3,
};
