import {ACCOUNT_DEFAULTS} from '../contract/account-defaults.ts';
import type {AccountSettings, StreamingSettings} from '../contract/account-settings.ts';
import type {AnswerDelta} from '../contract/events.ts';
import {silentLog} from '../contract/log.ts';
import {createDelivery} from './create-delivery.ts';
import {createLiveDrafts, type LiveDrafts} from './live-drafts.ts';
import type {Answer, AnswerTarget} from './delivery.ts';
import {createFakePosts, type FakePosts} from './fake-posts.ts';

/** For tests only: what differs from the defaults. */
export interface Wishes {
    readonly streaming?: Partial<StreamingSettings>;
    readonly limit?: number;
    readonly tables?: AccountSettings['markdown']['tables'];
    readonly latex?: AccountSettings['markdown']['latex'];
    readonly links?: Partial<AccountSettings['links']>;
    readonly responsePrefix?: string;
    readonly rootId?: string;
    readonly existing?: readonly string[];
    readonly growing?: AnswerTarget['growing'];
    /** Deltas are collected. */
    readonly deltas?: boolean;
    readonly fake?: FakePosts;
}

/** For tests only: an answer on a fake platform. */
export interface Bench {
    readonly answer: Answer;
    readonly fake: FakePosts;
    readonly journal: string[];
    readonly deltas: AnswerDelta[];
    readonly drafts: LiveDrafts;
    /** What the posts hold, in order. */
    texts(): string[];
    edits(): number;
    /** Writes `text` in pieces of `size`, one each `everyMs`. */
    stream(text: string, size: number, everyMs: number): Promise<void>;
}

/** The settings of the target, with the product's defaults. */
export function settingsOf(wishes: Wishes): AnswerTarget['settings'] {
    return {
        streaming: {...ACCOUNT_DEFAULTS.streaming, ...wishes.streaming},
        textChunkLimit: wishes.limit ?? ACCOUNT_DEFAULTS.textChunkLimit,
        markdown: {
            tables: wishes.tables ?? ACCOUNT_DEFAULTS.markdown.tables,
            latex: wishes.latex ?? ACCOUNT_DEFAULTS.markdown.latex,
        },
        links: {...ACCOUNT_DEFAULTS.links, ...wishes.links},
        responsePrefix: wishes.responsePrefix,
    };
}

/** Opens an answer; jest's fake timers are the clock. */
export function openBench(wishes: Wishes = {}): Bench {
    const fake = wishes.fake ?? createFakePosts();
    const journal: string[] = [];
    const deltas: AnswerDelta[] = [];
    const drafts = createLiveDrafts();
    const delivery = createDelivery({
        drafts,
        platform: fake,
        log: silentLog,
        ...(wishes.deltas === true ? {publish: (delta: AnswerDelta) => deltas.push(delta)} : {}),
    });
    const answer = delivery.open(
        {
            channelId: 'channel',
            rootId: wishes.rootId ?? '',
            turnId: 'turn',
            agent: 'main',
            settings: settingsOf(wishes),
            existing: wishes.existing ?? [],
            ...(wishes.growing === undefined ? {} : {growing: wishes.growing}),
        },
        {
            async postCreated(postId) {
                journal.push(postId);
            },
        },
    );
    return {
        answer,
        fake,
        journal,
        deltas,
        drafts,
        texts: () => fake.posts.map((post) => post.message),
        edits: () => fake.calls.filter((call) => call.kind === 'update').length,
        async stream(text, size, everyMs) {
            for (let at = 0; at < text.length; at += size) {
                answer.write({kind: 'text', text: text.slice(at, at + size)});
                await jest.advanceTimersByTimeAsync(everyMs);
            }
        },
    };
}
