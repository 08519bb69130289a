import {GobError} from './gob-error.ts';
import {type AnySchema, solid, type SolidShape} from './schema.ts';

/** No sensible struct nests deeper by value; a schema that does contains itself. */
const MAX_NESTING = 64;

/** Sets an own property even for the key `__proto__`, which an assignment would treat specially. */
export function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
    if (key === '__proto__') {
        Object.defineProperty(target, key, {
            value,
            configurable: true,
            enumerable: true,
            writable: true,
        });
    } else {
        target[key] = value;
    }
}

/** An empty map in the form that a map schema decodes to. */
export function emptyMap(shape: Extract<SolidShape, {kind: 'map'}>): object {
    return solid(shape.key).kind === 'string' ? {} : new Map();
}

/** What Go means by an absent field: the zero value, fresh each time. */
export function zeroOf(schema: AnySchema, nesting = 0): unknown {
    if (nesting > MAX_NESTING) {
        throw new GobError('gob_value', 'schema contains itself; make the inner field optional');
    }
    const shape = solid(schema);
    switch (shape.kind) {
        case 'bool':
            return false;
        case 'int':
        case 'uint':
        case 'float':
            return 0;
        case 'complex':
            return [0, 0];
        case 'string':
            return '';
        case 'bytes':
            return Buffer.alloc(0);
        case 'interface':
            return null;
        case 'slice':
            return [];
        case 'array':
            return Array.from({length: shape.length}, () => zeroOf(shape.element, nesting + 1));
        case 'map':
            return emptyMap(shape);
        case 'opaque':
            return shape.codec.zero();
        case 'struct': {
            const out: Record<string, unknown> = {};
            for (const field of shape.fields) {
                if (!field.optional) out[field.name] = zeroOf(field.type, nesting + 1);
            }
            return out;
        }
    }
}
