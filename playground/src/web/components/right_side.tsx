import React from 'react';
import {PluginBoundary} from '../plugins/boundary.tsx';
import {pluginComponents, useChat} from '../state/selectors.ts';
import type {PluginComponent} from '../state/shape.ts';
import {IconButton} from './icon.tsx';
import {useServices, useTheme} from './services.ts';
import {ThreadPanel} from './thread_panel.tsx';

/** The panel at the right: a thread, or what a plugin shows there. */
export function RightSide() {
    const {selectedPostId, pluggableId} = useChat((state) => state.views.rhs);
    if (selectedPostId !== '') {
        return <ThreadPanel key={selectedPostId} rootId={selectedPostId} />;
    }
    return pluggableId === '' ? null : <PluginPanel componentId={pluggableId} />;
}

function PluginPanel({componentId}: {componentId: string}) {
    const {store} = useServices();
    const theme = useTheme();
    const found = useChat((state) =>
        pluginComponents(state, 'RightHandSidebarComponent').find(({id}) => id === componentId),
    );
    const Component = found?.component;
    return found === undefined || Component === undefined ? null : (
        <aside className="pg-panel" aria-label="Panel of a plugin">
            <header className="pg-panel__header">
                <h2>{found.title}</h2>
                <IconButton
                    icon="close"
                    label="Close the panel"
                    onClick={() => store.dispatch({type: 'RHS_CLOSED'})}
                />
            </header>
            <div className="pg-panel__plugin">
                <PluginBoundary pluginId={found.pluginId} what="its panel">
                    <Component theme={theme} />
                </PluginBoundary>
            </div>
        </aside>
    );
}

/** The narrow bar of plugins' icons; absent where no plugin has one. */
export function AppBar() {
    const apps = useChat((state) => pluginComponents(state, 'AppBar'));
    return apps.length === 0 ? null : (
        <nav className="pg-app-bar" aria-label="Apps">
            {apps.map((app) => (
                <AppButton key={app.id} app={app} />
            ))}
        </nav>
    );
}

function AppButton({app}: {app: PluginComponent}) {
    const {store} = useServices();
    const isOpen = useChat((state) => state.views.rhs.pluggableId === (app.rhsComponentId ?? '-'));
    const label = typeof app.tooltipText === 'string' ? app.tooltipText : app.pluginId;
    const press = (): void => {
        if (app.rhsComponentId === undefined) {
            const {channels, currentChannelId, myMembers} = store.getState().entities.channels;
            app.action?.(channels[currentChannelId], myMembers[currentChannelId]);
        } else {
            store.dispatch(
                isOpen
                    ? {type: 'RHS_CLOSED'}
                    : {type: 'RHS_PLUGIN_OPENED', componentId: app.rhsComponentId},
            );
        }
    };
    return (
        <button
            type="button"
            className={`pg-app-bar__app ${isOpen ? 'pg-app-bar__app--open' : ''}`}
            title={label}
            aria-label={label}
            aria-pressed={isOpen}
            onClick={press}
        >
            <img src={app.iconUrl} alt="" />
        </button>
    );
}
