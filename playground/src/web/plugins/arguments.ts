import type {ComponentType} from 'react';

/** Arguments of a registration by name. */
export type Named = Readonly<Record<string, unknown>>;

/**
 * Gives the arguments of a registration their names: plugins pass them one by one, or as one
 * object that has the names.
 */
export function named(names: readonly string[], given: readonly unknown[]): Named {
    const [only] = given;
    if (given.length === 1 && isPlain(only) && names.some((name) => name in only)) {
        return only;
    }
    return Object.fromEntries(names.map((name, index) => [name, given[index]]));
}

/** Whether a value can stand in JSX as the name of an element. */
export function isComponent(value: unknown): value is ComponentType<Record<string, unknown>> {
    return (
        typeof value === 'function' ||
        // What memo, forwardRef and lazy make; an element has it too, but also props.
        (typeof value === 'object' && value !== null && '$$typeof' in value && !('props' in value))
    );
}

/** Whether a value can be called. */
export function isFunction(value: unknown): value is (...args: unknown[]) => unknown {
    return typeof value === 'function';
}

/** The value where it is text; '' otherwise. */
export function textOf(value: unknown): string {
    return typeof value === 'string' ? value : '';
}

function isPlain(value: unknown): value is Named {
    return (
        typeof value === 'object' &&
        value !== null &&
        !Array.isArray(value) &&
        !('$$typeof' in value)
    );
}
