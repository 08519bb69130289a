import React, {createContext, useContext, useMemo, useSyncExternalStore} from 'react';
import type {Schema} from '../../settings/field_model.ts';
import {isSame, pathText, type Path, valueAt} from '../../settings/paths.ts';
import type {Problem} from '../../settings/settings_client.ts';
import type {SettingsForm} from '../../settings/settings_form.ts';

/** What the parts of the page share. */
export interface ConsoleState {
    readonly form: SettingsForm;
    readonly schema: Schema;
    /** The admin may look and not change. */
    readonly isDisabled: boolean;
    /** What the last save was refused for. */
    readonly problems: readonly Problem[];
}

const Context = createContext<ConsoleState | undefined>(undefined);

/** Hands the state of the page to what stands in it. */
export const ConsoleProvider = Context.Provider;

/** The state of the page. @throws Error outside of it */
export function useConsole(): ConsoleState {
    const state = useContext(Context);
    if (state === undefined) throw new Error('This must stand within the console page.');
    return state;
}

/** The value of a setting as it is edited; drawn anew when it changes, and only then. */
export function useSetting(path: Path): unknown {
    const {form} = useConsole();
    return useSyncExternalStore(
        (listener) => form.subscribe(listener),
        () => form.get(path),
    );
}

/** A setting's own value, and what holds where it has none. */
export interface EffectiveValue {
    readonly own: unknown;
    readonly inherited: unknown;
    /** Where the inherited value stands; undefined for the built-in default. */
    readonly from: Path | undefined;
    readonly isChanged: boolean;
    readonly problem: string | undefined;
}

/** What a setting comes to: its own value, else that of the first of `parents` that has one, else the default. */
export function useEffective(
    path: Path,
    parents: readonly Path[],
    standard: unknown,
): EffectiveValue {
    const {form, problems} = useConsole();
    const own = useSetting(path);
    const draft = useSyncExternalStore(
        (listener) => form.subscribe(listener),
        () => parents.find((parent) => form.get(parent) !== undefined),
    );
    const inherited = draft === undefined ? standard : form.get(draft);
    const saved = valueAt(form.held().settings, path);
    const text = useMemo(() => pathText(path), [path]);
    return {
        own,
        inherited,
        from: draft,
        isChanged: !isSame(own, saved),
        problem: problems.find((problem) => problem.path === text)?.text,
    };
}

/** Draws children anew on each change of the draft: for what depends on many settings at once. */
export function useDraft(): unknown {
    const {form} = useConsole();
    return useSyncExternalStore(
        (listener) => form.subscribe(listener),
        () => form.draft(),
    );
}

/** A heading that leads to a part of the page. */
export function Section({
    title,
    description,
    children,
}: {
    readonly title: React.ReactNode;
    readonly description?: React.ReactNode;
    readonly children: React.ReactNode;
}): React.JSX.Element {
    return (
        <div className="AdminSectionPanel">
            <div className="AdminSectionPanel__header">
                <h3 className="AdminSectionPanel__title">{title}</h3>
                {description === undefined ? null : (
                    <div className="AdminSectionPanel__description">{description}</div>
                )}
            </div>
            <div className="AdminSectionPanel__body">{children}</div>
        </div>
    );
}
