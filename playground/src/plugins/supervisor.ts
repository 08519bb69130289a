import {GangwayError, errorOf} from '../../../sidecar/src/contract/errors.ts';
import type {Bundle} from './bundle.ts';
import {executableOf, meetsMinimum} from './manifest.ts';
import {
    ActivationError,
    type PluginProcess,
    type StartDeps,
    startProcess,
} from './plugin-process.ts';

/** The server's numbers for how a plugin fares. */
export const pluginState = {
    notRunning: 0,
    starting: 1,
    running: 2,
    failedToStart: 3,
    failedToStayRunning: 4,
    stopping: 5,
} as const;

/** One of the numbers. */
export type PluginState = (typeof pluginState)[keyof typeof pluginState];

/** What the supervisor of one bundle is built from. */
export interface SupervisorDeps extends StartDeps {
    /** The server's clock, ms. */
    readonly now: () => number;
    /** Which server this is, for instance `11.6.0`. */
    readonly serverVersion: string;
    /** How often the health is checked, ms. */
    readonly healthCheckMs: number;
    readonly onState: () => void;
}

/** Runs the process of one bundle, and runs it anew when it dies. */
export interface Supervisor {
    readonly bundle: Bundle;
    state(): PluginState;
    /** Why it does not run; '' when nothing is wrong. */
    error(): string;
    /** The running process; undefined for a plugin without a server half and while it is down. */
    process(): PluginProcess | undefined;
    /** Starts it; a failure is kept as the state, not thrown. */
    activate(): Promise<void>;
    deactivate(): Promise<void>;
    /** What the timer does: three pings, and a restart when all of them fail. */
    checkHealth(): Promise<void>;
}

const pingsPerCheck = 3;
const failuresAllowed = 3;
const failureWindowMs = 60 * 60 * 1000;

/** A supervisor for a bundle; nothing runs before `activate`. */
export function createSupervisor(bundle: Bundle, deps: SupervisorDeps): Supervisor {
    const {log} = deps;
    const {manifest} = bundle;
    let state: PluginState = pluginState.notRunning;
    let reason = '';
    let running: PluginProcess | undefined;
    let failures: number[] = [];
    let timer: ReturnType<typeof setInterval> | undefined;
    let last: Promise<void> = Promise.resolve();

    const enter = (next: PluginState, why = ''): void => {
        state = next;
        reason = why;
        deps.onState();
    };
    /** One thing at a time: a check must not meet a deactivation halfway. */
    const inTurn = (work: () => Promise<void>): Promise<void> => {
        const done = last.then(work);
        last = done.catch(() => undefined);
        return done;
    };
    const start = async (): Promise<void> => {
        if (state === pluginState.running) {
            return;
        }
        enter(pluginState.starting);
        try {
            refuseUnfit(bundle, deps.serverVersion);
            running = manifest.server === undefined ? undefined : await startProcess(bundle, deps);
            enter(pluginState.running);
            watch();
        } catch (error) {
            const why = error instanceof Error ? error.message : 'it could not be started';
            log.error('Unable to activate plugin', {plugin_id: manifest.id, reason: why});
            enter(pluginState.failedToStart, why);
        }
    };
    const stop = async (next: PluginState, why = ''): Promise<void> => {
        clearInterval(timer);
        const process = running;
        if (process !== undefined) {
            enter(pluginState.stopping);
            await process.stop();
            running = undefined;
        }
        enter(next, why);
    };
    const watch = (): void => {
        clearInterval(timer);
        timer = setInterval(() => {
            checkHealth().catch((error: unknown) => {
                log.error('a health check failed', {error: errorOf(error)});
            });
        }, deps.healthCheckMs);
        timer.unref();
    };
    const check = async (): Promise<void> => {
        if (state !== pluginState.running || running === undefined || (await answers(running))) {
            return;
        }
        log.warn('Health check failed for plugin', {plugin_id: manifest.id});
        const since = deps.now() - failureWindowMs;
        failures = [...failures.filter((at) => at >= since), deps.now()];
        if (failures.length >= failuresAllowed) {
            failures = [];
            await stop(pluginState.failedToStayRunning, 'it crashed too often');
        } else {
            await stop(pluginState.notRunning);
            await start();
        }
    };
    const checkHealth = (): Promise<void> => inTurn(check);

    return {
        bundle,
        state: () => state,
        error: () => reason,
        process: () => running,
        activate: () => inTurn(start),
        deactivate: () => inTurn(() => stop(pluginState.notRunning)),
        checkHealth,
    };
}

/** @throws ActivationError for what the server finds before it starts anything */
function refuseUnfit({manifest}: Bundle, serverVersion: string): void {
    const minimum = manifest.min_server_version;
    if (!meetsMinimum(serverVersion, minimum)) {
        throw new ActivationError(
            'plugin_server_version',
            `plugin requires Mattermost ${minimum ?? ''}: ${manifest.id}`,
        );
    }
    if (manifest.server === undefined && manifest.webapp === undefined) {
        throw new GangwayError(
            'plugin_empty',
            `unable to start plugin: must at least have a web app or server component`,
        );
    }
    if (manifest.server !== undefined && executableOf(manifest) === '') {
        throw new ActivationError(
            'plugin_executable',
            `backend executable not found for environment: ${process.platform}/${process.arch}`,
        );
    }
}

async function answers(plugin: PluginProcess): Promise<boolean> {
    for (let attempt = 0; attempt < pingsPerCheck; attempt++) {
        try {
            await plugin.ping();
            return true;
        } catch {
            // The next attempt, or the verdict.
        }
    }
    return false;
}
