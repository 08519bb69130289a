import {type GangwayAboard, startGangwayAboard} from '../../test/gangway-aboard.ts';
import {until} from '../../test/plugin-playground.ts';

jest.setTimeout(300_000);

let gangway: GangwayAboard;
afterEach(() => gangway.server.playground.close());

it("[BR-42] [CON-10] while an admin has the plugin's bot switched off it answers nobody; enabled again it answers what was asked, once", async () => {
    gangway = await startGangwayAboard();
    const {harbor, server, say, botPosts, botId} = gangway;
    const set = (what: string) => server.request(`/api/v4/bots/${botId}/${what}`, {method: 'POST'});
    const warnings = (): number =>
        server.lines.filter(({message}) => message.includes('the bot is switched off')).length;
    await gangway.save(0, {channels: {mattermost: {groupPolicy: 'open'}}});
    say(harbor.users.alice, harbor.deckId, '@gangway hello');
    const isDone = (): boolean =>
        JSON.stringify(botPosts(harbor.deckId).at(-1)?.props ?? {}).includes('"done"');
    await until(isDone);
    const before = botPosts(harbor.deckId).length;

    await set('disable');
    await until(() => warnings() === 1, 90_000);
    await until(async () => (await gangway.settings()).troubles.length === 1, 60_000);
    expect((await gangway.settings()).troubles).toEqual([
        expect.stringContaining('@gangway is switched off and answers nobody'),
    ]);
    const {id} = say(harbor.users.alice, harbor.deckId, '@gangway table');
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(botPosts(harbor.deckId)).toHaveLength(before);

    await set('enable');
    await until(() => botPosts(harbor.deckId).length > before && isDone(), 60_000);
    const answers = botPosts(harbor.deckId).slice(before);
    expect(answers).toHaveLength(1);
    expect(JSON.stringify(answers[0]?.props)).toContain(id);
    expect((await gangway.settings()).troubles).toEqual([]);
    expect(warnings()).toBe(1);
});
