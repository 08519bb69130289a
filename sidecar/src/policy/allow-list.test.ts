import fc from 'fast-check';
import {allowsEverybody, isAllowed, isNamed, parseAllowEntry} from './allow-list.ts';
import {ALICE, idOf} from './gate.fixture.ts';

const alice = {id: ALICE, username: 'alice', roles: ['system_user', 'System_Admin']};
const lets = (entry: string, names = false): boolean => isAllowed([entry], alice, {names});

describe('allow entries', () => {
    it.each([
        ALICE,
        ` ${ALICE} `,
        ALICE.toUpperCase(),
        `user:${ALICE}`,
        `mattermost:${ALICE}`,
        `Mattermost:User: ${ALICE}`,
        `@${ALICE}`,
        '*',
        'mattermost:*',
        'role:system_admin',
        'ROLE:SYSTEM_USER',
    ])('[GATE-11] let alice in by %j', (entry) => {
        expect(lets(entry)).toBe(true);
    });

    it.each(['alice', '@alice', 'user:alice', '@Alice'])(
        '[GATE-11] let alice in by the name %j only with dangerouslyAllowNameMatching',
        (entry) => {
            expect(lets(entry)).toBe(false);
            expect(lets(entry, true)).toBe(true);
        },
    );

    it.each(['', ' ', '@', 'user:', 'role:', 'role:team_admin', 'group:alice', idOf('bob'), 'ali'])(
        '[GATE-11] do not let alice in by %j',
        (entry) => {
            expect(lets(entry, true)).toBe(false);
        },
    );

    it('[GATE-11] take an id for an id, not for the name of somebody who calls himself so', () => {
        const mallory = {id: idOf('mallory'), username: ALICE, roles: []};
        expect(isAllowed([ALICE], mallory, {names: true})).toBe(false);
    });

    it('let nobody in when there are none', () => {
        expect(isAllowed([], alice, {names: true})).toBe(false);
    });

    it('know whether a sender is meant by name, and whether everybody is', () => {
        expect(isNamed(['*', 'role:system_user'], alice, {names: true})).toBe(false);
        expect(isNamed(['@alice'], alice, {names: true})).toBe(true);
        expect(allowsEverybody([ALICE, ' * '])).toBe(true);
        expect(allowsEverybody([ALICE])).toBe(false);
    });

    it('never throw, whatever they hold', () => {
        fc.assert(
            fc.property(fc.string({unit: 'binary'}), (text) => {
                const entry = parseAllowEntry(text);
                // An entry that says nothing lets nobody in; one that names somebody else neither.
                if (entry === undefined) expect(lets(text, true)).toBe(false);
                if (entry?.kind === 'id') expect(lets(text, true)).toBe(entry.id === ALICE);
                if (entry?.kind === 'everybody') expect(lets(text, true)).toBe(true);
                if (entry?.kind === 'group') expect(lets(text, true)).toBe(false);
            }),
        );
    });
});
