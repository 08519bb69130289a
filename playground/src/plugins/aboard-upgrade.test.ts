import {type GangwayAboard, startGangwayAboard} from '../../test/gangway-aboard.ts';
import {until} from '../../test/plugin-playground.ts';

jest.setTimeout(60_000);

let gangway: GangwayAboard;
afterEach(() => gangway.server.playground.close());

/** Rows as another version of Gangway writes them. */
function put(name: string, value: object): void {
    const {pluginKv} = gangway.server.playground.world;
    const bytes = Buffer.concat([Buffer.from([1]), Buffer.from(JSON.stringify(value))]);
    pluginKv.set('gangway', name, bytes);
}
const row = (name: string): string =>
    gangway.server.playground.world.pluginKv.get('gangway', name)?.subarray(1).toString() ?? '';
const rows = (prefix: string): string[] =>
    gangway.server.playground.world.pluginKv
        .list('gangway', 0, 1_000)
        .filter((name) => name.startsWith(prefix));

/** Replaces the bundle as an admin does, by one whose manifest says this version. */
async function replace(version: string): Promise<void> {
    const answer = await gangway.server.upload(await gangway.bundle(version), true);
    expect(await answer.json()).toMatchObject({id: 'gangway', version});
    expect(await gangway.server.status()).toMatchObject({state: 2, version});
    await gangway.ready();
}

async function askBack(count: number): Promise<void> {
    const {directId, harbor} = gangway;
    gangway.say(harbor.users.admin, directId, 'what did I say before?');
    await until(() => gangway.botPosts(directId).length === count);
    await until(() => /tide/.test(gangway.botPosts(directId).at(-1)?.message ?? ''));
}

describe('another version in the place of this one', () => {
    it('[INS-05] newer or older, it keeps settings, sessions and the bot', async () => {
        gangway = await startGangwayAboard();
        const {directId, harbor} = gangway;
        await gangway.save(0, {queue: {max: 7}});
        gangway.say(harbor.users.admin, directId, 'remember the tide turns at six');
        await until(() => gangway.botPosts(directId).length === 1);
        await until(() => rows('session/').length === 1);
        for (const [index, version] of ['99.0.0', '0.0.1'].entries()) {
            await replace(version);
            expect(await gangway.settings()).toEqual({
                revision: 1,
                settings: {queue: {max: 7}},
                troubles: [],
            });
            await askBack(index + 2);
        }
        const bot = gangway.server.playground.world.users.byUsername('gangway');
        expect(bot?.id).toBe(gangway.botId);
    });

    it('[INS-05] does not misread or destroy settings of a newer format, and says so plainly', async () => {
        gangway = await startGangwayAboard();
        await gangway.save(0, {queue: {max: 7}});
        const newer = {v: 2, revision: 8, settings: {queue: {most: 'many'}}};
        put('settings', newer);
        await replace('0.0.1');
        await gangway.answered(gangway.directId, /a newer Gangway wrote them \(format 2/);
        const held = await gangway.settings();
        expect(held).toMatchObject({revision: 0, settings: {}});
        expect(held.troubles[0]).toMatch(/format 2.*kept as broken\/settings~.*defaults/s);
        expect(JSON.parse(row('settings'))).toEqual(newer);
        const [kept = ''] = rows('broken/settings~');
        expect(await gangway.save(0, {queue: {max: 3}})).toBe(200);
        expect(JSON.parse(row(kept))).toEqual(newer);
    });

    it('[INS-05] leaves conversations and open turns of a newer format as they are', async () => {
        gangway = await startGangwayAboard();
        const {directId, harbor} = gangway;
        gangway.say(harbor.users.admin, directId, 'remember the tide turns at six');
        await until(() => rows('session/').length === 1);
        const [session = ''] = rows('session/');
        const newer = {...JSON.parse(row(session)), v: 2, more: 'than is known here'};
        put(session, newer);
        const turn = {v: 2, runner: 'r9', more: 'than is known here'};
        put('0turn/newer', turn);
        await replace('0.0.1');
        gangway.say(harbor.users.admin, directId, 'hello');
        await gangway.answered(directId, /Welcome aboard/);
        await until(() => rows('0turn/').length === 1);
        expect(JSON.parse(row(session))).toEqual(newer);
        expect(JSON.parse(row('0turn/newer'))).toEqual(turn);
        expect(gangway.server.lines).toContainEqual(
            expect.objectContaining({
                level: 'warn',
                message: expect.stringContaining('a newer Gangway wrote this conversation'),
            }),
        );
    });
});
