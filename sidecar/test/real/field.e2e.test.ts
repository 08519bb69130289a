import * as z from 'zod';
import {applyDelta, decodeDelta} from '../../src/contract/events.ts';
import {gangwayProps} from '../../src/contract/post-props.ts';
import {RestUser} from '../../src/mattermost/rest/rest-world.contract.ts';
import {GOOD, THOUGHT} from '../bad-day-behaviours.ts';
import {startBadDayModel, type BadDayModel} from '../bad-day-model.ts';
import {FORMULAS, LINKS, LONG, PICTURE, TABLE} from '../bad-day-texts.ts';
import {afterAgain, DAY, rawIn, wordsOf, type Hour} from '../bad-day.ts';
import {named, signIn, SKIPPED, until, type RealServer} from './server.ts';

const withId = z.object({id: z.string()});
const postSchema = z.object({
    id: z.string(),
    user_id: z.string(),
    message: z.string(),
    create_at: z.number(),
    props: z.looseObject({
        attachments: z
            .array(z.object({actions: z.array(z.object({id: z.string(), name: z.string()}))}))
            .nullish(),
    }),
});
const postList = z.object({order: z.array(z.string()), posts: z.record(z.string(), postSchema)});
const settingsDocument = z.object({revision: z.number(), settings: z.looseObject({})});
const frameSchema = z.object({event: z.string(), data: z.looseObject({})});

type RealPost = z.infer<typeof postSchema>;

/** Longer than any answer takes, on whatever machine. */
const LONGER_MS = 60_000;

jest.setTimeout(600_000);

/** Everything that the bot shows to one person as it happens: stored texts, and those that grow by deltas. */
async function watch(url: string, token: string, botId: string) {
    const texts: string[] = [];
    const growing = new Map<string, string>();
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/api/v4/websocket`);
    const opened = new Promise<void>((resolve, reject) => {
        socket.addEventListener('open', () => {
            socket.send(
                JSON.stringify({seq: 1, action: 'authentication_challenge', data: {token}}),
            );
        });
        socket.addEventListener('error', () => reject(new Error('the WebSocket broke')));
        socket.addEventListener('message', ({data}) => {
            const frame = frameSchema.safeParse(JSON.parse(String(data))).data;
            if (frame === undefined) return;
            if (frame.event === 'hello') resolve();
            const delta = frame.event === 'custom_gangway_d' ? decodeDelta(frame.data) : undefined;
            if (delta !== undefined) {
                const text = applyDelta(growing.get(delta.stream) ?? '', delta);
                growing.set(delta.stream, text);
                texts.push(text);
            }
            if (frame.event !== 'posted' && frame.event !== 'post_edited') return;
            const post = postSchema.parse(JSON.parse(String(frame.data['post'])));
            if (post.user_id === botId) texts.push(post.message);
        });
    });
    await opened;
    return {texts, close: () => socket.close()};
}

if (named === undefined) {
    describe('a bad day on a real server', () => {
        it.skip(SKIPPED, () => {});
    });
} else {
    const there = named;
    describe('a bad day on a real server', () => {
        let server: RealServer;
        let model: BadDayModel;
        let person: {user: RestUser; id: string; direct: string};
        let botId: string;
        let watched: Awaited<ReturnType<typeof watch>>;
        /** What is to be put back at the end, the last first. */
        const afterwards: (() => unknown)[] = [];

        const read = async () =>
            settingsDocument.parse(
                (await server.call('GET', '/plugins/gangway/api/v1/settings')).json,
            );
        const save = async (settings: object): Promise<void> => {
            const {revision} = await read();
            const change = {revision, settings};
            const saved = await server.call('PUT', '/plugins/gangway/api/v1/settings', change);
            expect(saved.status).toBe(200);
        };
        /** Everybody may write to the bot, and its agent asks the model at that address. */
        const agentAt = (baseUrl: string): Promise<void> =>
            save({
                agents: {
                    main: {
                        kind: 'openai-compatible',
                        baseUrl,
                        model: 'bad-day',
                        temperature: 0.2,
                        maxOutputTokens: 1000,
                        maxRetries: 1,
                    },
                },
                channels: {mattermost: {dmPolicy: 'open', allowFrom: ['*']}},
            });
        /** A member of the admin's team who talks with the bot. */
        const newPerson = async (): Promise<typeof person> => {
            const name = `day-${Date.now()}`;
            const password = `Day-${Date.now()}-Password1!`;
            const made = await server.call('POST', '/api/v4/users', {
                email: `${name}@example.com`,
                username: name,
                password,
            });
            const {id} = withId.parse(made.json);
            const teams = await server.call('GET', '/api/v4/users/me/teams');
            const [team] = z.array(withId).min(1).parse(teams.json);
            const member = {team_id: team?.id, user_id: id};
            await server.call('POST', `/api/v4/teams/${team?.id}/members`, member);
            const user = await RestUser.login(there.url, name, password);
            const channel: unknown = await user.call('POST', '/channels/direct', [id, botId]);
            return {user, id, direct: withId.parse(channel).id};
        };

        beforeAll(async () => {
            const {hostname} = new URL(there.url);
            if (!['127.0.0.1', 'localhost'].includes(hostname)) {
                throw new Error('The server must run on this machine: it asks the test’s model.');
            }
            server = await signIn(there);
            expect(await server.upload(there.bundle)).toBe(201);
            const enabled = await server.call('POST', '/api/v4/plugins/gangway/enable');
            expect(enabled.status).toBe(200);
            await until(
                'the plugin',
                async () => {
                    const ready = await server.call('GET', '/plugins/gangway/readyz').catch(() => ({
                        status: 0,
                    }));
                    return ready.status === 200 ? true : undefined;
                },
                LONGER_MS,
            );
            const {settings} = await read();
            model = await startBadDayModel({paceMs: 5});
            afterwards.push(() => model[Symbol.asyncDispose]());
            afterwards.push(() => save(settings));
            const bot = await server.call('GET', '/api/v4/users/username/gangway');
            botId = withId.parse(bot.json).id;
            await agentAt(model.url);
            person = await newPerson();
            afterwards.push(() => server.call('DELETE', `/api/v4/users/${person.id}`));
            watched = await watch(there.url, person.user.token, botId);
            afterwards.push(() => watched.close());
        }, 120_000);
        afterAll(async () => {
            const failures: unknown[] = [];
            for (const step of afterwards.reverse()) {
                try {
                    await step();
                } catch (error) {
                    failures.push(error);
                }
            }
            expect(failures).toEqual([]);
        });

        const say = async (message: string): Promise<string> => {
            const made: unknown = await person.user.call('POST', '/posts', {
                channel_id: person.direct,
                message,
            });
            return withId.parse(made).id;
        };
        /** The posts of the answers to a question, oldest first. */
        const answersTo = async (question: string): Promise<RealPost[]> => {
            const path = `/channels/${person.direct}/posts?after=${question}&per_page=200`;
            const found: unknown = await person.user.call('GET', path);
            const {order, posts} = postList.parse(found);
            return order
                .flatMap((id) => posts[id] ?? [])
                .filter(({props}) => gangwayProps(props)?.turn.startsWith(question) === true)
                .sort((a, b) => a.create_at - b.create_at);
        };
        const finished = (question: string): Promise<RealPost[]> =>
            until(
                'the answer',
                async () => {
                    const posts = await answersTo(question);
                    const open = posts.some(
                        ({props}) => gangwayProps(props)?.state === 'streaming',
                    );
                    return posts.length === 0 || open ? undefined : posts;
                },
                LONGER_MS,
            );
        /** An answer that comes after this one: the turn before it is over then. */
        const goesOn = async (words: string): Promise<void> => {
            const [post] = await finished(await say(`and after ${words}?`));
            expect(post?.message).toBe(GOOD);
        };
        const buttons = (post: RealPost | undefined) =>
            (post?.props.attachments ?? []).flatMap(({actions}) => actions);

        /** Asks, and looks at what is read; the post with the button, if there is one. */
        const live = async ({asks, state, reads, offers}: Hour): Promise<RealPost | undefined> => {
            const posts = await finished(await say(`${asks} please`));
            const seen = {
                asks,
                states: [...new Set(posts.map(({props}) => gangwayProps(props)?.state))],
                reads: posts.map(({message}) => message).join('\n'),
                offers: buttons(posts.at(-1)).map(({name}) => name),
            };
            expect(seen).toEqual({
                asks,
                states: [state],
                reads: typeof reads === 'string' ? reads : expect.stringMatching(reads),
                offers: offers === undefined ? [] : [offers],
            });
            return posts.at(-1);
        };

        it.each(Object.entries(DAY))(
            '[DEL-06] [DEL-15] each turn ends with the right text or a plain sentence, and the talk goes on, when the model %s',
            async (_, hours) => {
                for (const hour of hours) {
                    const answer = await live(hour);
                    if (answer !== undefined && hour.offers === 'Try again') {
                        const [button] = buttons(answer);
                        await person.user.call(
                            'POST',
                            `/posts/${answer.id}/actions/${button?.id}`,
                            {},
                        );
                        await until(
                            `another try of ${hour.asks}`,
                            async () => {
                                const found: unknown = await person.user.call(
                                    'GET',
                                    `/posts/${answer.id}`,
                                );
                                const post = postSchema.parse(found);
                                const props = gangwayProps(post.props);
                                // The old text stands until there is a new one.
                                const isOpen = props?.state === 'streaming' || props?.again;
                                const isOld = buttons(post).some(({id}) => id === button?.id);
                                if (isOpen === true || isOld) return undefined;
                                if (afterAgain(hour) === 'good') expect(post.message).toBe(GOOD);
                                else expect(post.message).toMatch(hour.reads);
                                return true;
                            },
                            LONGER_MS,
                        );
                    }
                    await goesOn(hour.asks.replaceAll('-', ' '));
                }
            },
        );

        it('[DEL-10] [DEL-17] [DEL-20] loses no word of long answers, and fetches none of their pictures', async () => {
            const texts = new Map<string, string>();
            for (const asks of ['links', 'picture', 'formulas', 'table', 'long']) {
                const question = await say(`${asks}-answer please`);
                await finished(question);
                await goesOn(asks);
                const posts = await answersTo(question);
                for (const {message} of posts) expect(message).not.toContain('![');
                texts.set(asks, posts.map(({message}) => message).join('\n'));
            }
            expect(texts.get('links')).toBe(LINKS);
            expect(texts.get('picture')).toBe(PICTURE.replace('![', '['));
            // Where the server draws formulas, each block stands in a fence that says so.
            const drawn = wordsOf(texts.get('formulas')).filter((word) => word !== 'latex');
            expect(drawn).toEqual(wordsOf(FORMULAS));
            expect(wordsOf(texts.get('table'))).toEqual(wordsOf(TABLE));
            expect(wordsOf(texts.get('long'))).toEqual(wordsOf(LONG));
        });

        it('[ROUTE-09] asks again without the fields that the service refuses', async () => {
            for (const asks of [
                'refuse-limit-openai',
                'refuse-heat-openai',
                'refuse-usage-fastapi',
                'refuse-usage-text',
                'refuse-usage-vllm',
            ] as const) {
                await live({asks, state: 'done', reads: GOOD});
            }
        });

        it('[SES-13] goes on when the conversation is too long for the model', async () => {
            await using narrow = await startBadDayModel({
                contextBytes: 12_000,
                contextShape: 'vllm',
            });
            await agentAt(narrow.url);
            for (let n = 1; n <= 5; n++) await goesOn(`${n}: ${'the sea is wide. '.repeat(150)}`);
            expect(narrow.exchanges.some(({did}) => did === 'too-long')).toBe(true);
            await agentAt(model.url);
        });

        it('[DEL-06] [DEL-15] has shown no tag, no raw error and no thought at any time', async () => {
            expect(watched.texts.length).toBeGreaterThan(100);
            expect(watched.texts.map(rawIn).filter((found) => found !== undefined)).toEqual([]);
            const path = `/channels/${person.direct}/posts?per_page=200`;
            const standing = postList.parse(await person.user.call('GET', path));
            const thoughts = Object.values(standing.posts).filter(({message}) =>
                message.includes(THOUGHT),
            );
            expect(thoughts).toEqual([]);
        });
    });
}
