import * as z from 'zod';
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
    });
}
