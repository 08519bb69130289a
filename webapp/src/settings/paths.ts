/** Where a setting stands: the keys from the root of the document inwards. */
export type Path = readonly string[];

/** Whether a value is an object with keys, not a list. */
export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at a path; undefined where there is none. */
export function valueAt(value: unknown, path: Path): unknown {
    let at = value;
    for (const key of path) {
        at = isMap(at) && Object.hasOwn(at, key) ? at[key] : undefined;
    }
    return at;
}

/** A copy with a value at a path; what lies beside the path stays the same object. */
export function withValue(value: unknown, path: Path, next: unknown): unknown {
    const [key, ...rest] = path;
    if (key === undefined) return next;
    const map = isMap(value) ? value : {};
    return {...map, [key]: withValue(valueAt(map, [key]), rest, next)};
}

/** A copy without the value at a path, and without objects that are empty for the lack of it. */
export function withoutValue(value: unknown, path: Path): unknown {
    const [key, ...rest] = path;
    if (key === undefined || !isMap(value) || !Object.hasOwn(value, key)) return value;
    const {[key]: inner, ...others} = value;
    if (rest.length === 0) return others;
    const left = withoutValue(inner, rest);
    return isMap(left) && Object.keys(left).length === 0 ? others : {...others, [key]: left};
}

/** Whether two settings are the same, whatever the order of their keys. */
export function isSame(one: unknown, other: unknown): boolean {
    if (Object.is(one, other)) return true;
    if (Array.isArray(one) && Array.isArray(other)) {
        return one.length === other.length && one.every((item, at) => isSame(item, other[at]));
    }
    if (!isMap(one) || !isMap(other)) return false;
    const keys = Object.keys(one);
    return (
        keys.length === Object.keys(other).length &&
        keys.every((key) => Object.hasOwn(other, key) && isSame(one[key], other[key]))
    );
}

/** The paths at which two documents differ; an object that only one of them has counts key by key. */
export function differences(one: unknown, other: unknown, path: Path = []): Path[] {
    if (isSame(one, other)) return [];
    const maps = [one, other].filter(isMap);
    const isWalked = [one, other].every((side) => side === undefined || isMap(side));
    const keys = new Set(maps.flatMap((map) => Object.keys(map)));
    if (!isWalked || keys.size === 0) return [path];
    return [...keys].flatMap((key) =>
        differences(valueAt(one, [key]), valueAt(other, [key]), [...path, key]),
    );
}

/** A path as people write it in code, and as the plugin names it in its answers. */
export function pathText(path: Path): string {
    return path
        .map((key, at) => {
            if (!/^[A-Za-z_$][\w$-]{0,79}$/.test(key))
                return `[${JSON.stringify(key.slice(0, 80))}]`;
            return at === 0 ? key : `.${key}`;
        })
        .join('');
}
