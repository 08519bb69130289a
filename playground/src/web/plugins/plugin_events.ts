import type {Frame} from '../api/frames.ts';
import {warn} from '../log.ts';

type Handler = (...args: unknown[]) => unknown;

/** What plugins want to hear of the socket; one handler for each plugin and event. */
export interface PluginEvents {
    listen(pluginId: string, event: string, handler: Handler): void;
    forget(pluginId: string, event: string): void;
    /** Called after each reconnect; undefined takes the handler away. */
    onReconnect(pluginId: string, handler: Handler | undefined): void;
    drop(pluginId: string): void;
    deliver(frame: Frame): void;
    reconnected(): void;
}

/** Creates {@link PluginEvents}; what a handler throws is logged, and the others still hear. */
export function createPluginEvents(): PluginEvents {
    const byPlugin = new Map<string, Map<string, Handler>>();
    const reconnects = new Map<string, Handler>();
    const call = (pluginId: string, what: string, handler: Handler, ...args: unknown[]): void => {
        try {
            handler(...args);
        } catch (cause) {
            warn('a handler of a plugin failed', {plugin: pluginId, event: what}, cause);
        }
    };
    return {
        listen(pluginId, event, handler) {
            const handlers = byPlugin.get(pluginId) ?? new Map<string, Handler>();
            byPlugin.set(pluginId, handlers.set(event, handler));
        },
        forget: (pluginId, event) => void byPlugin.get(pluginId)?.delete(event),
        onReconnect(pluginId, handler) {
            if (handler === undefined) {
                reconnects.delete(pluginId);
            } else {
                reconnects.set(pluginId, handler);
            }
        },
        drop(pluginId) {
            byPlugin.delete(pluginId);
            reconnects.delete(pluginId);
        },
        deliver(frame) {
            for (const [pluginId, handlers] of byPlugin) {
                const handler = handlers.get(frame.event);
                if (handler !== undefined) {
                    call(pluginId, frame.event, handler, frame);
                }
            }
        },
        reconnected() {
            for (const [pluginId, handler] of reconnects) {
                call(pluginId, 'reconnect', handler);
            }
        },
    };
}
