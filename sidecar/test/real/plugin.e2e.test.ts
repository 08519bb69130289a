import * as z from 'zod';
import {openWorkshop} from '../program.ts';
import {named, signIn, SKIPPED, until, type RealServer} from './server.ts';

const withId = z.object({id: z.string()});
const postList = z.object({
    order: z.array(z.string()),
    posts: z.record(
        z.string(),
        z.object({
            id: z.string(),
            user_id: z.string(),
            message: z.string(),
            create_at: z.number(),
            props: z.record(z.string(), z.unknown()).nullish(),
        }),
    ),
});
const withButtons = z.object({
    message: z.string(),
    props: z.object({
        attachments: z.array(
            z.object({actions: z.array(z.object({id: z.string(), name: z.string()}))}),
        ),
    }),
});
const withEmbeds = z.object({
    metadata: z.object({embeds: z.array(z.object({type: z.string()}))}),
});
const kvKeys = z.object({keys: z.array(z.string())});

jest.setTimeout(120_000);

if (named === undefined) {
    describe('the plugin on a real server', () => {
        it.skip(SKIPPED, () => {});
    });
} else {
    const there = named;
    describe('the plugin on a real server', () => {
        let server: RealServer;
        let botId: string;
        let direct: string;

        const post = async (channelId: string, message: string): Promise<string> => {
            const made = await server.call('POST', '/api/v4/posts', {
                channel_id: channelId,
                message,
            });
            return withId.parse(made.json).id;
        };
        const answersTo = async (channelId: string, postId: string) => {
            const {json} = await server.call(
                'GET',
                `/api/v4/channels/${channelId}/posts?after=${postId}`,
            );
            const {order, posts} = postList.parse(json);
            return order
                .flatMap((id) => posts[id] ?? [])
                .filter((one) => one.user_id === botId)
                .sort((a, b) => a.create_at - b.create_at);
        };
        const finished = (channelId: string, postId: string, ms?: number) =>
            until(
                'the answer',
                async () => {
                    const answers = await answersTo(channelId, postId);
                    const done = answers.some(({props}) =>
                        JSON.stringify(props?.['gangway'] ?? {}).includes('"done"'),
                    );
                    return done ? answers : undefined;
                },
                ms,
            );
        const isReady = async (): Promise<true | undefined> => {
            const {status} = await server.call('GET', '/plugins/gangway/readyz').catch(() => ({
                status: 0,
            }));
            return status === 200 ? true : undefined;
        };

        beforeAll(async () => {
            server = await signIn(there);
            expect(await server.upload(there.bundle)).toBe(201);
            const enabled = await server.call('POST', '/api/v4/plugins/gangway/enable');
            expect(enabled.status).toBe(200);
            await until('the plugin', isReady);
            const bot = await server.call('GET', '/api/v4/users/username/gangway');
            botId = withId.parse(bot.json).id;
            const channel = await server.call('POST', '/api/v4/channels/direct', [
                server.userId,
                botId,
            ]);
            direct = withId.parse(channel.json).id;
        });

        it('[INS-03] answers the admin who uploaded it, with nothing configured', async () => {
            const answers = await finished(direct, await post(direct, 'Hello there'));
            expect(answers).toHaveLength(1);
        });

        it('[CMD-01] answers /gangway status to the caller alone', async () => {
            const {json} = await server.call('POST', '/api/v4/commands/execute', {
                channel_id: direct,
                command: '/gangway status',
            });
            expect(json).toMatchObject({
                response_type: 'ephemeral',
                text: expect.stringContaining('**Connection** ready'),
            });
        });

        it('[INS-05] goes on with an answer after it was disabled and enabled', async () => {
            const question = await post(direct, 'slow 6');
            await until('the draft', async () => {
                const answers = await answersTo(direct, question);
                return answers.length > 0 ? true : undefined;
            });
            await server.call('POST', '/api/v4/plugins/gangway/disable');
            await server.call('POST', '/api/v4/plugins/gangway/enable');
            const answers = await finished(direct, question, 60_000);
            expect(answers).toHaveLength(1);
            expect(answers[0]?.message).toContain('1 2 3 4 5 6.');
        });

        it('[INS-05] keeps what it has through an upload that replaces it', async () => {
            await finished(direct, await post(direct, 'remember the tide turns at six'));
            expect(await server.upload(there.bundle)).toBe(201);
            await until('the plugin', isReady);
            const answers = await finished(direct, await post(direct, 'what did I say before?'));
            expect(answers.map(({message}) => message).join()).toContain('tide');
        });

        it('[OPS-02] says that it lives, and refuses runners without a token', async () => {
            expect((await server.call('GET', '/plugins/gangway/healthz')).json).toEqual({
                status: 'ok',
            });
            const hello = await server.call('POST', '/plugins/gangway/api/v1/runner/hello', {});
            expect(hello.status).toBe(401);
        });

        /** The post and its button of that name; undefined while there is none. */
        const buttonOf = async (postId: string, name: string) => {
            const {json} = await server.call('GET', `/api/v4/posts/${postId}`);
            const post = withButtons.safeParse(json).data;
            const button = post?.props.attachments
                .flatMap(({actions}) => actions)
                .find((action) => action.name === name);
            return button && {json, press: `/api/v4/posts/${postId}/actions/${button.id}`};
        };
        /** The button under the newest answer, once it is there. */
        const buttonUnder = (question: string, name: string) =>
            until(`the button ${name}`, async () => {
                const answer = (await answersTo(direct, question)).at(-1);
                return answer && (await buttonOf(answer.id, name));
            });
        /** Web clients draw buttons from there, and from nowhere else. */
        const drawn = (json: unknown) =>
            withEmbeds.safeParse(json).data?.metadata.embeds.map(({type}) => type);

        it('[BTN-09] [DEL-14] has the server show Try again under a failed answer, and tries again', async () => {
            const question = await post(direct, 'error');
            const button = await buttonUnder(question, 'Try again');
            expect(drawn(button.json)).toContain('message_attachment');
            expect((await server.call('POST', button.press, {})).status).toBe(200);
            await until('the next try', async () => {
                const {json} = await server.call('GET', button.press.replace(/\/actions.*/, ''));
                const isAnother = !JSON.stringify(json).includes(button.press.split('/').at(-1)!);
                return isAnother ? true : undefined;
            });
        });

        it('[BTN-09] [SES-10] has the server show Stop under an answer that grows, and stops', async () => {
            const question = await post(direct, 'slow 60');
            const button = await buttonUnder(question, 'Stop');
            expect(drawn(button.json)).toContain('message_attachment');
            expect((await server.call('POST', button.press, {})).status).toBe(200);
            await until('the end', async () => {
                const [answer] = await answersTo(direct, question);
                const state = JSON.stringify(answer?.props?.['gangway'] ?? {});
                return state.includes('"stopped"') ? true : undefined;
            });
        });

        const type = async (command: string): Promise<string> => {
            const {json} = await server.call('POST', '/api/v4/commands/execute', {
                channel_id: direct,
                command,
            });
            return z.object({text: z.string()}).parse(json).text;
        };
        /** A channel of its own for a test, with the bot in it; ended with the test. */
        const channelWithBot = async () => {
            const {json} = await server.call('GET', '/api/v4/users/me/teams');
            const team = z.array(withId).min(1).parse(json)[0]!.id;
            const name = `e2e-${Date.now()}`;
            const made = await server.call('POST', '/api/v4/channels', {
                team_id: team,
                name,
                display_name: name,
                type: 'O',
            });
            const {id} = withId.parse(made.json);
            await server.call('POST', `/api/v4/teams/${team}/members`, {
                team_id: team,
                user_id: botId,
            });
            await server.call('POST', `/api/v4/channels/${id}/members`, {user_id: botId});
            return {
                id,
                [Symbol.asyncDispose]: async () => {
                    await server.call('DELETE', `/api/v4/channels/${id}`);
                },
            };
        };

        it('[INS-08] lets a runner join that answers with it, each message once, and ends when it is revoked', async () => {
            await using workshop = await openWorkshop();
            await using channel = await channelWithBot();
            const name = `e2e-${Date.now()}`;
            const token = /gwr_\S+/.exec(await type(`/gangway runner create ${name}`))?.[0] ?? '';
            try {
                const runner = workshop.start(['serve', '--attach', server.url], {
                    GANGWAY_RUNNER_TOKEN: token,
                });
                await runner.said('gangway is attached');
                await runner.said('connected');
                const api = `${server.url}/plugins/gangway/api/v1/runner/kv/list`;
                const listed = await fetch(api, {
                    method: 'POST',
                    headers: {'X-Gangway-Runner': token, 'Content-Type': 'application/json'},
                    body: JSON.stringify({prefix: 'runner/', limit: 10}),
                });
                expect(kvKeys.parse(await listed.json()).keys).toHaveLength(2);

                const questions: string[] = [];
                for (let n = 0; n < 10; n++) {
                    const question = await post(channel.id, `@gangway help, the ${n}th time`);
                    questions.push(question);
                    await finished(channel.id, question);
                }
                const all = await answersTo(channel.id, questions[0]!);
                const turns = all.map(({props}) => {
                    const ours = z.object({turn: z.string()}).safeParse(props?.['gangway']);
                    return ours.data?.turn;
                });
                expect(turns).toEqual(questions);

                expect(await type(`/gangway runner revoke ${name}`)).toContain('locked out');
                expect(await runner.ended).toEqual({code: 4, signal: null});
                const loud = runner.lines.filter((line) => /"level":"(warn|error)"/.test(line));
                expect(loud).toEqual([
                    expect.stringContaining('refuses the token of this runner, which was revoked'),
                ]);
            } finally {
                await type(`/gangway runner revoke ${name}`);
            }
        });
    });
}
