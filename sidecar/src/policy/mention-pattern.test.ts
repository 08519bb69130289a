import fc from 'fast-check';
import {compileMentionPattern, matchesMentionPattern} from './mention-pattern.ts';

const occurs = (pattern: string, text: string): boolean => matchesMentionPattern(text, [pattern]);
const reasonOf = (pattern: string): string => {
    const result = compileMentionPattern(pattern);
    return result.kind === 'refused' ? result.reason : 'ok';
};

describe('mentionPatterns', () => {
    it.each([
        ['\\bgangway\\b', 'ask Gangway!', true],
        ['\\bgangway\\b', 'gangways', false],
        ['^hey[, ]+bot', 'Hey, bot', true],
        ['^hey[, ]+bot', 'oh hey bot', false],
        ['@?open-?claw', 'OPENCLAW', true],
        ['(?:bot|bee){2}', 'botbee', true],
        ['a{2,3}b$', 'aab', true],
        ['a{2,3}b$', 'abx', false],
        ['\\p{L}+ 你', 'ça 你', true],
        ['\\@bot\\-x', '@bot-x', true],
        ['[\\w\\-\\@.]+!', 'a-b@c!', true],
        ['\\u{1F600}', '😀', true],
        ['[^a-z]bot', '_bot', true],
        ['x\\Bx', 'xx', true],
        ['(?<who>bot|)!', '!', true],
    ])('[GATE-03] reads %j, and for %j says %j', (pattern, text, expected) => {
        expect(reasonOf(pattern)).toBe('ok');
        expect(occurs(pattern, text)).toBe(expected);
    });

    it.each([
        ['', 'empty'],
        ['(a', 'not closed'],
        ['a)', 'no "("'],
        ['[a', 'not closed'],
        ['a\\', 'stands at the end'],
        ['*a', 'nothing to repeat'],
        ['a**', 'nothing to repeat'],
        ['a{3,2}', 'wrong order'],
        ['(?=a)', 'look-ahead'],
        ['(?<!a)b', 'look-behind'],
        ['(a)\\1', 'back references'],
        ['(?i:a)', 'not supported'],
        ['[z-a]', 'not understood'],
        ['a*', 'empty text'],
        ['\\b', 'empty text'],
        ['a'.repeat(501), 'longer than 500'],
        ['(((a{99}){99}){99}){99}', 'too large'],
        ['(((){9999}){9999}){9999}', 'empty text'],
    ])('[GATE-03] refuses %j with a reason: %s', (pattern, reason) => {
        expect(reasonOf(pattern)).toContain(reason);
    });

    it('[GATE-03] takes linear time for patterns that hang a backtracking engine', () => {
        const text = 'a'.repeat(16_000);
        for (const pattern of ['(a+)+$x', '(a|a)*b', '(.*)*x', 'a*a*a*a*a*a*b', '(a?){99}b']) {
            expect(occurs(pattern, text)).toBe(false);
        }
    });

    it('finds what the engine finds, for patterns of every form', () => {
        const leaf = fc.constantFrom(
            'a',
            'b',
            '.',
            '[ab]',
            '[^a]',
            '\\w',
            '\\s',
            '^',
            '$',
            '\\b',
            ' ',
        );
        const {pattern} = fc.letrec<{pattern: string; atom: string; repeated: string}>((tie) => ({
            atom: fc.oneof(
                {maxDepth: 3},
                leaf,
                tie('pattern').map((inner) => `(?:${inner})`),
            ),
            repeated: fc
                .tuple(
                    tie('atom').filter((atom) => !['^', '$', '\\b'].includes(atom)),
                    fc.constantFrom('', '*', '+', '?', '{2}', '{1,}', '{0,2}', '*?'),
                )
                .map(([atom, quantifier]) => atom + quantifier),
            pattern: fc
                .array(fc.oneof(tie('repeated'), leaf, fc.constant('|')), {maxLength: 4})
                .map((parts) => parts.join('')),
        }));
        const shortText = fc.array(fc.constantFrom('a', 'B', ' ', '\n', 'c'), {maxLength: 8});
        fc.assert(
            fc.property(pattern, shortText, (source, chars) => {
                const result = compileMentionPattern(source);
                if (result.kind === 'refused') return;
                const text = chars.join('');
                expect(result.pattern.occursIn(text)).toBe(new RegExp(source, 'iu').test(text));
            }),
            {numRuns: 3000},
        );
    });

    it('never throws, whatever the pattern and the text are', () => {
        const hostile = fc.oneof(
            fc.string({unit: 'binary'}),
            fc
                .array(fc.constantFrom(...'()[]{}|*+?\\^$.,-:<=!0123456789abkpPux'.split('')))
                .map((all) => all.join('')),
        );
        fc.assert(
            fc.property(hostile, fc.string({unit: 'binary'}), (pattern, text) => {
                expect(typeof occurs(pattern, text)).toBe('boolean');
            }),
            {numRuns: 3000},
        );
    });
});
