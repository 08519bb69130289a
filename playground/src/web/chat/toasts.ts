import type {ChatStore} from '../state/store.ts';

let toastId = 0;

/** Shows a line of news; it goes away by itself. */
export function announce(store: ChatStore, message: string): void {
    store.dispatch({type: 'TOAST_SHOWN', id: ++toastId, message});
}
