import {GangwayError} from '../contract/errors.ts';
import {sleep} from '../contract/time.ts';
import {LEAST_ABILITIES, type ServerAbilities} from '../mattermost/abilities.ts';
import {PlatformError} from '../mattermost/errors.ts';
import type {FileInfo, OwnPostRights, Post, PostChange, PostDraft} from '../mattermost/platform.ts';
import {SILENT_PROP} from '../mattermost/silent-posts.ts';
import type {AnswerPlatform} from './answer.ts';
import {aPost} from '../../test/a-post.ts';

/** One call that changed something, for counting. */
export interface Call {
    readonly kind: 'create' | 'update' | 'delete' | 'typing' | 'upload';
    readonly postId: string;
    /** Milliseconds of the fake's clock. */
    readonly at: number;
    /** Bytes that a viewer gets: some 730 for the event, the props and the text. */
    readonly bytes: number;
    readonly change: PostChange;
}

/** What a call does instead of working; `after` = it works, but the answer is lost. */
export type Fault = 'before' | 'after' | 'refused' | undefined;

/**
 * For tests only: the part of a platform that delivery needs, in memory. Keeps the rules that
 * matter here: a key gives the same post again, a deleted post cannot be edited, `props` replace.
 */
export interface FakePosts extends AnswerPlatform {
    readonly calls: readonly Call[];
    /** Typing calls as channel and root. */
    readonly typed: readonly {readonly channelId: string; readonly rootId: string}[];
    readonly files: ReadonlyMap<string, {readonly name: string; readonly bytes: number}>;
    /** Posts that are not deleted, in the order of creation. */
    readonly posts: readonly Post[];
    /** Asked before each call. */
    fault: (kind: Call['kind'] | 'get', postId: string) => Fault;
    abilities: ServerAbilities;
    /** What the bot may do with its posts. */
    rights: OwnPostRights;
    /** How long a call takes, ms; 0 = it resolves at once. */
    delayMs: number;
    /** A person removes a post. */
    removeByHand(postId: string): void;
}

const EDIT_EVENT_BYTES = 730;

/** A fake with nothing in it; `now` is its clock. */
export function createFakePosts(now: () => number = Date.now): FakePosts {
    const posts = new Map<string, Post>();
    const keys = new Map<string, string>();
    const calls: Call[] = [];
    const typed: {channelId: string; rootId: string}[] = [];
    const files = new Map<string, {name: string; bytes: number}>();

    const call = async <T>(
        kind: Call['kind'] | 'get',
        postId: string,
        signal: AbortSignal | undefined,
        work: () => T,
        refused?: T,
    ): Promise<T> => {
        signal?.throwIfAborted();
        if (fake.delayMs > 0) await sleep(fake.delayMs, signal);
        const fault = fake.fault(kind, postId);
        if (fault === 'before') throw new GangwayError('fake', `${kind} failed`);
        if (fault === 'refused' && refused !== undefined) return refused;
        if (fault === 'refused') throw new GangwayError('fake-refused', `${kind} was refused`);
        const result = work();
        if (fault === 'after') throw new GangwayError('fake', `${kind} was not acknowledged`);
        return result;
    };
    const note = (kind: Call['kind'], postId: string, change: PostChange = {}): void => {
        const post = posts.get(postId);
        const text = change.message ?? post?.message ?? '';
        // The event holds the post as a string in JSON.
        const props = JSON.stringify(JSON.stringify(post?.props ?? {}));
        const bytes = EDIT_EVENT_BYTES + Buffer.byteLength(text) + props.length;
        calls.push({kind, postId, at: now(), bytes, change});
    };
    const live = (id: string): Post | undefined => {
        const post = posts.get(id);
        return post?.deleteAt === 0 ? post : undefined;
    };
    const createPost = (draft: PostDraft, key: string): Post => {
        const known = posts.get(keys.get(key) ?? '');
        if (known?.deleteAt === 0) return known;
        // The server looks for the post that the key made, and fails.
        if (known !== undefined) throw new PlatformError('server-error', 'gone', {status: 500});
        const id = `post${posts.size + 1}`;
        const {channelId, rootId = '', message, props = {}, fileIds = []} = draft;
        const silent = draft.silent === true && fake.abilities.silentPosts;
        const post = aPost({
            id,
            createAt: now(),
            userId: 'bot',
            channelId,
            rootId,
            message,
            props: {
                ...props,
                from_bot: 'true',
                ...(silent ? {[SILENT_PROP]: true} : {}),
            },
            fileIds,
        });
        posts.set(id, post);
        keys.set(key, id);
        note('create', id, {message, ...(draft.props === undefined ? {} : {props: draft.props})});
        return post;
    };
    const updatePost = (id: string, change: PostChange): Post | undefined => {
        const post = live(id);
        if (post === undefined) return undefined;
        const next: Post = {...post, ...change, updateAt: now()};
        posts.set(id, next);
        note('update', id, change);
        return next;
    };
    const deletePost = (id: string): boolean => {
        const post = live(id);
        if (post === undefined) return false;
        posts.set(id, {...post, deleteAt: now() + 1});
        note('delete', id);
        return true;
    };
    const uploadFile = (name: string, content: Blob): FileInfo => {
        const id = `file${files.size + 1}`;
        files.set(id, {name, bytes: content.size});
        note('upload', '');
        return {id, name, mimeType: content.type, size: content.size};
    };

    const fake: FakePosts = {
        bot: {userId: 'bot', username: 'gangway'},
        calls,
        typed,
        files,
        get posts() {
            return [...posts.values()].filter((post) => post.deleteAt === 0);
        },
        fault: () => undefined,
        abilities: LEAST_ABILITIES,
        rights: {edit: true, delete: true},
        ownPostRights: async () => fake.rights,
        delayMs: 0,
        removeByHand: (id) => void deletePost(id),
        createPost: (draft, key, signal) =>
            call('create', '', signal, () => createPost(draft, key)),
        async updatePost(id, change, signal) {
            const result = await call<Post | 'refused' | undefined>(
                'update',
                id,
                signal,
                () => updatePost(id, change),
                'refused',
            );
            return result === 'refused' ? undefined : result;
        },
        deletePost: (id, signal) => call('delete', id, signal, () => deletePost(id)),
        getPost: (id, signal) => call('get', id, signal, () => live(id)),
        async typing(channelId, rootId, signal) {
            typed.push({channelId, rootId});
            await call('typing', '', signal, () => undefined);
        },
        uploadFile: (_channelId, name, content, signal) =>
            call('upload', '', signal, () => uploadFile(name, content)),
    };
    return fake;
}
