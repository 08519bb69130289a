import type {Action} from './actions.ts';
import {withAll, without} from './maps.ts';
import type {PluginComponent, PluginsState} from './shape.ts';

const none: PluginsState = {
    plugins: {},
    components: {},
    postTypes: {},
    adminConsoleCustomComponents: {},
    translations: {},
};

/** `plugins`; stays when the user logs out, as the bundles stay loaded. */
export function plugins(state: PluginsState = none, action: Action): PluginsState {
    switch (action.type) {
        case 'PLUGINS_RECEIVED':
            return {...state, plugins: withAll({}, action.manifests, (manifest) => manifest.id)};
        case 'PLUGIN_REMOVED':
            return {
                ...state,
                plugins: without(state.plugins, action.pluginId),
                components: keepComponents(state, (one) => one.pluginId !== action.pluginId),
                postTypes: keepTypes(state, (one) => one.pluginId !== action.pluginId),
                adminConsoleCustomComponents: without(
                    state.adminConsoleCustomComponents,
                    action.pluginId,
                ),
            };
        case 'PLUGIN_COMPONENT_ADDED':
            return {
                ...state,
                components: {
                    ...state.components,
                    [action.place]: [...(state.components[action.place] ?? []), action.component],
                },
            };
        case 'PLUGIN_COMPONENT_REMOVED':
            return {...state, components: keepComponents(state, ({id}) => id !== action.id)};
        case 'PLUGIN_POST_TYPE_ADDED':
            return {
                ...state,
                postTypes: {...state.postTypes, [action.component.type]: action.component},
            };
        case 'PLUGIN_POST_TYPE_REMOVED':
            return {...state, postTypes: keepTypes(state, ({id}) => id !== action.id)};
        case 'PLUGIN_CONSOLE_SETTING_ADDED':
            return {
                ...state,
                adminConsoleCustomComponents: {
                    ...state.adminConsoleCustomComponents,
                    [action.pluginId]: {
                        ...state.adminConsoleCustomComponents[action.pluginId],
                        [action.key]: action.component,
                    },
                },
            };
        case 'PLUGIN_TEXTS_RECEIVED':
            return {...state, translations: action.texts};
        default:
            return state;
    }
}

function keepComponents(
    state: PluginsState,
    stays: (component: PluginComponent) => boolean,
): PluginsState['components'] {
    return Object.fromEntries(
        Object.entries(state.components).map(([place, all]) => [place, all.filter(stays)]),
    );
}

function keepTypes(
    state: PluginsState,
    stays: (component: {id: string; pluginId: string}) => boolean,
): PluginsState['postTypes'] {
    return Object.fromEntries(Object.entries(state.postTypes).filter(([, one]) => stays(one)));
}
