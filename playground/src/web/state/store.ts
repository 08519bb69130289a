import {applyMiddleware, combineReducers, legacy_createStore} from 'redux';
import type {Middleware, Reducer, Store as ReduxStore, UnknownAction} from 'redux';
import type {Action} from './actions.ts';
import {channels} from './channels.ts';
import {general, teams, typing, users} from './people.ts';
import {plugins} from './plugins.ts';
import {posts} from './posts.ts';
import type {State} from './shape.ts';
import {views} from './views.ts';

/** The client's store; its own code dispatches {@link Action}s only. */
export interface ChatStore {
    getState(): State;
    dispatch(action: Action): void;
    subscribe(listener: () => void): () => void;
    /** The redux store itself, for the Provider and for plugins (thunks are understood). */
    readonly redux: ReduxStore;
    /** Puts a plugin's reducer at `key` of the state; undefined takes it away. */
    setReducer(key: string, reducer: Reducer | undefined): void;
}

/** Creates the store, with the host's names where plugins look. */
export function createChatStore(): ChatStore {
    const extra = new Map<string, Reducer>();
    const own = {
        entities: combineReducers({
            users: narrow(users),
            teams: narrow(teams),
            channels: narrow(channels),
            posts: narrow(posts),
            general: narrow(general),
            typing: narrow(typing),
            preferences: () => ({myPreferences: {}}),
        }),
        views: narrow(views),
        plugins: narrow(plugins),
    };
    const reducer = (): Reducer => combineReducers({...own, ...Object.fromEntries(extra)});
    const redux = legacy_createStore(reducer(), undefined, applyMiddleware(thunk));
    return {
        redux,
        getState: () => redux.getState() as State,
        dispatch(action) {
            redux.dispatch(action);
        },
        subscribe: (listener) => redux.subscribe(listener),
        setReducer(key, added) {
            if (added === undefined) {
                extra.delete(key);
            } else {
                extra.set(key, added);
            }
            redux.replaceReducer(reducer());
        },
    };
}

/** Plugins dispatch functions, as the host lets them. */
const thunk: Middleware = (store) => (next) => (action) =>
    isThunk(action) ? action(store.dispatch, () => store.getState() as unknown) : next(action);

type Thunk = (dispatch: unknown, getState: () => unknown) => unknown;

function isThunk(action: unknown): action is Thunk {
    return typeof action === 'function';
}

/**
 * Lets a reducer of {@link Action}s stand in a store that plugins dispatch anything into: what is
 * not ours falls through to `default`, as no action of a plugin has one of our names.
 */
function narrow<Part>(reducer: (state: Part | undefined, action: Action) => Part): Reducer<Part> {
    return (state: Part | undefined, action: UnknownAction) => reducer(state, action as Action);
}
