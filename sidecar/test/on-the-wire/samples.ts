/** Values made from a schema alone, so that a call or a field that is new gets its samples by itself. */
import {attachmentsValue} from '../../src/mattermost/plugin-api/wire/posts.ts';
import type {AnyInput} from '../../src/rpc/gob/interface-value.ts';
import {type AnySchema, solid} from '../../src/rpc/gob/schema.ts';

/** `full`: every field; `nasty`: every field with what is hard to carry; `empty`: none. */
export const KINDS = ['full', 'empty', 'nasty'] as const;

/** Which values. */
export type SampleKind = (typeof KINDS)[number];

/** Texts that something in between might stumble over. */
export const NASTY_TEXTS: readonly string[] = [
    '\u0000',
    'a "quoted"\\\r\n\tline\u2028and\u2029more',
    '🏳️‍🌈 עברית ‮right to left',
    'half a pair \ud83d, the other \udc00',
    '\uFEFFe\u0301 ﷽ \u0007\u001b[31m',
    '</script><b>&amp; %s %d ${x} {{y}}',
    'nil',
    '0',
    ' ',
    'x'.repeat(127),
    'x'.repeat(128),
    'é'.repeat(150),
];

/** A post of the greatest length. */
export const LONG_TEXT = 'All work and no play. '.repeat(745).slice(0, 16_383);

/** What props and payloads may be made of. */
export const NASTY_PROPS: Readonly<Record<string, AnyInput>> = {
    '': 'no name',
    ['__proto__']: {constructor: 'x'},
    text: NASTY_TEXTS[2],
    nothing: null,
    absent: undefined,
    yes: true,
    no: false,
    none: 0,
    whole: 3,
    below: -1,
    largest: Number.MAX_SAFE_INTEGER,
    wide: 2n ** 62n,
    lowest: -(2n ** 63n),
    half: 1.5,
    beyond: 1e300,
    tiny: 5e-324,
    minusNone: -0,
    infinite: -Infinity,
    raw: Buffer.from([0, 255, 10, 128]),
    noBytes: Buffer.alloc(0),
    list: [1, 'two', null, true, 2.5, [], {}, [[[{deep: ['x', {deeper: [[null]]}]}]]]],
    empty: {},
    many: Object.fromEntries(Array.from({length: 30}, (_, n) => [`key ${n}`, n])),
    deep: nested(30),
};

function nested(depth: number): AnyInput {
    return depth === 0 ? ['the end'] : {[`level ${depth}`]: nested(depth - 1)};
}

const ACTION = {
    Id: 'stop',
    Type: 'button',
    Name: 'Stop',
    Integration: {URL: '/plugins/x', Context: {n: {a: [1, null]}}},
};

const ATTACHMENTS = attachmentsValue.of([{Text: 'typed', Timestamp: 5, Actions: [ACTION]}, {}]);

/** What an interface may hold, one at a time: all of it at each place would be much. */
const ANYTHING: readonly AnyInput[] = [ATTACHMENTS, ...Object.values(NASTY_PROPS).slice(1)];

/** The tree of subcommands holds itself: so many levels of it. */
const DEPTH = 3;

/** The value of one kind for a schema; the same each time. */
export function sampleOf(schema: AnySchema, kind: SampleKind): unknown {
    let count = 0;
    const make = (type: AnySchema, name: string, depth: number): unknown => {
        const shape = solid(type);
        const nasty = kind === 'nasty';
        count += 1;
        switch (shape.kind) {
            case 'bool':
                return true;
            case 'int':
                return nasty ? [-1, Number.MAX_SAFE_INTEGER, 127, 128][count % 4] : 300 + count;
            case 'uint':
                return nasty ? 2 ** 32 - 1 : 7;
            case 'float':
                return nasty ? -5e-324 : 1.5;
            case 'complex':
                return [1, -1];
            case 'string':
                return nasty ? NASTY_TEXTS[count % NASTY_TEXTS.length] : `${name} é`;
            case 'bytes':
                return Buffer.from(nasty ? [0, 255, count % 256] : `bytes of ${name}`);
            case 'interface':
                return nasty ? ANYTHING[count % ANYTHING.length] : `any ${name}`;
            case 'opaque':
                return nasty ? '/a%2Fb?x=%20&y=%C3%A9#f' : '/hello?x=1';
            case 'slice':
                if (depth > DEPTH * 3) return [];
                return Array.from({length: nasty ? 2 : 1}, () =>
                    make(shape.element, name, depth + 1),
                );
            case 'array':
                return Array.from({length: shape.length}, () => make(shape.element, name, depth));
            case 'map': {
                const keys = nasty ? ['', ...NASTY_TEXTS.slice(0, 4)] : [`${name} key`];
                return Object.fromEntries(
                    keys.map((key) => [key, make(shape.value, name, depth + 1)]),
                );
            }
            case 'struct':
                return Object.fromEntries(
                    shape.fields.map((field) => [
                        field.name,
                        make(field.type, field.name, depth + 1),
                    ]),
                );
        }
    };
    return kind === 'empty' ? hollow(schema) : make(schema, 'value', 0);
}

/** Nothing but what must be there: pointers to structs, as the server follows them unasked. */
function hollow(schema: AnySchema): unknown {
    const shape = solid(schema);
    if (shape.kind !== 'struct') return sampleOf(schema, 'full');
    return Object.fromEntries(
        shape.fields
            .filter(({type, optional}) => optional && solid(type).kind === 'struct')
            .map(({name}) => [name, {}]),
    );
}
