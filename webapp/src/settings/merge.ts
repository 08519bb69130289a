import {isMap, isSame, type Path} from './paths.ts';

/** One setting that two people changed differently. */
export interface Conflict {
    readonly path: Path;
    readonly mine: unknown;
    readonly theirs: unknown;
}

/** What two sets of changes come to. */
export interface Merged {
    readonly value: unknown;
    readonly conflicts: readonly Conflict[];
}

/**
 * Lays what somebody else saved under what was changed here, field by field. Where both changed the same field to
 * different values, the one from here stays and is named.
 */
export function mergeThreeWays(
    base: unknown,
    mine: unknown,
    theirs: unknown,
    path: Path = [],
): Merged {
    if (isSame(mine, theirs) || isSame(base, theirs)) return {value: mine, conflicts: []};
    if (isSame(base, mine)) return {value: theirs, conflicts: []};
    if (!isMap(mine) || !isMap(theirs)) {
        return {value: mine, conflicts: [{path, mine, theirs}]};
    }
    const below = isMap(base) ? base : {};
    const conflicts: Conflict[] = [];
    const entries: [string, unknown][] = [];
    for (const key of new Set([...Object.keys(theirs), ...Object.keys(mine)])) {
        const merged = mergeThreeWays(below[key], mine[key], theirs[key], [...path, key]);
        conflicts.push(...merged.conflicts);
        if (merged.value !== undefined) entries.push([key, merged.value]);
    }
    return {value: Object.fromEntries(entries), conflicts};
}
