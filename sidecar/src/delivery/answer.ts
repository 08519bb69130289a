import type {AgentEvent} from '../agent/agent.ts';
import {errorOf} from '../contract/errors.ts';
import type {Log} from '../contract/log.ts';
import type {AnswerState} from '../contract/post-props.ts';
import {longestMessage, type ServerAbilities} from '../mattermost/abilities.ts';
import type {Platform} from '../mattermost/platform.ts';
import {createAnswerPosts, type FinalPost, type PostsPlatform} from './answer-posts.ts';
import {createComposer, keptPosts} from './composer.ts';
import type {Answer, AnswerEnd, AnswerTarget, DeliveryJournal, DeliveryResult} from './delivery.ts';
import {createDeltaPace} from './delta-pace.ts';
import {createDeltaSender, type PublishDelta} from './delta-sender.ts';
import {deltaEditDue, editInterval, FIRST_SHOW_MS, LONGEST_EDIT_MS} from './edit-schedule.ts';
import {createFileUploads, FILES_PER_POST} from './files.ts';
import {NO_LATEX, type LatexForms} from './formula-lines.ts';
import type {LiveDrafts} from './live-drafts.ts';
import {startTyping} from './typing.ts';

/** What an answer needs of the platform. */
export type AnswerPlatform = PostsPlatform &
    Pick<Platform, 'typing' | 'uploadFile' | 'abilities' | 'ownPostRights'>;

/** What an answer needs. */
export interface AnswerDeps {
    readonly platform: AnswerPlatform;
    readonly log: Log;
    readonly now: () => number;
    readonly publish: PublishDelta | undefined;
    /** Where the text that deltas have brought can be asked for. */
    readonly drafts: LiveDrafts;
    readonly target: AnswerTarget;
    readonly journal: DeliveryJournal;
}

/** An edit of a text that still grows is given up after this, ms: the final must not wait longer. */
const LONGEST_CALL_MS = 10_000;

/** No version of the text: it is to be stored again. */
const NEVER = -1;

/** An end that is shown in the posts. */
type ShownEnd = Exclude<AnswerEnd, {kind: 'abandoned'}>;

const STATES: Readonly<Record<ShownEnd['kind'], AnswerState>> = {
    done: 'done',
    cut: 'done',
    failed: 'failed',
    stopped: 'stopped',
};

function closingWords(end: ShownEnd): string[] {
    switch (end.kind) {
        case 'done':
            return [];
        case 'failed':
            return [end.message];
        case 'cut':
        case 'stopped':
            return [end.note];
    }
}

/** Texts, files and attachments as posts: files under the last text, ten a post. */
export function finalPosts(
    messages: readonly string[],
    fileIds: readonly string[],
    end: ShownEnd,
): FinalPost[] {
    const state = STATES[end.kind];
    const attachments = end.kind === 'done' ? [] : end.attachments;
    const posts: FinalPost[] = messages.map((message) => ({
        message,
        fileIds: [],
        attachments: [],
        state,
    }));
    for (let from = 0; from < fileIds.length; from += FILES_PER_POST) {
        const some = fileIds.slice(from, from + FILES_PER_POST);
        const under = from === 0 ? posts.pop() : undefined;
        posts.push({message: '', attachments: [], state, ...under, fileIds: some});
    }
    const last = posts.pop();
    if (last !== undefined) posts.push({...last, attachments});
    return posts;
}

/** No part of an answer is longer than what the server takes (DEL-10). */
function withinServer(target: AnswerTarget, abilities: ServerAbilities): AnswerTarget {
    const {settings} = target;
    const textChunkLimit = Math.min(settings.textChunkLimit, longestMessage(abilities));
    return {...target, settings: {...settings, textChunkLimit}};
}

/** Answers that take longer than this are none for the edit time limit, s. */
const LONGEST_ANSWER_S = 3_600;

/**
 * Whether a draft can be made what it must become: edited into the answer, and removed where the answer is posted
 * anew. What can be neither would stand there for ever, with its buttons.
 */
async function mayShowDrafts(
    platform: Pick<Platform, 'ownPostRights' | 'abilities'>,
    {channelId, settings}: AnswerTarget,
    signal: AbortSignal,
): Promise<boolean> {
    const rights = await platform
        .ownPostRights(channelId, signal)
        .catch(() => ({edit: true, delete: true}));
    if (!rights.edit || rights.delete) return rights.edit;
    const isAlwaysRemoved = settings.streaming.notify === 'final';
    const {editLimitSeconds = Infinity} = platform.abilities;
    return !isAlwaysRemoved && editLimitSeconds > LONGEST_ANSWER_S;
}

/** Formulas are rewritten where the settings let it and the server's clients draw them (DEL-21). */
function latexOf({settings}: AnswerTarget, {latex}: ServerAbilities): LatexForms {
    return settings.markdown.latex === 'auto' ? latex : NO_LATEX;
}

/** One answer; see `Answer`. Typing starts at once. */
export function createAnswer(deps: AnswerDeps): Answer {
    const {platform, now, publish} = deps;
    const target = withinServer(deps.target, platform.abilities);
    const log = deps.log.child({turn: target.turnId});
    const {streaming} = target.settings;
    const composer = createComposer(target, latexOf(target, platform.abilities));
    const posts = createAnswerPosts({platform, target, journal: deps.journal, log});
    const uploads = createFileUploads(platform, target.channelId, log);
    const {channelId, rootId} = target;
    const deltas = publish && createDeltaSender(publish, deps.drafts, channelId);
    const pace = createDeltaPace(now);
    const typing = startTyping(platform, channelId, rootId, log);

    /** Aborted with the signal of `end`: whatever is under way is given up. */
    const giveUp = new AbortController();
    let visibleAt: number | undefined;
    /** When the draft was first shown; its age sets the pace of edits. */
    let shownAt: number | undefined;
    let wroteAt = now();
    let lastEditAt = 0;
    let editedVersion = NEVER;
    let editedLength = 0;
    let editTimer: NodeJS.Timeout | undefined;
    let deltaTimer: NodeJS.Timeout | undefined;
    let editing: Promise<void> | undefined;
    let finished: Promise<DeliveryResult> | undefined;
    /** Whether the growing text is shown; undefined until it is known what the bot may. */
    let showsDrafts = streaming.mode === 'off' ? false : undefined;

    /** When the next stored edit is due; undefined when there is nothing to store. */
    const dueAt = (): number | undefined => {
        if (showsDrafts !== true || composer.version === editedVersion) return undefined;
        if (shownAt === undefined) {
            if (visibleAt === undefined) return undefined;
            const enough = composer.length > 0 && composer.length >= streaming.minInitialChars;
            const first = enough && streaming.mode !== 'progress' ? 0 : visibleAt + FIRST_SHOW_MS;
            return lastEditAt === 0 ? first : lastEditAt + LONGEST_EDIT_MS;
        }
        const pause = editInterval(streaming.throttleMs, now() - shownAt);
        if (deltas === undefined) return lastEditAt + pause;
        // A full post makes room for the next one, which deltas need.
        if (composer.sealed >= posts.shown.length) return lastEditAt + streaming.throttleMs;
        const due = deltaEditDue({
            sinceEditMs: now() - lastEditAt,
            sinceTextMs: now() - wroteAt,
            length: composer.length,
            storedLength: editedLength,
        });
        return due ? lastEditAt : now() + streaming.throttleMs;
    };

    const editDraft = async (): Promise<void> => {
        const messages = composer.preview();
        editedVersion = composer.version;
        if (messages.length === 0) return;
        lastEditAt = now();
        editedLength = composer.length;
        publishDelta();
        const giveUpEdit = new AbortController();
        const limit = setTimeout(() => giveUpEdit.abort(), LONGEST_CALL_MS);
        try {
            const limited = AbortSignal.any([giveUpEdit.signal, giveUp.signal]);
            if (!(await posts.show(messages, (part) => deltas?.state(part), limited)))
                editedVersion = NEVER;
        } finally {
            clearTimeout(limit);
        }
        if (posts.shown.length > 0) shownAt ??= now();
    };

    const schedule = (): void => {
        if (finished !== undefined || editing !== undefined) return;
        const due = dueAt();
        if (due === undefined) return;
        clearTimeout(editTimer);
        editTimer = setTimeout(
            () => {
                editTimer = undefined;
                const again = dueAt();
                if (again === undefined || again > now()) {
                    schedule();
                    return;
                }
                editing = editDraft().finally(() => {
                    editing = undefined;
                    schedule();
                    scheduleDelta();
                });
            },
            Math.max(due - now(), 0),
        );
    };

    const publishDelta = (): void => {
        clearTimeout(deltaTimer);
        deltaTimer = undefined;
        if (deltas === undefined || posts.shown.length === 0) return;
        pace.sent();
        for (const [part, message] of composer.preview().entries()) {
            const shown = posts.shown[part];
            if (shown !== undefined) deltas.send(part, shown.id, shown.message, message);
        }
    };

    /** What stands there is taken back as soon as there is something else. */
    const restart = (): void => {
        posts.restart();
        deltas?.restart();
        editedLength = 0;
        // No pause counts from here on: the next edit is due at once.
        if (shownAt !== undefined) lastEditAt = -Infinity;
    };

    const scheduleDelta = (): void => {
        if (deltas === undefined || finished !== undefined || posts.shown.length === 0) return;
        const {dueAt: due} = pace;
        if (due === undefined) return;
        if (due <= now()) publishDelta();
        else deltaTimer ??= setTimeout(publishDelta, due - now());
    };

    const finish = async (end: ShownEnd, signal?: AbortSignal): Promise<DeliveryResult> => {
        const files = await uploads.settled();
        const paragraphs = [...files.notes, ...closingWords(end)];
        let messages = composer.finish(paragraphs);
        let text = composer.text;
        if (text === '' && end.kind !== 'done' && end.kind !== 'cut') {
            const kept = await posts.kept(signal);
            messages = keptPosts(kept, paragraphs, target.settings);
            text = keptPosts(kept, [], target.settings).join('\n\n');
        }
        const list = finalPosts(messages, files.ids, end);
        const result = await posts.finish(list, streaming.notify === 'final', signal);
        return {...result, text};
    };

    const settle = async (end: AnswerEnd, signal?: AbortSignal): Promise<DeliveryResult> => {
        clearTimeout(editTimer);
        clearTimeout(deltaTimer);
        deltas?.close();
        const stop = (): void => {
            giveUp.abort();
            uploads.abort();
        };
        signal?.addEventListener('abort', stop, {once: true});
        if (signal?.aborted === true || end.kind === 'abandoned') stop();
        try {
            // An edit under way could land after the final one.
            await editing;
            if (end.kind !== 'abandoned') return await finish(end, signal);
            const postIds = posts.shown.map(({id}) => id);
            return {postIds, text: composer.text, delivered: false};
        } catch (error) {
            log.error('answer could not be finished', {error: errorOf(error)});
            return {postIds: [], text: composer.text, delivered: false};
        } finally {
            typing.stop();
            signal?.removeEventListener('abort', stop);
        }
    };

    if (showsDrafts === undefined) {
        void mayShowDrafts(platform, target, giveUp.signal).then((may) => {
            showsDrafts = may;
            schedule();
        });
    }

    return {
        write(event: AgentEvent) {
            if (finished !== undefined) return;
            wroteAt = now();
            if (event.kind === 'file') uploads.add(event);
            composer.add(event);
            if (event.kind === 'text-reset') restart();
            if (composer.visible) visibleAt ??= now();
            schedule();
            if (deltas === undefined) return;
            pace.arrived(event.kind === 'text' ? Buffer.byteLength(event.text) : 0);
            scheduleDelta();
        },
        end(end, signal) {
            finished ??= settle(end, signal);
            return finished;
        },
    };
}
