import type {Action} from './actions.ts';
import {without} from './maps.ts';
import type {RhsState, ViewsState} from './shape.ts';

const closed: RhsState = {isSidebarOpen: false, selectedPostId: '', pluggableId: ''};

const start: ViewsState = {
    rhs: closed,
    connection: 'connecting',
    dialog: undefined,
    toasts: [],
    unreadMarks: {},
    unreadThreads: {},
    editingPostId: '',
    drawerOpen: false,
    channelFailures: {},
};

/** `views` */
export function views(state: ViewsState = start, action: Action): ViewsState {
    switch (action.type) {
        case 'SESSION_ENDED':
            return start;
        case 'CONNECTION_CHANGED':
            return {...state, connection: action.connection};
        case 'THREAD_OPENED':
            return {
                ...state,
                rhs: {isSidebarOpen: true, selectedPostId: action.rootId, pluggableId: ''},
                unreadThreads: without(state.unreadThreads, action.rootId),
            };
        case 'THREAD_UNREAD':
            return {
                ...state,
                unreadThreads: {
                    ...state.unreadThreads,
                    [action.rootId]: (state.unreadThreads[action.rootId] ?? 0) + 1,
                },
            };
        case 'RHS_PLUGIN_OPENED':
            return {
                ...state,
                rhs: {
                    isSidebarOpen: true,
                    selectedPostId: '',
                    pluggableId: action.componentId,
                },
            };
        case 'RHS_CLOSED':
            return {...state, rhs: closed};
        case 'DIALOG_OPENED':
            return {...state, dialog: action.dialog};
        case 'DIALOG_CLOSED':
            return {...state, dialog: undefined};
        case 'TOAST_SHOWN':
            return {
                ...state,
                toasts: [...state.toasts, {id: action.id, message: action.message}],
            };
        case 'TOAST_GONE':
            return {...state, toasts: state.toasts.filter(({id}) => id !== action.id)};
        case 'EDIT_STARTED':
            return {...state, editingPostId: action.postId};
        case 'EDIT_ENDED':
            return {...state, editingPostId: ''};
        case 'DRAWER_TOGGLED':
            return {...state, drawerOpen: action.open};
        case 'CHANNEL_SELECTED':
            return {...state, drawerOpen: false, editingPostId: '', rhs: closeThread(state.rhs)};
        case 'UNREAD_MARKED':
            return {
                ...state,
                unreadMarks:
                    action.at === undefined
                        ? without(state.unreadMarks, action.channelId)
                        : {...state.unreadMarks, [action.channelId]: action.at},
            };
        case 'CHANNEL_FAILED':
            return {
                ...state,
                channelFailures: {...state.channelFailures, [action.channelId]: action.message},
            };
        case 'CHANNEL_POSTS_RECEIVED':
            return {
                ...state,
                channelFailures: without(state.channelFailures, action.channelId),
            };
        default:
            return state;
    }
}

/** A thread belongs to its channel; a plugin's panel stays. */
function closeThread(rhs: RhsState): RhsState {
    return rhs.selectedPostId === '' ? rhs : closed;
}
