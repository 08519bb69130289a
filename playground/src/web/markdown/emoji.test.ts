import {emojiCharacter, emojiGroups, findEmojis} from './emoji.ts';

describe('the emojis', () => {
    it('have each name once, and a character', () => {
        const names = emojiGroups.flatMap(({emojis}) => emojis.map(({name}) => name));
        expect(new Set(names).size).toBe(names.length);
        for (const {name, character} of emojiGroups.flatMap(({emojis}) => emojis)) {
            expect(name).toMatch(/^[a-z0-9_+-]+$/);
            expect(character).toMatch(/\p{Extended_Pictographic}|\p{Emoji}/u);
        }
    });

    it('include the two that stop and repeat an answer', () => {
        expect(emojiCharacter('octagonal_sign')).toBe('🛑');
        expect(emojiCharacter('repeat')).toBe('🔁');
        expect(emojiCharacter('thumbsup')).toBe('👍');
        expect(emojiCharacter('no_such_emoji')).toBeUndefined();
    });

    it('are found by a part of their name, best first', () => {
        expect(findEmojis('anch', 3)[0]?.name).toBe('anchor');
        expect(findEmojis('sign', 9).map(({name}) => name)).toContain('octagonal_sign');
    });
});
