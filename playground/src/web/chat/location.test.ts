import fc from 'fast-check';
import {pathOf, readPath} from './location.ts';
import type {Place} from './location.ts';

const word = fc
    .string({minLength: 1})
    .filter((text) => text.isWellFormed() && text !== '.' && text !== '..');

describe('readPath', () => {
    it('understands the host’s paths', () => {
        expect(readPath('/harbor/channels/deck')).toEqual({
            kind: 'channel',
            team: 'harbor',
            name: 'deck',
        });
        expect(readPath('/harbor/messages/@gangway')).toEqual({
            kind: 'person',
            team: 'harbor',
            username: 'gangway',
        });
        expect(readPath('/')).toEqual({kind: 'home'});
        expect(readPath('/harbor/%E0%A4%A')).toEqual({kind: 'home'});
    });

    it('is the opposite of pathOf', () => {
        const place = fc.oneof(
            fc.record({kind: fc.constant('channel' as const), team: word, name: word}),
            fc.record({kind: fc.constant('person' as const), team: word, username: word}),
        );
        fc.assert(
            fc.property(place, (one: Place) => {
                expect(readPath(pathOf(one))).toEqual(one);
            }),
        );
    });
});
