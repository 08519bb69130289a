import {comparable, readGolden, valueOf} from '../../../test/plugin-rpc-golden.ts';
import {apiCallsFile, apiSchemaFile, typesOf} from '../../../test/plugin-rpc-schema.ts';
import {GobDecoder} from './decoder.ts';
import {GobEncoder} from './encoder.ts';

const types = typesOf(readGolden('api-schema.json', apiSchemaFile));
const samples = readGolden('api-calls.json', apiCallsFile).flatMap((call) =>
    (['args', 'returns', 'returnsOnError'] as const).flatMap((role) => {
        const sample = call[role];
        if (!sample || sample.hex === '') return [];
        return [{...sample, title: `${call.kind} ${call.name} ${role}`, call, role}];
    }),
);

describe('the sample of every call, as the server encodes it', () => {
    it.each(samples)('$title decodes to the values that were encoded', ({hex, value}) => {
        const decoder = new GobDecoder();
        decoder.push(Buffer.from(hex, 'hex'));
        expect(comparable(decoder.next()?.plain('keep'))).toEqual(valueOf(value));
        expect(decoder.idle).toBe(true);
    });

    it.each(samples)('$title decodes by its schema, and again after encoding', (sample) => {
        const schema = types.structOf(sample.call.kind, sample.call.name, sample.role);
        const decoder = new GobDecoder({registry: types.registry});
        decoder.push(Buffer.from(sample.hex, 'hex'));
        const value = decoder.next()?.read(schema);
        const again = new GobDecoder({registry: types.registry});
        again.push(new GobEncoder().encodeAll([{schema, value}]));
        expect(again.next()?.read(schema)).toEqual(value);
    });
});
