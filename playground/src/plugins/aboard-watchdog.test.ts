import {startGangwayAboard} from '../../test/gangway-aboard.ts';
import {until} from '../../test/plugin-playground.ts';

jest.setTimeout(60_000);

it('[INS-06] a process that hears no hooks any more ends, is started again, and answers', async () => {
    const gangway = await startGangwayAboard({
        main: 'sidecar/test/watched-plugin/main.ts',
        plugins: {healthCheckMs: 1_000},
    });
    const {server, harbor, directId} = gangway;
    try {
        const running = () => server.playground.plugins.find('gangway')?.process();
        const before = running();
        gangway.say(harbor.users.admin, directId, 'hello');
        await gangway.answered(directId, /Welcome aboard/);
        // A request to itself must have come through once.
        await new Promise((resolve) => setTimeout(resolve, 1_500));
        before?.deafen();
        gangway.say(harbor.users.admin, directId, 'is anybody there?');
        await until(() => running() !== undefined && running()?.pid !== before?.pid, 20_000);
        expect(server.lines).toContainEqual(
            expect.objectContaining({
                level: 'error',
                message: expect.stringContaining('the hooks of the server do not come through'),
            }),
        );
        await gangway.ready();
        // What was said meanwhile is caught up.
        await until(() => gangway.botPosts(directId).length === 2, 20_000);
        gangway.say(harbor.users.admin, directId, 'hello again');
        await until(() => gangway.botPosts(directId).length === 3);
    } finally {
        await server.playground.close();
    }
});
