import type {Playground} from './playground.ts';

/** Who and what a newcomer finds. */
export interface Harbor {
    readonly teamId: string;
    readonly townSquareId: string;
    readonly deckId: string;
    /** User ids by name: admin, alice, bob, carol. */
    readonly users: Readonly<Record<'admin' | 'alice' | 'bob' | 'carol', string>>;
}

/**
 * Seeds the team `harbor` with `town-square` and `deck`, a system admin and three people, all of
 * them members everywhere, with the password `Playground1!`.
 */
export function seedHarbor(playground: Playground): Harbor {
    const users = {
        admin: playground.addUser('admin', {
            first_name: 'Ada',
            last_name: 'Moor',
            roles: 'system_admin system_user',
        }).id,
        alice: playground.addUser('alice', {first_name: 'Alice', last_name: 'Quay'}).id,
        bob: playground.addUser('bob', {first_name: 'Bob', last_name: 'Pier'}).id,
        carol: playground.addUser('carol', {first_name: 'Carol', last_name: 'Buoy'}).id,
    };
    const team = playground.addTeam('harbor', 'Harbor');
    const deck = playground.addChannel(team.id, 'deck', {
        display_name: 'Deck',
        creator_id: users.admin,
    });
    playground.joinTeam(team.id, ...Object.values(users));
    playground.joinChannel(deck.id, ...Object.values(users));
    const square = playground.world.channels.byName(team.id, 'town-square');
    return {teamId: team.id, townSquareId: square?.id ?? '', deckId: deck.id, users};
}
