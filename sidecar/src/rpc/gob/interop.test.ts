import {comparable, readGolden, valueOf} from '../../../test/plugin-rpc-golden.ts';
import {
    interopRegistry,
    interopRows,
    oursFile,
    schemaOfRow,
} from '../../../test/plugin-rpc-interop.ts';
import {GobDecoder} from './decoder.ts';
import {GobEncoder} from './encoder.ts';

const byGo = readGolden('ours-decoded-by-go.json', oursFile);

describe('what Go has decoded of ours', () => {
    it('covers every sample and every value that the samples leave out', () => {
        expect(byGo.map(({kind, name, role}) => [kind, name, role])).toEqual(
            interopRows().map(({kind, name, role}) => [kind, name, role]),
        );
    });

    it('is what the encoder still writes, byte for byte', () => {
        const changed = interopRows().filter((row, index) => row.hex !== byGo[index]?.hex);
        expect(changed.map(({kind, name, role}) => `${kind} ${name} ${role}`)).toEqual([]);
    });

    it.each(byGo)('$kind $name $role means to us what it meant to Go', ({hex, value}) => {
        const decoder = new GobDecoder();
        decoder.push(Buffer.from(hex, 'hex'));
        expect(comparable(decoder.next()?.plain('keep'))).toEqual(valueOf(value));
    });

    it.each(byGo)('$kind $name $role survives being read and written again', (row) => {
        const schema = schemaOfRow(row);
        const decoder = new GobDecoder({registry: interopRegistry});
        decoder.push(Buffer.from(row.hex, 'hex'));
        const value = decoder.next()?.read(schema);
        const again = new GobDecoder();
        again.push(new GobEncoder().encodeAll([{schema, value}]));
        expect(comparable(again.next()?.plain('keep'))).toEqual(valueOf(row.value));
    });
});
