import React from 'react';
import type {ReactNode} from 'react';
import type {Reducer} from 'redux';
import {note} from '../log.ts';
import type {PluginComponent} from '../state/shape.ts';
import type {ChatStore} from '../state/store.ts';
import {isComponent, isFunction, named, textOf} from './arguments.ts';
import type {Named} from './arguments.ts';
import type {PluginEvents} from './plugin_events.ts';

/** What a plugin gets to register with: the host's methods, as far as they are imitated. */
export type Registry = Readonly<Record<string, unknown>>;

type Method = (...given: unknown[]) => unknown;

/** What registrations need. */
export interface RegistryDeps {
    readonly store: ChatStore;
    readonly events: PluginEvents;
    /** Loads the texts of all plugins anew. */
    readonly onTexts: (pluginId: string, texts: (locale: string) => unknown) => void;
    /** False once the plugin failed to start: then all registrations do nothing, and still give an id. */
    readonly isActive: () => boolean;
}

/** Methods that put one component at one place, and the host's name of that place. */
const places: Readonly<Record<string, string>> = {
    registerRootComponent: 'Root',
    registerGlobalComponent: 'Global',
    registerChannelHeaderIcon: 'ChannelHeaderIcon',
    registerLeftSidebarHeaderComponent: 'LeftSidebarHeader',
    registerPostActionComponent: 'PostAction',
    registerPostMessageAttachmentComponent: 'PostMessageAttachment',
};

let lastId = 0;

/**
 * Creates the registry of one plugin. A method of the host that is not imitated is a call that
 * does nothing and says so in the console, so that a plugin made for the host still loads.
 */
export function createRegistry(pluginId: string, deps: RegistryDeps): Registry {
    const newId = (): string => `${pluginId}-${++lastId}`;
    const methods: Readonly<Record<string, Method>> = {
        ...simpleMethods(pluginId, deps, newId),
        ...postMethods(pluginId, deps, newId),
        ...panelMethods(pluginId, deps, newId),
        ...dataMethods(pluginId, deps),
    };
    const fixed = {id: pluginId, supports: {globalAppBar: true, globalRhs: true}};
    return new Proxy<Registry>(
        {...fixed, ...methods},
        {
            get: (target, name) =>
                typeof name === 'string' && name in methods && !deps.isActive()
                    ? () => deadAnswer(name, newId())
                    : typeof name !== 'string' || name in target || !/^(?:un)?register/.test(name)
                      ? (Reflect.get(target, name) as unknown)
                      : () => {
                            note('the playground does not know this registration', {
                                plugin: pluginId,
                                method: name,
                            });
                            return newId();
                        },
        },
    );
}

/** What a registration of a plugin that is off gives back. */
function deadAnswer(method: string, id: string): unknown {
    const action = async (): Promise<{data: boolean}> => ({data: false});
    const panel = {id, showRHSPlugin: action, hideRHSPlugin: action, toggleRHSPlugin: action};
    return method === 'registerRightHandSidebarComponent' ? panel : id;
}

function simpleMethods(
    pluginId: string,
    {store}: RegistryDeps,
    newId: () => string,
): Record<string, Method> {
    const add = (place: string, component: Omit<PluginComponent, 'id' | 'pluginId'>): string => {
        const id = newId();
        store.dispatch({
            type: 'PLUGIN_COMPONENT_ADDED',
            place,
            component: {id, pluginId, ...component},
        });
        return id;
    };
    const atPlaces = Object.entries(places).map(([method, place]): [string, Method] => [
        method,
        (...given) => {
            const {component} = named(['component'], given);
            return isComponent(component) ? add(place, {component}) : newId();
        },
    ]);
    return {
        ...Object.fromEntries(atPlaces),
        registerChannelHeaderButtonAction(...given) {
            const {icon, action, dropdownText, tooltipText} = named(
                ['icon', 'action', 'dropdownText', 'tooltipText'],
                given,
            );
            return add('ChannelHeaderButton', {
                icon: nodeOf(icon),
                text: nodeOf(dropdownText),
                tooltipText: nodeOf(tooltipText),
                ...actionOf(action),
            });
        },
        registerPostDropdownMenuAction(...given) {
            const {text, action, filter} = named(['text', 'action', 'filter'], given);
            return add('PostDropdownMenu', {
                text: nodeOf(text),
                ...actionOf(action),
                ...(isFunction(filter) ? {filter: (postId) => filter(postId) === true} : {}),
            });
        },
        unregisterComponent: (id) =>
            store.dispatch({type: 'PLUGIN_COMPONENT_REMOVED', id: textOf(id)}),
    };
}

function postMethods(
    pluginId: string,
    {store}: RegistryDeps,
    newId: () => string,
): Record<string, Method> {
    return {
        registerPostTypeComponent(...given) {
            const {type, component} = named(['type', 'component'], given);
            const id = newId();
            if (isComponent(component)) {
                store.dispatch({
                    type: 'PLUGIN_POST_TYPE_ADDED',
                    component: {id, pluginId, type: textOf(type), component},
                });
            }
            return id;
        },
        unregisterPostTypeComponent: (id) =>
            store.dispatch({type: 'PLUGIN_POST_TYPE_REMOVED', id: textOf(id)}),
    };
}

/** The actions that a plugin dispatches to open and close its panel. */
function panelActions(id: string): Named {
    const show = {type: 'RHS_PLUGIN_OPENED', componentId: id};
    const hide = {type: 'RHS_CLOSED'};
    return {
        id,
        showRHSPlugin: show,
        hideRHSPlugin: hide,
        toggleRHSPlugin: (dispatch: (action: unknown) => unknown, getState: () => unknown) =>
            dispatch(shownPanel(getState()) === id ? hide : show),
    };
}

function shownPanel(state: unknown): string {
    const rhs = path(state, ['views', 'rhs', 'pluggableId']);
    return textOf(rhs);
}

function path(value: unknown, names: readonly string[]): unknown {
    return names.reduce<unknown>(
        (at, name) =>
            typeof at === 'object' && at !== null && name in at ? Reflect.get(at, name) : undefined,
        value,
    );
}

function panelMethods(
    pluginId: string,
    {store}: RegistryDeps,
    newId: () => string,
): Record<string, Method> {
    const addPanel = (component: unknown, title: unknown): Named => {
        const id = newId();
        if (isComponent(component)) {
            store.dispatch({
                type: 'PLUGIN_COMPONENT_ADDED',
                place: 'RightHandSidebarComponent',
                component: {id, pluginId, component, title: nodeOf(title)},
            });
        }
        return panelActions(id);
    };
    return {
        registerRightHandSidebarComponent(...given) {
            const {component, title} = named(['component', 'title'], given);
            return addPanel(component, title);
        },
        registerAppBarComponent(...given) {
            const names = ['iconUrl', 'action', 'tooltipText', 'supportedProductIds'];
            const wanted = named([...names, 'rhsComponent', 'rhsTitle'], given);
            const panel =
                wanted['rhsComponent'] === undefined
                    ? undefined
                    : addPanel(wanted['rhsComponent'], wanted['rhsTitle']);
            const id = newId();
            store.dispatch({
                type: 'PLUGIN_COMPONENT_ADDED',
                place: 'AppBar',
                component: {
                    id,
                    pluginId,
                    iconUrl: textOf(wanted['iconUrl']),
                    tooltipText: nodeOf(wanted['tooltipText']),
                    ...actionOf(wanted['action']),
                    ...(panel === undefined ? {} : {rhsComponentId: textOf(panel['id'])}),
                },
            });
            return panel === undefined ? id : {id, rhsComponent: panel};
        },
    };
}

function dataMethods(
    pluginId: string,
    {store, events, onTexts}: RegistryDeps,
): Record<string, Method> {
    return {
        registerReducer(...given) {
            const {reducer} = named(['reducer'], given);
            if (isFunction(reducer)) {
                store.setReducer(`plugins-${pluginId}`, reducer as Reducer);
            }
        },
        registerWebSocketEventHandler(...given) {
            const {event, handler} = named(['event', 'handler'], given);
            if (isFunction(handler)) {
                events.listen(pluginId, textOf(event), handler);
            }
        },
        unregisterWebSocketEventHandler(...given) {
            events.forget(pluginId, textOf(named(['event'], given)['event']));
        },
        registerReconnectHandler(...given) {
            const {handler} = named(['handler'], given);
            if (isFunction(handler)) {
                events.onReconnect(pluginId, handler);
            }
        },
        unregisterReconnectHandler: () => events.onReconnect(pluginId, undefined),
        registerTranslations(...given) {
            const texts = named(['getTranslationsForLocale'], given)['getTranslationsForLocale'];
            if (isFunction(texts)) {
                onTexts(pluginId, texts);
            }
        },
        registerAdminConsoleCustomSetting(...given) {
            const {key, component} = named(['key', 'component', 'options'], given);
            store.dispatch({
                type: 'PLUGIN_CONSOLE_SETTING_ADDED',
                pluginId,
                key: textOf(key).toLowerCase(),
                component,
            });
        },
    };
}

function actionOf(action: unknown): {action?: (...args: unknown[]) => unknown} {
    return isFunction(action) ? {action} : {};
}

/** Plugins may give a component where an element is wanted. */
function nodeOf(value: unknown): ReactNode {
    if (React.isValidElement(value) || typeof value === 'string') {
        return value;
    }
    return isComponent(value) ? React.createElement(value) : undefined;
}
