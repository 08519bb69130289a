import {Named} from './interface-value.ts';
import {type Raw, RawInterface} from './raw-value.ts';
import type {TypeTable} from './type-table.ts';
import {setOwn} from './zero.ts';

/** What becomes of the type names in interface values. */
export type NameMode = 'keep' | 'drop';

/** Internal: the parser builds lists where the wire type says so. */
function list(raw: Raw): readonly Raw[] {
    return Array.isArray(raw) ? (raw as readonly Raw[]) : [];
}

function plainStruct(raw: Raw, fields: readonly {name: string; type: number}[], see: See): unknown {
    const out: Record<string, unknown> = {};
    const parts = list(raw);
    for (let index = 0; index + 1 < parts.length; index += 2) {
        const field = fields[Number(parts[index])];
        if (field !== undefined) setOwn(out, field.name, see(parts[index + 1], field.type));
    }
    return out;
}

function plainMap(raw: Raw, key: number, value: number, textKeys: boolean, see: See): unknown {
    const parts = list(raw);
    const entries = new Map<unknown, unknown>();
    const out: Record<string, unknown> = {};
    for (let index = 0; index + 1 < parts.length; index += 2) {
        const entryKey = see(parts[index], key);
        const entry = see(parts[index + 1], value);
        if (textKeys && typeof entryKey === 'string') setOwn(out, entryKey, entry);
        else entries.set(entryKey, entry);
    }
    return textKeys ? out : entries;
}

type See = (raw: Raw, type: number) => unknown;

/**
 * The value as plain objects, arrays, maps and bytes, without any schema: absent fields stay absent.
 * `keep` wraps every interface value in `Named`, `drop` leaves the bare values.
 */
export function toPlain(raw: Raw, type: number, types: TypeTable, names: NameMode): unknown {
    const see: See = (part, id) => {
        const wire = types.get(id);
        switch (wire.kind) {
            case 'struct':
                return plainStruct(part, wire.fields, see);
            case 'slice':
            case 'array':
                return list(part).map((element) => see(element, wire.element));
            case 'map': {
                const textKeys = types.get(wire.key).kind === 'string';
                return plainMap(part, wire.key, wire.value, textKeys, see);
            }
            case 'interface': {
                if (!(part instanceof RawInterface)) return null;
                const value = see(part.value, part.type);
                return names === 'keep' ? new Named(part.name, value) : value;
            }
            default:
                return part;
        }
    };
    return see(raw, type);
}
