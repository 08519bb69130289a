import {GangwayError} from '../contract/errors.ts';
import type {Log} from '../contract/log.ts';
import {
    ANSWER_POST_TYPE,
    gangwayProps,
    type AnswerState,
    type GangwayProps,
} from '../contract/post-props.ts';
import {sleep} from '../contract/time.ts';
import {PlatformError, type PlatformErrorCode} from '../mattermost/errors.ts';
import type {Platform, Post, PostChange, PostDraft} from '../mattermost/platform.ts';
import type {AnswerTarget, Attachments, DeliveryJournal} from './delivery.ts';

/** What the posts of an answer need of the platform. */
export type PostsPlatform = Pick<
    Platform,
    'bot' | 'createPost' | 'updatePost' | 'deletePost' | 'getPost'
>;

/** A post as it should stand at the end. */
export interface FinalPost {
    readonly message: string;
    readonly fileIds: readonly string[];
    readonly attachments: Attachments;
    readonly state: AnswerState;
}

/** A post of the answer that is shown while the answer grows. */
export interface ShownPost {
    readonly id: string;
    /** Its stored text; undefined where an edit failed, so that nobody knows. */
    readonly message: string | undefined;
}

/** The posts of one answer: the only one who creates, edits and deletes them, one call at a time. */
export interface AnswerPosts {
    readonly shown: readonly ShownPost[];
    /** The texts of the posts that an earlier run left; [] when there are none. */
    kept(): Promise<string[]>;
    /**
     * Brings the posts to `messages`, the last of which still grows. Best effort: what fails is
     * logged and left to the next time; false then. `deltas` of a post go into its props.
     */
    show(
        messages: readonly string[],
        deltas: (postId: string) => number | undefined,
        signal: AbortSignal,
    ): Promise<boolean>;
    /**
     * Brings the posts to what they finally are, in order, and removes all others. Posts afresh what
     * cannot be edited, or everything where `afresh` asks for it.
     */
    finish(
        posts: readonly FinalPost[],
        afresh: boolean,
        signal?: AbortSignal,
    ): Promise<{postIds: string[]; delivered: boolean}>;
}

interface Slot {
    readonly id: string;
    message: string | undefined;
    /** What the server added to the props (who the bot is): an edit of props replaces them all. */
    props: Readonly<Record<string, unknown>>;
    /** Deleted, or not to be edited any more. */
    gone: boolean;
    /** Full and finished while the answer went on; not touched again, not even when a person deletes it. */
    sealed: boolean;
    /** Holds its final text and stays. */
    kept: boolean;
}

/**
 * What a post is made for, in its key: a draft, a draft in place of one that is gone, the
 * notifying final, a final in place of a draft that cannot be edited, and once more.
 */
type Purpose = 'p' | 'r' | 'n' | 'f' | 'g';

function slotOf({id, message, props, deleteAt}: Post): Slot {
    return {id, message, props, gone: deleteAt !== 0, sealed: false, kept: false};
}

interface Doubt {
    readonly draft: PostDraft;
    readonly key: string;
}

/** Waits before the second, third … try of what must not fail, ms; the platform retries by itself. */
const RETRY_DELAYS = [500, 2000] as const;

/** Asked again, the server would say the same. */
const FOR_GOOD: ReadonlySet<PlatformErrorCode> = new Set<PlatformErrorCode>([
    'unauthorized',
    'forbidden',
    'not-found',
    'too-large',
    'refused',
    'redirected',
]);

function isForGood(error: unknown): boolean {
    return error instanceof PlatformError && FOR_GOOD.has(error.code);
}

type Edited = 'done' | 'refused' | 'failed';

const errorOf = (error: unknown): Error | undefined => (error instanceof Error ? error : undefined);

interface PostsDeps {
    readonly platform: PostsPlatform;
    readonly target: AnswerTarget;
    readonly journal: DeliveryJournal;
    readonly log: Log;
}

/** The posts of one answer; `target.existing` are taken up when first needed. */
export function createAnswerPosts({platform, target, journal, log}: PostsDeps): AnswerPosts {
    const slots: Slot[] = [];
    /** A draft of which nobody knows whether it was created. */
    let doubt: Doubt | undefined;
    /** Posts that came to light at the end and hold no final text. */
    const strays: Slot[] = [];
    let opened: Promise<void> | undefined;
    /** Some posts of an earlier run are gone: their keys would find them again. */
    let lostSome = false;

    const propsOf = (
        part: number,
        state: AnswerState,
        extra: {attachments?: Attachments; deltas?: number | undefined} = {},
    ): Record<string, unknown> => {
        const gangway: GangwayProps = {
            turn: target.turnId,
            agent: target.agent,
            state,
            part,
            ...(extra.deltas === undefined ? {} : {deltas: extra.deltas}),
        };
        const {attachments = []} = extra;
        return {
            type: ANSWER_POST_TYPE,
            gangway,
            disable_mentions: true,
            unsafe_links: 'true',
            ai_generated_by: platform.bot.userId,
            ...(attachments.length === 0 ? {} : {attachments}),
        };
    };

    /** Attachments of an earlier end go; what the server added stays. */
    const mergedProps = (slot: Slot, props: Record<string, unknown>): Record<string, unknown> => {
        const kept = Object.entries(slot.props).filter(([name]) => name !== 'attachments');
        return {...Object.fromEntries(kept), ...props};
    };

    const adopt = async (id: string): Promise<void> => {
        const post = await persist('looking for a post', () => platform.getPost(id));
        if (post === undefined || post.deleteAt !== 0) {
            lostSome = true;
            return;
        }
        slots.push(slotOf(post));
    };

    const open = (): Promise<void> => {
        opened ??= (async () => {
            for (const id of target.existing) await adopt(id);
        })();
        return opened;
    };

    /** Tries with limits; throws what the last try threw. */
    const persist = async <T>(
        what: string,
        call: () => Promise<T>,
        signal?: AbortSignal,
    ): Promise<T> => {
        for (const delay of RETRY_DELAYS) {
            try {
                return await call();
            } catch (error) {
                if (signal?.aborted === true || isForGood(error)) throw error;
                log.debug(`${what} failed, trying again`, {error: errorOf(error)});
            }
            await sleep(delay, signal);
        }
        return call();
    };

    const noteCreated = async (post: Post): Promise<void> => {
        try {
            await journal.postCreated(post.id);
        } catch (error) {
            // The post is there; without its line in the journal it is found by its props.
            log.warn('post is not in the journal', {post: post.id, error: errorOf(error)});
        }
    };

    const keyOf = (purpose: Purpose, part: number): string => `${target.turnId}-${purpose}${part}`;

    /** A post that is full already is created as what it stays. */
    const createDraft = async (
        message: string,
        part: number,
        last: boolean,
        signal: AbortSignal,
    ): Promise<void> => {
        const {channelId, rootId} = target;
        const props = propsOf(part, last ? 'streaming' : 'done');
        doubt ??= {
            draft: {channelId, rootId, message, props},
            key: keyOf(lostSome ? 'r' : 'p', part),
        };
        const slot = await settleDoubt(doubt, signal);
        // Found again, it may be what an earlier run left in the middle of its text.
        const asMade = gangwayProps(slot.props)?.state === 'done';
        slot.sealed = !last && asMade && slot.message === message;
    };

    /** Makes, or finds, the post of a draft that may have been created already. */
    const settleDoubt = async ({draft, key}: Doubt, signal?: AbortSignal): Promise<Slot> => {
        try {
            const post = await platform.createPost(draft, key, signal);
            doubt = undefined;
            await noteCreated(post);
            const slot = slotOf(post);
            slots.push(slot);
            return slot;
        } catch (error) {
            if (isForGood(error)) doubt = undefined;
            throw error;
        }
    };

    const edit = async (
        slot: Slot,
        change: PostChange,
        signal?: AbortSignal,
    ): Promise<Post | undefined> => {
        const before = slot.message;
        if (change.message !== undefined) slot.message = undefined;
        const post = await platform.updatePost(slot.id, change, signal);
        if (post === undefined) {
            slot.gone = true;
            slot.message = before;
        } else {
            slot.message = change.message ?? before;
        }
        return post;
    };

    const showOne = async (
        slot: Slot,
        part: number,
        message: string,
        last: boolean,
        deltas: number | undefined,
        signal: AbortSignal,
    ): Promise<void> => {
        if (slot.gone || slot.sealed || (last && slot.message === message)) return;
        const state = last ? 'streaming' : 'done';
        const withProps = !last || deltas !== undefined;
        const props = withProps ? mergedProps(slot, propsOf(part, state, {deltas})) : undefined;
        await edit(slot, {message, ...(props === undefined ? {} : {props})}, signal);
        // Found again, it may be what an earlier run left in the middle of its text.
        const asMade = gangwayProps(slot.props)?.state === 'done';
        slot.sealed = !last && asMade && slot.message === message;
    };

    const finalEdit = async (
        slot: Slot,
        part: number,
        post: FinalPost,
        signal?: AbortSignal,
    ): Promise<Edited> => {
        const {message, fileIds, attachments, state} = post;
        const plain = fileIds.length === 0 && attachments.length === 0;
        if (slot.sealed && plain && slot.message === message) return 'done';
        const props = mergedProps(slot, propsOf(part, state, {attachments}));
        const attempt = (): Promise<Post | undefined> =>
            // Where the text stands already, leaving it out passes the server's edit time limit.
            edit(
                slot,
                {
                    ...(slot.message === message ? {} : {message}),
                    props,
                    ...(fileIds.length === 0 ? {} : {fileIds}),
                },
                signal,
            );
        try {
            const edited = await persist('the final edit', attempt, signal);
            if (edited === undefined) return 'refused';
            const missing = fileIds.some((id) => !edited.fileIds.includes(id));
            return missing ? 'refused' : 'done';
        } catch (error) {
            log.warn('draft could not be finalised', {post: slot.id, error: errorOf(error)});
            return howItStands(slot, message, signal);
        }
    };

    /** After an edit without an answer: it may have been carried out all the same. */
    const howItStands = async (
        slot: Slot,
        message: string,
        signal?: AbortSignal,
    ): Promise<Edited> => {
        if (signal?.aborted === true) return 'failed';
        try {
            const stands = await platform.getPost(slot.id, signal);
            if (stands?.deleteAt !== 0) return 'refused';
            return stands.message === message ? 'done' : 'refused';
        } catch {
            return 'failed';
        }
    };

    const post = async (
        {message, fileIds, attachments, state}: FinalPost,
        part: number,
        purpose: Purpose,
        signal?: AbortSignal,
    ): Promise<Slot> => {
        const {channelId, rootId} = target;
        const props = propsOf(part, state, {attachments});
        const draft = {channelId, rootId, message, props, fileIds};
        const key = keyOf(purpose, part);
        const create = (): Promise<Post> => platform.createPost(draft, key, signal);
        const created = await persist('posting the answer', create, signal);
        await noteCreated(created);
        return slotOf(created);
    };

    /** The final post, made by the first of `purposes` whose key does not find a post that stays as it is. */
    const createFinal = async (
        final: FinalPost,
        part: number,
        purposes: readonly Purpose[],
        signal?: AbortSignal,
    ): Promise<string | undefined> => {
        try {
            for (const purpose of purposes) {
                const slot = await post(final, part, purpose, signal);
                // A key may find the post of an earlier try or run, with an earlier text.
                const edited =
                    slot.gone || slot.message === final.message
                        ? !slot.gone
                        : (await finalEdit(slot, part, final, signal)) === 'done';
                if (edited) return slot.id;
                strays.push(slot);
            }
        } catch (error) {
            const code = error instanceof GangwayError ? error.code : undefined;
            log.error('answer could not be posted', {part, code, error: errorOf(error)});
        }
        return undefined;
    };

    const remove = async (slot: Slot, signal?: AbortSignal): Promise<void> => {
        try {
            await persist('removing a draft', () => platform.deletePost(slot.id, signal), signal);
        } catch (error) {
            log.error('a draft was left behind', {post: slot.id, error: errorOf(error)});
        }
    };

    const settle = async (
        posts: readonly FinalPost[],
        anew: boolean,
        signal?: AbortSignal,
    ): Promise<{postIds: string[]; delivered: boolean}> => {
        const unsettled = doubt;
        if (unsettled !== undefined) {
            await persist('looking for a draft', () => settleDoubt(unsettled, signal), signal);
        }
        const postIds: string[] = [];
        let afresh = anew && slots.length > 0;
        for (const [part, post] of posts.entries()) {
            const slot = slots[part];
            if (!afresh && slot !== undefined) {
                const edited = slot.gone ? 'refused' : await finalEdit(slot, part, post, signal);
                if (edited === 'done') {
                    slot.kept = true;
                    postIds.push(slot.id);
                    continue;
                }
                if (edited === 'failed') return {postIds, delivered: false};
                afresh = true;
            }
            const first: Purpose = anew && afresh ? 'n' : afresh ? 'f' : lostSome ? 'r' : 'p';
            const id = await createFinal(post, part, [first, 'f', 'g'], signal);
            if (id === undefined) return {postIds, delivered: false};
            postIds.push(id);
        }
        for (const slot of [...slots, ...strays]) if (!slot.kept) await remove(slot, signal);
        return {postIds, delivered: true};
    };

    return {
        get shown() {
            return slots;
        },
        async kept() {
            await open();
            return slots.map((slot) => slot.message ?? '');
        },
        async show(messages, deltas, signal) {
            try {
                await open();
                for (const [part, message] of messages.entries()) {
                    const last = part === messages.length - 1;
                    const slot = slots[part];
                    if (slot?.gone === true) return true;
                    if (slot === undefined) await createDraft(message, part, last, signal);
                    else await showOne(slot, part, message, last, deltas(slot.id), signal);
                }
                return true;
            } catch (error) {
                log.debug('an edit was skipped', {error: errorOf(error)});
                return false;
            }
        },
        async finish(posts, afresh, signal) {
            try {
                await open();
                return await settle(posts, afresh, signal);
            } catch (error) {
                log.error('answer could not be finished', {error: errorOf(error)});
                return {postIds: [], delivered: false};
            }
        },
    };
}
