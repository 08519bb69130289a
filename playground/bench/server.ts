import {WebSocket} from 'ws';
import * as z from 'zod';
import {applyDelta, decodeDelta} from '../../sidecar/src/contract/events.ts';

/** A Mattermost server to measure on, with a bot and an ordinary person in one channel. */
export interface BenchServer {
    readonly label: string;
    readonly url: string;
    readonly botToken: string;
    readonly botName: string;
    readonly channelId: string;
    /** Writes as the person. */
    post(message: string): Promise<string>;
    /**
     * The least that this server takes on this machine now, ms: from a post of the person to the reply in
     * its thread that a program without any work of its own writes over REST as soon as it hears of the post.
     */
    bareReply(): Promise<number>;
    readonly viewer: Viewer;
    close(): Promise<void>;
}

/** What an ordinary user's client sees, and when. */
export interface Viewer {
    /** All versions of all posts of the bot, as they become visible. */
    readonly seen: readonly Seen[];
    /** Frames that the bot's work brought since the last `reset`, by kind. */
    readonly cost: Readonly<Record<Seen['by'] | 'typing', {frames: number; bytes: number}>>;
    /** Resolves with the next new post of anybody that fits, and when it came; within 10 s. */
    heard(fits: (post: AnyPost) => boolean): Promise<AnyPost & {readonly at: number}>;
    reset(): void;
    close(): void;
}

export interface Seen {
    readonly postId: string;
    /** The turn that the post belongs to (`props.gangway.turn`). */
    readonly turn: string;
    readonly state: string;
    readonly text: string;
    /** ms, performance.now(). */
    readonly at: number;
    /** By a stored edit, or by a delta. */
    readonly by: 'posted' | 'edited' | 'delta';
}

const idSchema = z.looseObject({id: z.string()});
const postSchema = z.looseObject({
    id: z.string(),
    user_id: z.string(),
    root_id: z.string(),
    message: z.string(),
    props: z.looseObject({
        gangway: z
            .looseObject({
                turn: z.string(),
                state: z.string(),
                stream: z.string().optional(),
            })
            .optional(),
    }),
});
type AnyPost = z.infer<typeof postSchema>;
const frameSchema = z.looseObject({
    event: z.string(),
    data: z.looseObject({post: z.string().optional(), user_id: z.string().optional()}),
});

/** Calls a server's REST API. @throws Error with status and route. */
export async function call(
    url: string,
    token: string,
    method: string,
    route: string,
    body?: unknown,
): Promise<{readonly headers: Headers; readonly json: unknown}> {
    const response = await fetch(`${url}/api/v4${route}`, {
        method,
        headers: token === '' ? {} : {Authorization: `Bearer ${token}`},
        ...(body === undefined ? {} : {body: JSON.stringify(body)}),
        signal: AbortSignal.timeout(30_000),
    });
    const json: unknown = await response.json().catch(() => undefined);
    if (!response.ok)
        throw new Error(`${method} ${route}: ${response.status} ${JSON.stringify(json)}`);
    return {headers: response.headers, json};
}

/** Makes a team, a channel, a person and a bot of this run's own, as an admin, and looks at the channel. */
export async function prepareServer(
    label: string,
    url: string,
    admin: {readonly user: string; readonly password: string},
    existingBot?: {readonly userId: string; readonly username: string},
): Promise<BenchServer> {
    const run = Math.random().toString(36).slice(2, 8);
    const login = async (user: string, password: string): Promise<string> => {
        const {headers} = await call(url, '', 'POST', '/users/login', {login_id: user, password});
        return headers.get('Token') ?? '';
    };
    const adminToken = await login(admin.user, admin.password);
    const make = async (route: string, body: unknown): Promise<string> =>
        idSchema.parse((await call(url, adminToken, 'POST', route, body)).json).id;

    const teamId = await make('/teams', {name: `bench-${run}`, display_name: 'Bench', type: 'O'});
    const person = {
        username: `bench-${run}`,
        email: `bench-${run}@example.com`,
        password: 'Playground1!',
    };
    const personId = await make('/users', person);
    const botName = existingBot?.username ?? `benchbot-${run}`;
    const botId =
        existingBot?.userId ??
        z
            .looseObject({user_id: z.string()})
            .parse((await call(url, adminToken, 'POST', '/bots', {username: botName})).json)
            .user_id;
    const botToken =
        existingBot === undefined
            ? z.looseObject({token: z.string()}).parse(
                  (
                      await call(url, adminToken, 'POST', `/users/${botId}/tokens`, {
                          description: 'bench',
                      })
                  ).json,
              ).token
            : '';
    const channelId = await make('/channels', {
        team_id: teamId,
        name: `bench-${run}`,
        display_name: 'Bench',
        type: 'O',
    });
    for (const id of [personId, botId]) {
        await call(url, adminToken, 'POST', `/teams/${teamId}/members`, {
            team_id: teamId,
            user_id: id,
        });
        await call(url, adminToken, 'POST', `/channels/${channelId}/members`, {user_id: id});
    }
    const token = await login(person.username, person.password);
    const viewer = await openViewer(url, token, botId);
    let bareReplies = 0;
    return {
        label,
        url,
        botToken,
        botName,
        channelId,
        viewer,
        async post(message) {
            const {json} = await call(url, token, 'POST', '/posts', {
                channel_id: channelId,
                message,
            });
            return idSchema.parse(json).id;
        },
        async bareReply() {
            const text = `bare ${++bareReplies}`;
            const begun = performance.now();
            const root = viewer.heard(({message}) => message === text);
            await call(url, token, 'POST', '/posts', {channel_id: channelId, message: text});
            const {id} = await root;
            const reply = viewer.heard((post) => post.root_id === id);
            const body = {channel_id: channelId, message: 'at once', root_id: id};
            await call(url, adminToken, 'POST', '/posts', body);
            return (await reply).at - begun;
        },
        async close() {
            viewer.close();
            await call(url, adminToken, 'DELETE', `/channels/${channelId}`).catch(() => undefined);
        },
    };
}

async function openViewer(url: string, token: string, botId: string): Promise<Viewer> {
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/api/v4/websocket`, {
        headers: {Authorization: `Bearer ${token}`},
    });
    const seen: Seen[] = [];
    const listeners = new Set<(post: AnyPost, at: number) => void>();
    const latest = new Map<string, Seen>();
    const postsByStream = new Map<string, string>();
    let cost = noCost();
    const count = (kind: keyof Viewer['cost'], {length}: Buffer): void => {
        cost[kind].frames++;
        cost[kind].bytes += length;
    };
    const note = (one: Seen): void => {
        seen.push(one);
        latest.set(one.postId, one);
    };
    socket.on('message', (data: Buffer) => {
        const at = performance.now();
        const parsed = frameSchema.safeParse(JSON.parse(data.toString('utf8')));
        if (!parsed.success) return;
        const {event, data: payload} = parsed.data;
        if (event === 'typing' && payload.user_id === botId) count('typing', data);
        const delta = event.startsWith('custom_') ? decodeDelta(payload) : undefined;
        if (delta !== undefined) {
            count('delta', data);
            const before = latest.get(postsByStream.get(delta.stream) ?? '');
            if (before === undefined) return;
            note({...before, text: applyDelta(before.text, delta), at, by: 'delta'});
            return;
        }
        if ((event !== 'posted' && event !== 'post_edited') || payload.post === undefined) return;
        const post = postSchema.parse(JSON.parse(payload.post));
        if (event === 'posted') for (const listener of listeners) listener(post, at);
        if (post.user_id !== botId) return;
        const {turn = '', state = '', stream} = post.props.gangway ?? {};
        if (stream !== undefined) postsByStream.set(stream, post.id);
        const by = event === 'posted' ? 'posted' : 'edited';
        count(by, data);
        note({postId: post.id, turn, state, text: post.message, at, by});
    });
    await new Promise<void>((resolve, reject) => {
        socket.once('open', () => resolve());
        socket.once('error', reject);
    });
    return {
        seen,
        get cost() {
            return cost;
        },
        async heard(fits) {
            const {promise, resolve, reject} = Promise.withResolvers<AnyPost & {at: number}>();
            const timer = setTimeout(() => reject(new Error('no such post came')), 10_000);
            const listener = (post: AnyPost, at: number): void => {
                if (fits(post)) resolve({...post, at});
            };
            listeners.add(listener);
            try {
                return await promise;
            } finally {
                listeners.delete(listener);
                clearTimeout(timer);
            }
        },
        reset() {
            seen.length = 0;
            cost = noCost();
        },
        close: () => socket.close(),
    };
}

function noCost(): Viewer['cost'] {
    const none = () => ({frames: 0, bytes: 0});
    return {posted: none(), edited: none(), delta: none(), typing: none()};
}
