import * as z from 'zod';

/**
 * How far an account has come in reading its server: what catch-up starts from after a gap. JSON, so
 * that a store can keep it under `mark/<account>`. All times are the server's milliseconds.
 */
export const watermarkSchema = z.object({
    v: z.literal(1),
    /** Nothing that was posted up to here is ever given: the account's first start. */
    origin: z.number(),
    /** In every channel, everything up to here has been handled. */
    base: z.number(),
    /** Channels that are further than `base`: the last handled post. */
    channels: z.record(z.string(), z.object({postId: z.string(), createAt: z.number()})),
    /** Ids of posts handled at about `base` or later, so that an overlap gives nothing twice. */
    recent: z.array(z.tuple([z.string(), z.number()])),
});

/** See `watermarkSchema`. */
export type Watermark = z.infer<typeof watermarkSchema>;

/** Where one account's watermark is kept. */
export interface WatermarkStore {
    /** Undefined on the account's first start ever. */
    load(): Promise<Watermark | undefined>;
    /** Called at most once a second and when the listener stops; never two at a time. */
    save(watermark: Watermark): Promise<void>;
}
