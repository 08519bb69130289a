import * as z from 'zod';
import {openWorkshop, type Program, type Workshop} from '../../../sidecar/test/program.ts';
import {type GangwayAboard, startGangwayAboard} from '../../test/gangway-aboard.ts';
import {jsonOf, until} from '../../test/plugin-playground.ts';

let gangway: GangwayAboard;
let workshop: Workshop;
let runner: Program;
let token: string;

const reply = z.object({text: z.string()});

/** Types a slash command as the admin; gives its answer. */
async function type(command: string): Promise<string> {
    const {server, directId} = gangway;
    const body = JSON.stringify({channel_id: directId, command});
    const path = '/api/v4/commands/execute';
    return (await jsonOf(reply, server.request(path, {method: 'POST', body}))).text;
}

/** The messages of warnings and errors so far. */
const loud = (): string[] =>
    runner.lines
        .map((line) => z.object({level: z.string(), msg: z.string()}).parse(JSON.parse(line)))
        .filter(({level}) => ['warn', 'error'].includes(level))
        .map(({msg}) => msg);

const attach = (): Program =>
    workshop.start(['serve', '--attach', gangway.server.playground.url], {
        GANGWAY_RUNNER_TOKEN: token,
    });

beforeEach(async () => {
    gangway = await startGangwayAboard();
    workshop = await openWorkshop();
    token = /gwr_\S+/.exec(await type('/gangway runner create tug'))?.[0] ?? '';
    runner = attach();
    await runner.said('gangway is attached');
    await runner.said('connected');
});
afterEach(async () => {
    await workshop[Symbol.asyncDispose]();
    await gangway.server.playground.close();
});

describe('a runner beside the server', () => {
    it('[INS-08] [OPS-04] answers with the plugin, each message once', async () => {
        const {say, harbor, botPosts} = gangway;
        const answersTo = (turn: string): number =>
            botPosts(harbor.deckId).filter(
                ({props}) =>
                    z.object({turn: z.literal(turn)}).safeParse(props['gangway']).success &&
                    JSON.stringify(props['gangway']).includes('"done"'),
            ).length;
        const before = botPosts(harbor.deckId).length;
        for (let n = 0; n < 10; n++) {
            const {id} = say(harbor.users.admin, harbor.deckId, '@gangway table');
            await until(() => answersTo(id) === 1, 20_000);
        }
        expect(botPosts(harbor.deckId)).toHaveLength(before + 10);
        runner.kill('SIGTERM');
        expect(await runner.ended).toEqual({code: 0, signal: null});
    });

    it('[INS-08] says one sentence and ends with its own exit code when its token is revoked', async () => {
        expect(await type('/gangway runner revoke tug')).toContain('locked out');
        expect(await runner.ended).toEqual({code: 4, signal: null});
        const sentence =
            'the plugin refuses the token of this runner, which was revoked or is of another server; get a new one there with /gangway runner create <name>, set GANGWAY_RUNNER_TOKEN to it and start again';
        expect(loud()).toEqual([sentence]);
        expect(runner.lines.at(-1)).toContain(sentence);
        // So does one that is started with it.
        runner = attach();
        expect(await runner.ended).toEqual({code: 4, signal: null});
        expect(loud()).toEqual([sentence]);
    });

    it('[INS-08] waits for a plugin that is switched off with few words, and works again with it', async () => {
        const {server, say, harbor, directId, answered} = gangway;
        const post = {method: 'POST'};
        await server.request('/api/v4/plugins/gangway/disable', post);
        await runner.said('the plugin does not answer; trying again until it does');
        await new Promise((resolve) => setTimeout(resolve, 10_000));
        await server.request('/api/v4/plugins/gangway/enable', post);
        await runner.said('the plugin answers again');
        const lost = 'the plugin does not answer; trying again until it does';
        expect(loud().filter((line) => line === lost)).toHaveLength(1);
        expect(loud().length).toBeLessThanOrEqual(3);
        say(harbor.users.admin, directId, 'hello');
        await answered(directId, /Welcome aboard, admin/);
    });
});
