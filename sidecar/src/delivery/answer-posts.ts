import {GangwayError, errorOf} from '../contract/errors.ts';
import type {Log} from '../contract/log.ts';
import {gangwayProps, type AnswerState} from '../contract/post-props.ts';
import type {Platform, Post, PostChange, PostDraft} from '../mattermost/platform.ts';
import {isSilent} from '../mattermost/silent-posts.ts';
import {answerProps, mergedProps, type PropsState} from './answer-props.ts';
import type {StreamState} from './delta-sender.ts';
import type {AnswerTarget, Attachments, DeliveryJournal} from './delivery.ts';
import {isBrokenOff, isForGood, persist} from './persist.ts';

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
    kept(signal?: AbortSignal): Promise<string[]>;
    /**
     * Brings the posts to `messages`, the last of which still grows. Best effort: what fails is
     * logged and left to the next time; false then. What `stream` says of the post with a number
     * goes into its props.
     */
    show(
        messages: readonly string[],
        stream: (part: number) => StreamState | undefined,
        signal: AbortSignal,
    ): Promise<boolean>;
    /** What was shown was none of the answer: full posts are written again, those beyond are removed. */
    restart(): void;
    /**
     * Brings the posts to what they finally are, in order, and removes all others. Posts afresh what
     * cannot be edited, or everything where `afresh` asks for it. Throws when nothing could be done.
     */
    finish(
        posts: readonly FinalPost[],
        afresh: boolean,
        signal?: AbortSignal,
    ): Promise<{postIds: string[]; delivered: boolean}>;
}

/** What a draft says that is none of the answer and cannot be deleted. */
const REPLACED = '*(replaced by another post)*';

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

type Edited = 'done' | 'refused' | 'failed';

interface PostsDeps {
    readonly platform: PostsPlatform;
    readonly target: AnswerTarget;
    readonly journal: DeliveryJournal;
    readonly log: Log;
}

/** The posts of one answer; `target.existing` are taken up when first needed. */
export function createAnswerPosts({platform, target, journal, log}: PostsDeps): AnswerPosts {
    const slots: Slot[] = [];
    /** The finished answer is what notifies: what stands before it is silent where the server knows that. */
    const loudAtEnd = target.settings.streaming.notify === 'final';
    /** A draft of which nobody knows whether it was created. */
    let doubt: Doubt | undefined;
    /** Posts that came to light at the end and hold no final text. */
    const strays: Slot[] = [];
    let opened: Promise<void> | undefined;
    /** Some posts of an earlier run are gone: their keys would find them again. */
    let lostSome = false;
    /** The next text takes the place of all that is shown. */
    let restarted = false;

    const propsOf = (state: PropsState) => answerProps(target, platform.bot.userId, state);
    const growingProps = (part: number, stream: StreamState | undefined) =>
        propsOf({part, state: 'streaming', stream, attachments: target.growing ?? []});

    /** A post that an earlier run or try has ended says so, and may have its buttons. */
    const isGrowing = ({props}: Slot): boolean => {
        const known = gangwayProps(props);
        return known?.state === 'streaming' && known.turn === target.turnId;
    };

    const adopted = async (signal?: AbortSignal): Promise<void> => {
        const found: Slot[] = [];
        for (const id of target.existing) {
            const get = (): Promise<Post | undefined> => platform.getPost(id, signal);
            const post = await persist('looking for a post', log, signal, get);
            if (post?.deleteAt === 0) found.push(slotOf(post));
        }
        lostSome = found.length < target.existing.length;
        slots.push(...found);
    };

    const open = async (signal?: AbortSignal): Promise<void> => {
        opened ??= adopted(signal);
        try {
            await opened;
        } catch (error) {
            // The next edit looks again.
            opened = undefined;
            throw error;
        }
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

    const draftPurpose = (): Purpose => (lostSome ? 'r' : 'p');

    /** A post that is full already is created as what it stays. */
    const createDraft = async (
        message: string,
        part: number,
        last: boolean,
        stream: StreamState | undefined,
        signal: AbortSignal,
    ): Promise<void> => {
        const {channelId, rootId} = target;
        const props = last ? growingProps(part, stream) : propsOf({part, state: 'done'});
        doubt ??= {
            draft: {channelId, rootId, message, props, silent: loudAtEnd},
            key: keyOf(draftPurpose(), part),
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
            slot.props = change.props ?? slot.props;
        }
        return post;
    };

    const showOne = async (
        slot: Slot,
        part: number,
        message: string,
        last: boolean,
        stream: StreamState | undefined,
        signal: AbortSignal,
    ): Promise<void> => {
        const isNamed = gangwayProps(slot.props)?.stream === stream?.stream;
        const stands = last && isNamed && slot.message === message;
        if (slot.gone || slot.sealed || stands) return;
        const next = last ? growingProps(part, stream) : propsOf({part, state: 'done'});
        const withProps = !last || stream !== undefined || !isGrowing(slot);
        const props = withProps ? mergedProps(slot.props, next) : undefined;
        await edit(slot, {message, ...(props === undefined ? {} : {props})}, signal);
        slot.sealed = !last && slot.message === message;
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
        const props = mergedProps(slot.props, propsOf({part, state, attachments}));
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
            const edited = await persist('the final edit', log, signal, attempt);
            if (edited === undefined) return 'refused';
            const missing = fileIds.some((id) => !edited.fileIds.includes(id));
            return missing ? 'refused' : 'done';
        } catch (error) {
            log.warn('draft could not be finalised', {post: slot.id, error: errorOf(error)});
            return howItStands(slot, post, signal);
        }
    };

    /** After an edit without an answer: it may have been carried out all the same. */
    const howItStands = async (
        slot: Slot,
        {message, state, fileIds, attachments}: FinalPost,
        signal?: AbortSignal,
    ): Promise<Edited> => {
        if (signal?.aborted === true) return 'failed';
        try {
            const stands = await platform.getPost(slot.id, signal);
            if (stands?.deleteAt !== 0) return 'refused';
            const bare = fileIds.length === 0 && attachments.length === 0;
            const all = bare || gangwayProps(stands.props)?.state === state;
            return all && stands.message === message ? 'done' : 'refused';
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
        const props = propsOf({part, state, attachments});
        // One post notifies, the first: further parts of the answer do not.
        const silent = loudAtEnd && part > 0;
        const draft = {channelId, rootId, message, props, fileIds, silent};
        const key = keyOf(purpose, part);
        const create = (): Promise<Post> => platform.createPost(draft, key, signal);
        const created = await persist('posting the answer', log, signal, create);
        await noteCreated(created);
        return slotOf(created);
    };

    /** The final post under the key of `purpose`; undefined when the key finds one that stays as it is. */
    const createFinal = async (
        final: FinalPost,
        part: number,
        purpose: Purpose,
        signal?: AbortSignal,
    ): Promise<string | undefined> => {
        try {
            const slot = await post(final, part, purpose, signal);
            // A key may find a draft of an earlier run that nobody was told of, which stays so.
            const isUnheard = part === 0 && isSilent(slot.props);
            // It may find the post of an earlier try or run, with an earlier text.
            const edited =
                slot.gone || isUnheard || slot.message === final.message
                    ? !slot.gone && !isUnheard
                    : (await finalEdit(slot, part, final, signal)) === 'done';
            if (edited) return slot.id;
            strays.push(slot);
        } catch (error) {
            if (!isBrokenOff(error)) throw error;
            log.warn('a post could not be created', {part, purpose, error: errorOf(error)});
        }
        return undefined;
    };

    const createOneOf = async (
        final: FinalPost,
        part: number,
        first: Purpose,
        signal?: AbortSignal,
    ): Promise<string | undefined> => {
        try {
            for (const purpose of [first, 'f', 'g'] as const) {
                const id = await createFinal(final, part, purpose, signal);
                if (id !== undefined) return id;
            }
        } catch (error) {
            const code = error instanceof GangwayError ? error.code : undefined;
            log.error('answer could not be posted', {part, code, error: errorOf(error)});
        }
        return undefined;
    };

    /** Finds the draft of which nobody knows, so that it becomes one of the slots. */
    const clearDoubt = async (signal?: AbortSignal): Promise<void> => {
        const unsettled = doubt;
        if (unsettled === undefined) return;
        const settleIt = (): Promise<Slot> => settleDoubt(unsettled, signal);
        try {
            await persist('looking for a draft', log, signal, settleIt);
        } catch (error) {
            log.warn('a draft may be left behind', {error: errorOf(error)});
        }
    };

    /** Where deleting is refused: nothing of the draft stays that could be taken for an answer or pressed. */
    const isDisarmed = async (slot: Slot, signal?: AbortSignal): Promise<boolean> => {
        const ours = gangwayProps(slot.props);
        const props = mergedProps(slot.props, propsOf({part: ours?.part ?? 0, state: 'stopped'}));
        try {
            return (await edit(slot, {message: REPLACED, props}, signal)) !== undefined;
        } catch {
            return false;
        }
    };

    const remove = async (slot: Slot, signal?: AbortSignal): Promise<void> => {
        try {
            await persist('removing a draft', log, signal, () =>
                platform.deletePost(slot.id, signal),
            );
        } catch (error) {
            if (await isDisarmed(slot, signal)) {
                log.warn('a draft could not be removed', {post: slot.id, error: errorOf(error)});
                return;
            }
            log.error('a draft was left behind', {post: slot.id, error: errorOf(error)});
        }
    };

    const settle = async (
        posts: readonly FinalPost[],
        wantsAfresh: boolean,
        signal?: AbortSignal,
    ): Promise<{postIds: string[]; delivered: boolean}> => {
        await clearDoubt(signal);
        // No edit makes a silent draft heard.
        const anew = wantsAfresh || slots.slice(0, 1).some((slot) => isSilent(slot.props));
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
            const unknown = doubt === undefined ? draftPurpose() : 'f';
            const first: Purpose = !afresh ? unknown : anew ? 'n' : 'f';
            const id = await createOneOf(post, part, first, signal);
            if (id === undefined) return {postIds, delivered: false};
            postIds.push(id);
        }
        await clearDoubt(signal);
        for (const slot of [...slots, ...strays]) if (!slot.kept) await remove(slot, signal);
        return {postIds, delivered: true};
    };

    /** Removes posts of this run that hold nothing of the answer any more. */
    const removeBeyond = async (count: number, signal: AbortSignal): Promise<void> => {
        restarted = false;
        for (const slot of slots.slice(count)) {
            // What an earlier run left is told apart at the end.
            if (target.existing.includes(slot.id)) continue;
            await remove(slot, signal);
            slots.splice(slots.indexOf(slot), 1);
            lostSome = true;
        }
    };

    return {
        get shown() {
            return slots;
        },
        async kept(signal) {
            await open(signal);
            return slots.map((slot) => slot.message ?? '');
        },
        async show(messages, stream, signal) {
            const again = restarted;
            try {
                await open(signal);
                for (const [part, message] of messages.entries()) {
                    const last = part === messages.length - 1;
                    const slot = slots[part];
                    if (slot?.gone === true) return true;
                    const now = stream(part);
                    if (slot === undefined) await createDraft(message, part, last, now, signal);
                    else await showOne(slot, part, message, last, now, signal);
                }
                if (again) await removeBeyond(messages.length, signal);
                return true;
            } catch (error) {
                log.debug('an edit was skipped', {error: errorOf(error)});
                return false;
            } finally {
                // It came while this was under way.
                if (restarted) for (const slot of slots) slot.sealed = false;
            }
        },
        restart() {
            restarted = true;
            for (const slot of slots) slot.sealed = false;
        },
        async finish(posts, afresh, signal) {
            await open(signal);
            return settle(posts, afresh, signal);
        },
    };
}
