import React from 'react';
import {PluginBoundary} from '../plugins/boundary.tsx';
import {pluginComponents, useChat} from '../state/selectors.ts';
import {useTheme} from './services.ts';

interface Props {
    /** The host's name of the place. */
    readonly place: string;
    /** What is drawn there, for the case that it fails. */
    readonly what: string;
    readonly given?: Readonly<Record<string, unknown>>;
}

/** Everything that plugins registered for one place of the page. */
export function PluginPlace({place, what, given = {}}: Props) {
    const components = useChat((state) => pluginComponents(state, place));
    const theme = useTheme();
    return (
        <>
            {components.map(
                ({id, pluginId, component: Component}) =>
                    Component !== undefined && (
                        <PluginBoundary key={id} pluginId={pluginId} what={what}>
                            <Component theme={theme} {...given} />
                        </PluginBoundary>
                    ),
            )}
        </>
    );
}
