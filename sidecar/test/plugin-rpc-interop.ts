/**
 * What our encoder writes for every sample of api-calls.json, and for values that the samples do not
 * cover. Go has decoded each row once: ours-decoded-by-go.json.
 */
import * as z from 'zod';

import {GobDecoder} from '../src/rpc/gob/decoder.ts';
import {GobEncoder} from '../src/rpc/gob/encoder.ts';
import {createRegistry, Named, namedType} from '../src/rpc/gob/interface-value.ts';
import {type AnySchema, int, slice, string, struct} from '../src/rpc/gob/schema.ts';
import {readGolden} from './plugin-rpc-golden.ts';
import {apiCallsFile, apiSchemaFile, type Role, typesOf} from './plugin-rpc-schema.ts';

/** A value of ours: `kind`, `name` and `role` say which struct it is. */
export interface InteropRow {
    readonly name: string;
    readonly kind: 'api' | 'hook';
    readonly role: Role;
    readonly hex: string;
}

/** ours-decoded-by-go.json */
export const oursFile = z.array(
    z.object({
        name: z.string(),
        kind: z.enum(['api', 'hook']),
        role: z.enum(['args', 'returns', 'returnsOnError']),
        hex: z.string(),
        value: z.unknown(),
    }),
);

const types = typesOf(readGolden('api-schema.json', apiSchemaFile));
const attachments = namedType(
    '[]*model.SlackAttachment',
    slice(types.typeOf('model.MessageAttachment')),
);
const errorString = namedType('*plugin.ErrorString', struct('', {Code: int, Err: string}));
const textArg = namedType('*model.AutocompleteTextArg', struct('', {Hint: string}));
const listArg = namedType(
    '*model.AutocompleteStaticListArg',
    struct('', {PossibleArguments: slice(struct('', {Item: string, HelpText: string}))}),
);

/** The types by which the rows can be read again. */
export const interopRegistry = createRegistry([
    ...types.named.values(),
    attachments,
    errorString,
    textArg,
    listArg,
]);

/** The schema of a row. */
export function schemaOfRow(row: Omit<InteropRow, 'hex'>): AnySchema {
    return types.structOf(row.kind, row.name, row.role);
}

const jsonLike = {
    text: 'é ✨',
    empty: '',
    no: false,
    whole: 3,
    big: 2n ** 60n,
    negative: -1.5,
    tiny: 5e-324,
    infinite: Infinity,
    raw: Buffer.from([0, 255]),
    nothing: null,
    list: [1, 'two', null, true, {deep: ['x', {deeper: [[]]}]}],
    ['__proto__x']: {},
};

const extras: readonly (Omit<InteropRow, 'hex'> & {readonly value: unknown})[] = [
    {
        kind: 'api',
        name: 'CreatePost',
        role: 'args',
        value: {
            A: {
                Message: 'with props',
                Props: {
                    ...jsonLike,
                    attachments: new Named(
                        attachments.name,
                        [
                            {
                                Text: 'typed',
                                Timestamp: 5,
                                Actions: [
                                    {Id: 'a', Integration: {URL: '/x', Context: {n: {a: [1]}}}},
                                ],
                            },
                        ],
                        attachments,
                    ),
                },
            },
        },
    },
    {kind: 'api', name: 'PublishWebSocketEvent', role: 'args', value: {A: 'e', B: jsonLike, C: {}}},
    {kind: 'api', name: 'LogInfo', role: 'args', value: {A: 'm', B: ['key', 'value', 'n', 1]}},
    {kind: 'api', name: 'KVSet', role: 'args', value: {A: 'big', B: Buffer.alloc(300, 7)}},
    {
        kind: 'api',
        name: 'RegisterCommand',
        role: 'args',
        value: {
            A: {
                Trigger: 'gangway',
                AutoComplete: true,
                AutocompleteData: {
                    Trigger: 'gangway',
                    RoleID: 'system_user',
                    SubCommands: [
                        {
                            Trigger: 'new',
                            Arguments: [
                                {
                                    Type: 'TextInput',
                                    Required: true,
                                    Data: textArg.of({Hint: '[name]'}),
                                },
                                {
                                    Type: 'StaticList',
                                    Data: listArg.of({
                                        PossibleArguments: [
                                            {Item: 'on', HelpText: 'h'},
                                            {Item: 'off'},
                                        ],
                                    }),
                                },
                            ],
                        },
                    ],
                },
            },
        },
    },
    {
        kind: 'hook',
        name: 'OnActivate',
        role: 'returns',
        value: {A: errorString.of({Err: 'no bot'})},
    },
    {kind: 'hook', name: 'OnActivate', role: 'returns', value: {}},
    {kind: 'hook', name: 'ExecuteCommand', role: 'returns', value: {A: {Text: 'hi'}}},
    {kind: 'hook', name: 'MessageWillBePosted', role: 'returns', value: {}},
    {kind: 'hook', name: 'MessageWillBePosted', role: 'returns', value: {B: 'refused'}},
];

/** Every row, freshly encoded, each on a stream of its own. */
export function interopRows(): InteropRow[] {
    const samples = readGolden('api-calls.json', apiCallsFile).flatMap((call) =>
        (['args', 'returns', 'returnsOnError'] as const).flatMap((role) => {
            const sample = call[role];
            if (!sample || sample.hex === '') return [];
            const decoder = new GobDecoder({registry: interopRegistry});
            decoder.push(Buffer.from(sample.hex, 'hex'));
            const row = {kind: call.kind, name: call.name, role};
            return [{...row, value: decoder.next()?.read(schemaOfRow(row))}];
        }),
    );
    return [...samples, ...extras].map(({value, ...row}) => ({
        ...row,
        hex: new GobEncoder().encodeAll([{schema: schemaOfRow(row), value}]).toString('hex'),
    }));
}
