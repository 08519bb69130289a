import {newId} from '../identifiers.ts';
import {createConfig, type Config, type ConfigOverrides} from './config.ts';
import {createEvents, type Audience, type PublishedEvent, type WorldListener} from './events.ts';
import type {JsonMap} from './records.ts';
import {createServerVersion, type ServerVersion} from './server-version.ts';

/** What every part of the world stands on: the clock, ids, the settings and the event list. */
export interface Core {
    readonly config: Config;
    /** Which server this is. */
    readonly server: ServerVersion;
    /** The server's clock, milliseconds. */
    now(): number;
    newId(): string;
    emit: WorldListener;
    subscribe(listener: WorldListener): Disposable;
    /** Sends a WebSocket event to those of the audience who are connected. */
    publish(
        event: string,
        data: JsonMap,
        audience: Audience,
        extra?: PublishedEvent['extra'],
    ): void;
}

/** Builds the base of a world; `now` defaults to the machine's clock. */
export function createCore(options: {
    now?: (() => number) | undefined;
    config?: ConfigOverrides | undefined;
    version?: string | undefined;
}): Core {
    const events = createEvents();
    return {
        config: createConfig(options.config),
        server: createServerVersion(options.version),
        now: options.now ?? Date.now,
        newId,
        emit: events.emit,
        subscribe: events.subscribe,
        publish(event, data, audience, extra) {
            const published: PublishedEvent =
                extra === undefined ? {event, data, audience} : {event, data, audience, extra};
            events.emit({kind: 'published', published});
        },
    };
}
