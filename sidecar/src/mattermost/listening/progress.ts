import {LRUCache} from 'lru-cache';
import {errorOf} from '../../contract/errors.ts';
import type {Log} from '../../contract/log.ts';
import type {Post} from '../platform.ts';
import type {Watermark, WatermarkStore} from '../watermark.ts';

/** Most ids of recent posts that are saved with the watermark. */
const MAX_RECENT = 512;

/** What has been given to the consumer and what it has handled; the base of catch-up. */
export interface Progress {
    /**
     * Reads the saved watermark, unless it is behind what is known here; without any, `begin` gives the
     * time from which posts count.
     */
    load(begin: () => Promise<number>): Promise<void>;
    /** Notes that a post is given now; false when it was given before. */
    give(postId: string): boolean;
    /** Whether a post was given before. */
    wasGiven(postId: string): boolean;
    /** From where a channel has to be read: posts after `createAt` are news. */
    markOf(channelId: string): {readonly createAt: number; readonly postId: string | undefined};
    /** Nothing that was posted up to here is ever given. */
    readonly origin: number;
    /**
     * Notes a handled post. `live`: everything before it, in all channels, has been handled too.
     */
    handled(post: Pick<Post, 'id' | 'channelId' | 'createAt'>, live: boolean): void;
    /** Everything up to `time`, in all channels, has been handled. */
    handledUpTo(time: number): void;
    /** Saves now what is not saved yet. Never rejects. */
    flush(): Promise<void>;
}

/** What a Progress needs. */
export interface ProgressDeps {
    readonly marks: WatermarkStore;
    /** Ms: least time between two saves, and how far catch-up looks back. */
    readonly timings: {readonly saveMs: number; readonly overlapMs: number};
    /** Post ids that are remembered so that nothing is given twice. */
    readonly limits: {readonly givenIds: number};
    readonly log: Log;
}

/** Makes the progress of one listener; `load` comes first. */
export function createProgress(deps: ProgressDeps): Progress {
    const given = new LRUCache<string, true>({max: deps.limits.givenIds});
    const channels = new Map<string, {postId: string; createAt: number}>();
    let recent: [string, number][] = [];
    let origin = 0;
    let base = 0;
    let dirty = false;
    let timer: NodeJS.Timeout | undefined;
    let saving: Promise<void> = Promise.resolve();

    const snapshot = (): Watermark => ({
        v: 1,
        origin,
        base,
        channels: Object.fromEntries(channels),
        recent,
    });

    const save = (): Promise<void> => {
        clearTimeout(timer);
        timer = undefined;
        saving = saving.then(async () => {
            if (!dirty) return;
            dirty = false;
            try {
                await deps.marks.save(snapshot());
            } catch (error) {
                // The next handled post saves again; until then a restart repeats some posts,
                // which their claims make harmless.
                dirty = true;
                deps.log.warn('the watermark could not be saved', {error: errorOf(error)});
            }
        });
        return saving;
    };

    const changed = (): void => {
        dirty = true;
        timer ??= setTimeout(() => void save(), deps.timings.saveMs);
    };

    const advance = (time: number): void => {
        // In steps: what is behind `base` is looked through each time.
        if (time <= base + deps.timings.overlapMs / 10) return;
        base = time;
        for (const [id, mark] of channels) if (mark.createAt <= base) channels.delete(id);
        const oldest = base - deps.timings.overlapMs;
        recent = recent.filter(([, createAt]) => createAt > oldest).slice(-MAX_RECENT);
    };

    return {
        load: async (begin) => {
            const saved = await deps.marks.load();
            // Known here and not saved yet: the store was away.
            if (base > 0 && (saved === undefined || saved.base < base)) return;
            if (saved === undefined) {
                origin = await begin();
                base = origin;
                dirty = true;
                await save();
                return;
            }
            origin = saved.origin;
            base = saved.base;
            channels.clear();
            for (const [id, mark] of Object.entries(saved.channels)) channels.set(id, mark);
            recent = saved.recent;
            for (const [id] of recent) given.set(id, true);
        },
        give: (postId) => {
            if (given.has(postId)) return false;
            given.set(postId, true);
            return true;
        },
        wasGiven: (postId) => given.has(postId),
        markOf: (channelId) => {
            const mark = channels.get(channelId);
            return mark !== undefined && mark.createAt > base
                ? mark
                : {createAt: base, postId: undefined};
        },
        get origin() {
            return origin;
        },
        handled: (post, live) => {
            recent.push([post.id, post.createAt]);
            if (recent.length > 2 * MAX_RECENT) recent = recent.slice(-MAX_RECENT);
            const mark = channels.get(post.channelId);
            if (mark === undefined || post.createAt >= mark.createAt) {
                channels.set(post.channelId, {postId: post.id, createAt: post.createAt});
            }
            if (live) advance(post.createAt - deps.timings.overlapMs);
            changed();
        },
        handledUpTo: (time) => {
            advance(time - deps.timings.overlapMs);
            changed();
        },
        flush: save,
    };
}
