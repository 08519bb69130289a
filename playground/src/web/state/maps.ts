/** A copy of `map` without `key`; `map` itself where it has none. */
export function without<Value>(
    map: Readonly<Record<string, Value>>,
    key: string,
): Readonly<Record<string, Value>> {
    if (!Object.hasOwn(map, key)) {
        return map;
    }
    return Object.fromEntries(Object.entries(map).filter(([name]) => name !== key));
}

/** A copy of `map` with each item under its own id. */
export function withAll<Value>(
    map: Readonly<Record<string, Value>>,
    items: readonly Value[],
    idOf: (item: Value) => string,
): Readonly<Record<string, Value>> {
    return items.length === 0
        ? map
        : {...map, ...Object.fromEntries(items.map((item) => [idOf(item), item]))};
}
