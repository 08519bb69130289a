import type {Router} from 'express';
import type {Route} from '../http/handler.ts';
import type {Outbound} from '../integrations/outbound.ts';
import type {Triggers} from '../integrations/triggers.ts';
import type {World} from '../world/world.ts';

/** What a group of routes is built from. */
export interface RouteDeps {
    readonly world: World;
    readonly route: Route;
    /** Calls to buttons, dialogs and commands. */
    readonly integrations: {readonly outbound: Outbound; readonly triggers: Triggers};
}

/** Builds the router of one area; paths are relative to `/api/v4`. */
export type RouterFactory = (deps: RouteDeps) => Router;
