import {comeAboard, questionOf, type Aboard} from './aboard.ts';

const NORTH = 'north'.padEnd(26, '0');

/** A further person in the channel deck, as the playground's rows say. */
function join(aboard: Aboard, username: string, row: {roles?: string; remote_id?: string}): string {
    const {playground, harbor} = aboard;
    const {id} = playground.addUser(username, row);
    playground.joinTeam(harbor.teamId, id);
    playground.joinChannel(harbor.deckId, id);
    return id;
}

const open = {
    groupPolicy: 'open',
    dmPolicy: 'open',
    allowFrom: ['*', 'role:system_user'],
    groupAllowFrom: ['*'],
} as const;

describe('guests', () => {
    it('[GATE-23][BR-45] are answered where a list names them or allowGuests is set, and nowhere else', async () => {
        await using aboard = await comeAboard({settings: open});
        const gus = join(aboard, 'gus', {roles: 'system_guest'});
        const {playground, harbor} = aboard;
        const mention = (text: string) => playground.post(gus, harbor.deckId, `@gangway ${text}`);
        const direct = playground.post(gus, playground.direct(gus, aboard.bot.userId).id, 'hello');
        await aboard.expectIgnored(mention('hello'), mention('new'), direct);

        aboard.configure({groupAllowFrom: ['*', gus]});
        await aboard.expectAnsweredOnce([mention('by id')]);
        aboard.configure({groupAllowFrom: ['*'], groups: {[harbor.deckId]: {allowGuests: true}}});
        await aboard.expectAnsweredOnce([mention('by the channel')]);
    });

    it('[GATE-23][BR-45] end no conversation of the channel by a command that they may not use', async () => {
        await using aboard = await comeAboard({settings: open});
        const gus = join(aboard, 'gus', {roles: 'system_guest'});
        await aboard.answerTo(aboard.mention('alice', 'The code is marigold.'));
        await aboard.settled();
        const call = {userId: gus, channelId: aboard.harbor.deckId, rootId: '', text: 'new'};
        const slash = (): Promise<string> =>
            aboard.app.slash('default', call, AbortSignal.timeout(30_000));
        expect(await slash()).toContain('I do not answer you here');
        await aboard.answerTo(aboard.mention('alice', 'what code?'));
        expect(aboard.asked.at(-1)?.messages.at(0)?.text).toBe('@alice: The code is marigold.');
        aboard.configure({allowGuests: true});
        expect(await slash()).toContain('A new conversation begins here.');
    });

    it('[GATE-23][BR-45] lose what members have at once when they are made guests', async () => {
        await using aboard = await comeAboard({
            settings: {...open, groupPolicy: 'allowlist'},
            timings: {freshMs: -1},
        });
        const {alice} = aboard.harbor.users;
        aboard.configure({groupAllowFrom: ['role:system_user']});
        await aboard.expectAnsweredOnce([aboard.mention('alice', 'as a member')]);
        // No event tells others of it.
        aboard.playground.world.users.all.get(alice)!.roles = 'system_guest';
        await aboard.expectIgnored(aboard.mention('alice', 'as a guest'));
        aboard.playground.world.users.all.get(alice)!.roles = 'system_user';
        await aboard.expectAnsweredOnce([aboard.mention('alice', 'as a member again')]);
    });
});

describe('people of other servers', () => {
    it('[GATE-19][BR-39] are answered by their own server, and here only with allowRemote', async () => {
        await using aboard = await comeAboard({settings: open});
        const {playground, harbor} = aboard;
        const bob = join(aboard, 'bob:north', {remote_id: NORTH});
        const mention = (text: string) =>
            playground.post(bob, harbor.deckId, `@gangway ${text}`, {remote_id: NORTH});
        aboard.configure({allowFrom: ['*', bob]});
        await aboard.expectIgnored(mention('hi'));
        // Nor is it context for others.
        await aboard.answerTo(aboard.mention('alice', 'what did they say?'));
        expect(aboard.asked.at(-1)?.messages.at(-1)?.text).toBe('@alice: what did they say?');

        aboard.configure({allowRemote: true});
        await aboard.expectAnsweredOnce([mention('and now?')]);
    });

    it('[GATE-19][BR-39] are no partners for an endless talk: the other server’s bot is a bot', async () => {
        await using aboard = await comeAboard({
            settings: {...open, allowRemote: true, botLoop: {maxTurns: 2, windowMinutes: 5}},
        });
        const {playground, harbor} = aboard;
        const twin = join(aboard, 'gangway:north', {remote_id: NORTH});
        const mention = (text: string) =>
            playground.post(twin, harbor.deckId, `@gangway ${text}`, {remote_id: NORTH});
        await aboard.expectIgnored(mention('hello, brother'));
        aboard.configure({allowBots: [twin]});
        for (const n of [1, 2]) await aboard.expectAnsweredOnce([mention(`round ${n}`)]);
        await aboard.expectIgnored(mention('round 3'));
    });
});

describe('what burns when it was read', () => {
    it('[GATE-01][BR-47] reaches no model, no session and no context', async () => {
        await using aboard = await comeAboard({
            settings: {...open, chatmode: 'onmessage', contextVisibility: 'all'},
        });
        const {playground, harbor} = aboard;
        const {alice, bob} = harbor.users;
        const burning = (who: string, text: string, rootId = '') =>
            playground.post(who, harbor.deckId, text, {type: 'burn_on_read', root_id: rootId});
        await aboard.expectIgnored(
            burning(alice, '@gangway the code is 1234'),
            burning(bob, 'the other code is 5678'),
        );
        aboard.configure({chatmode: 'oncall'});
        const root = burning(bob, 'the third code is 9012');
        await aboard.answerTo(aboard.mention('alice', 'what code?', {rootId: root.id}));
        await aboard.answerTo(aboard.mention('alice', 'what code?'));
        expect(aboard.asked.slice(-2).map(questionOf)).toEqual([
            '@alice: what code?',
            '@alice: what code?',
        ]);
        const told = JSON.stringify(aboard.asked.map(({messages}) => messages));
        expect(told).not.toMatch(/1234|5678|9012/);
        for (const key of [
            ...(await aboard.store.list('session/')),
            ...(await aboard.store.list('context/')),
        ]) {
            const value = new TextDecoder().decode(
                (await aboard.store.get(key)) ?? new Uint8Array(),
            );
            expect(value).not.toMatch(/1234|5678|9012/);
        }
    });
});
