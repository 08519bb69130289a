import {mergeThreeWays, type Conflict} from './merge.ts';
import {differences, isSame, type Path, valueAt, withoutValue, withValue} from './paths.ts';

/** The settings as the plugin holds them. */
export interface HeldSettings {
    readonly revision: number;
    /** Secrets are eight dots where they are set. */
    readonly settings: unknown;
    /** What an admin must know, a sentence each. */
    readonly troubles: readonly string[];
}

/** The settings with what was changed here and is not saved. */
export interface SettingsForm {
    /** What the plugin held last. */
    held(): HeldSettings;
    draft(): unknown;
    get(path: Path): unknown;
    set(path: Path, value: unknown): void;
    /** Takes a value out, so that the inherited one holds. */
    unset(path: Path): void;
    /** Replaces the whole draft, as an import does. */
    replace(settings: unknown): void;
    changes(): readonly Path[];
    isChanged(): boolean;
    /** What was saved: the draft begins anew from it. */
    saved(held: HeldSettings): void;
    /** Somebody else saved meanwhile: the changes from here are laid over it. */
    rebase(held: HeldSettings): readonly Conflict[];
    subscribe(listener: () => void): () => void;
}

/** Begins with what the plugin holds; nothing is changed. */
export function createSettingsForm(start: HeldSettings): SettingsForm {
    let held = start;
    let draft = start.settings;
    let changed: readonly Path[] | undefined = [];
    const listeners = new Set<() => void>();
    const become = (next: unknown): void => {
        // The same setting as before is the same object: what is drawn of it need not be drawn again.
        draft = isSame(next, held.settings) ? held.settings : next;
        changed = undefined;
        for (const listener of [...listeners]) listener();
    };
    const changes = (): readonly Path[] => (changed ??= differences(held.settings, draft));
    return {
        held: () => held,
        draft: () => draft,
        get: (path) => valueAt(draft, path),
        set: (path, value) => become(withValue(draft, path, value)),
        unset: (path) => become(withoutValue(draft, path)),
        replace: become,
        changes,
        isChanged: () => draft !== held.settings,
        saved(next) {
            held = next;
            become(next.settings);
        },
        rebase(next) {
            const {value, conflicts} = mergeThreeWays(held.settings, draft, next.settings);
            held = next;
            become(value);
            return conflicts;
        },
        subscribe(listener) {
            listeners.add(listener);
            return () => listeners.delete(listener);
        },
    };
}
