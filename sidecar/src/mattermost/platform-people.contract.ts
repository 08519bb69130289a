import {connected, type Person, type PlatformWorld} from './platform-world.contract.ts';
import type {Platform} from './platform.ts';

const UNKNOWN_ID = 'aaaaaaaaaaaaaaaaaaaaaaaaaa';

/** Users, channels, teams, permissions: what the bot knows of its server. */
export function describePeople(world: () => PlatformWorld): void {
    let platform: Platform;
    let alice: Person;
    let channelId: string;

    beforeAll(async () => {
        platform = await connected(world().platform());
        alice = await world().person();
        channelId = await world().channel([alice.userId, world().bot.userId]);
    });

    it('knows the bot after connecting, and says so before', async () => {
        const fresh = world().platform();
        expect(() => fresh.bot).toThrow(/connect/);
        expect(await fresh.connect(AbortSignal.timeout(60_000))).toEqual(world().bot);
        expect(fresh.bot).toEqual(world().bot);
    });

    it('finds users by id and by name', async () => {
        const found = await platform.user(alice.userId);
        expect(found).toMatchObject({id: alice.userId, username: alice.username, isBot: false});
        expect(found?.roles).toContain('system_user');
        expect((await platform.userByName(alice.username))?.id).toBe(alice.userId);
        expect((await platform.userByName(alice.username.toUpperCase()))?.id).toBe(alice.userId);
        expect(await platform.user(world().bot.userId)).toMatchObject({isBot: true});
    });

    it('[GATE-23] knows the roles of now where they are asked for', async () => {
        const carol = await world().person();
        expect((await platform.user(carol.userId))?.roles).toEqual(['system_user']);
        await world().giveRoles(carol.userId, 'system_user system_admin');
        expect((await platform.freshUser(carol.userId))?.roles).toContain('system_admin');
        expect((await platform.user(carol.userId))?.roles).toContain('system_admin');
        expect(await platform.freshUser(UNKNOWN_ID)).toBeUndefined();
    });

    it('[CON-11] finds people by a role of the server, and no bots', async () => {
        const dora = await world().person();
        await world().giveRoles(dora.userId, 'system_user system_admin');
        const admins = await platform.usersWithRole('system_admin', 100);
        expect(admins.map(({id}) => id)).toContain(dora.userId);
        expect(admins.filter(({isBot}) => isBot)).toEqual([]);
        expect(admins.map(({id}) => id)).not.toContain(alice.userId);
    });

    it('[SES-12] knows in which time zone somebody lives: the chosen one, else that of their device', async () => {
        const zones = {automaticTimezone: 'Asia/Kolkata', manualTimezone: 'America/Los_Angeles'};
        for (const [useAutomaticTimezone, timeZone] of [
            ['true', 'Asia/Kolkata'],
            ['false', 'America/Los_Angeles'],
        ] as const) {
            const person = await world().person();
            await person.live({...zones, useAutomaticTimezone});
            expect(await platform.user(person.userId)).toMatchObject({timeZone});
        }
        const nowhere = await world().person();
        expect(await platform.user(nowhere.userId)).toMatchObject({timeZone: ''});
    });

    it('says with undefined that there is no such user', async () => {
        expect(await platform.user(UNKNOWN_ID)).toBeUndefined();
        expect(await platform.userByName('nobody-of-that-name')).toBeUndefined();
        expect(await platform.userByName('not a name/../x?')).toBeUndefined();
    });

    it('knows its channels', async () => {
        expect(await platform.channel(channelId)).toMatchObject({
            id: channelId,
            type: 'O',
            teamId: world().teamId,
            deleteAt: 0,
        });
        expect(await platform.channel(UNKNOWN_ID)).toBeUndefined();
    });

    it('does not see a private channel that it is not in', async () => {
        const closed = await world().channel([alice.userId], 'P');
        expect(await platform.channel(closed)).toBeUndefined();
        expect(await platform.isMember(closed, world().bot.userId)).toBe(false);
    });

    it('[CON-08] gives the DM channel with a person, always the same', async () => {
        const bob = await world().person();
        const first = await platform.directChannel(bob.userId);
        expect(first.type).toBe('D');
        expect(first.name.split('__').sort()).toEqual([bob.userId, world().bot.userId].sort());
        expect((await platform.directChannel(bob.userId)).id).toBe(first.id);
        expect(await bob.direct(world().bot.userId)).toBe(first.id);
    });

    it('knows who is a member of a channel', async () => {
        const bob = await world().person();
        expect(await platform.isMember(channelId, alice.userId)).toBe(true);
        expect(await platform.isMember(channelId, bob.userId)).toBe(false);
        expect(await platform.isMember(UNKNOWN_ID, alice.userId)).toBe(false);
    });

    it('lists its teams', async () => {
        const teams = await platform.teams();
        expect(teams.map((team) => team.id)).toContain(world().teamId);
        expect(teams.every((team) => team.name !== '' && team.displayName !== '')).toBe(true);
    });

    it('knows what the roles of a user permit, in each scope', async () => {
        const admin = await world().admin();
        const bob = await world().person();
        const may = (userId: string, permission: string, id?: string): Promise<boolean> =>
            platform.may(
                userId,
                permission,
                id === undefined ? {kind: 'system'} : {kind: 'channel', channelId: id},
            );
        expect(await may(admin.userId, 'manage_system')).toBe(true);
        expect(await may(alice.userId, 'manage_system')).toBe(false);
        expect(await may(alice.userId, 'create_post')).toBe(false);
        expect(await may(alice.userId, 'create_post', channelId)).toBe(true);
        expect(await may(bob.userId, 'create_post', channelId)).toBe(false);
        expect(await may(admin.userId, 'create_post', channelId)).toBe(true);
        const team = {kind: 'team', teamId: world().teamId} as const;
        expect(await platform.may(alice.userId, 'list_team_channels', team)).toBe(true);
        expect(await platform.may(alice.userId, 'manage_team', team)).toBe(false);
        expect(await platform.may(UNKNOWN_ID, 'create_post', team)).toBe(false);
    });
}
