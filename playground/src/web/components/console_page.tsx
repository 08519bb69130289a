import React, {useCallback, useMemo, useRef, useState} from 'react';
import {isComponent} from '../plugins/arguments.ts';
import {PluginBoundary} from '../plugins/boundary.tsx';
import {useChat} from '../state/selectors.ts';

type Save = () => Promise<{error?: {message: string}}>;

/** The plugin whose page of the System Console an address names; undefined for any other address. */
export function consolePlugin(path: string): string | undefined {
    return /^\/admin_console\/plugins\/plugin_([\w.-]+)$/.exec(path)?.[1];
}

/**
 * A plugin's page of the System Console, as far as it stands around a setting that the plugin draws: a form, and a
 * Save button below it that calls what the plugin registered. Errors of these are shown nowhere, as in the host.
 */
export function ConsolePage({pluginId}: {readonly pluginId: string}) {
    const settings = useChat((state) => state.plugins.adminConsoleCustomComponents[pluginId]);
    const name = useChat((state) => state.plugins.plugins[pluginId]?.name ?? pluginId);
    const saves = useRef(new Set<Save>());
    const [isNeeded, setNeeded] = useState(false);
    const [isSaving, setSaving] = useState(false);
    const registerSaveAction = useCallback((save: Save) => void saves.current.add(save), []);
    const unRegisterSaveAction = useCallback((save: Save) => void saves.current.delete(save), []);
    const setSaveNeeded = useCallback(() => setNeeded(true), []);
    const host = useMemo(
        () => ({registerSaveAction, unRegisterSaveAction, setSaveNeeded}),
        [registerSaveAction, unRegisterSaveAction, setSaveNeeded],
    );
    const save = async (): Promise<void> => {
        setSaving(true);
        const outcomes = await Promise.all([...saves.current].map((one) => one()));
        setSaving(false);
        setNeeded(outcomes.some(({error}) => error !== undefined));
    };
    return (
        <div className="admin-console pg-console">
            <header className="admin-console__header">
                <a href="/">Back</a>
                <h1>{name}</h1>
            </header>
            <div className="admin-console__wrapper">
                <div className="admin-console__content">
                    <form className="form-horizontal" onSubmit={(event) => event.preventDefault()}>
                        {Object.entries(settings ?? {}).map(([key, Setting]) =>
                            isComponent(Setting) ? (
                                <PluginBoundary key={key} pluginId={pluginId} what="its settings">
                                    <Setting id={key} disabled={false} {...host} />
                                </PluginBoundary>
                            ) : null,
                        )}
                    </form>
                </div>
            </div>
            <div className="admin-console-save">
                <button
                    type="button"
                    className="btn btn-primary"
                    disabled={!isNeeded || isSaving}
                    onClick={() => void save()}
                >
                    {isSaving ? 'Saving Config...' : 'Save'}
                </button>
            </div>
        </div>
    );
}
