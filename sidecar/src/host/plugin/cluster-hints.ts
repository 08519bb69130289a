import type {PluginApi} from '../../mattermost/plugin-api/plugin-api.ts';
import {SETTINGS_KEY} from '../settings-document.ts';

/** Cluster event: a key of the store changed. */
const CHANGED = 'changed';

/** Keys whose changes other nodes should see at once; all others can wait for their readers. */
const URGENT = [SETTINGS_KEY, 'stop/', 'lease/', 'runners'];

/**
 * Makes what tells the cluster's other nodes of an urgent change that this process wrote. A hint: the others
 * look by themselves a little later. What another node told must not be told again: two would never end.
 */
export function createClusterHints(
    api: Pick<PluginApi, 'publishPluginClusterEvent'>,
): (key: string) => void {
    return (key) => {
        if (!URGENT.some((prefix) => key.startsWith(prefix))) return;
        void api
            .publishPluginClusterEvent(CHANGED, Buffer.from(key), 'best_effort')
            .catch(() => undefined);
    };
}

/** The key that another node tells of; undefined for other events. */
export function hintedKey(id: string, payload: Buffer): string | undefined {
    return id === CHANGED ? payload.toString() : undefined;
}
