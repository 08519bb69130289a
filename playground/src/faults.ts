import type {IncomingMessage} from 'node:http';
import type {Request, RequestHandler, Response} from 'express';
import * as z from 'zod';
import type {World} from './world/world.ts';

/** How requests are chosen for a fault; what is absent matches all. */
const matchSchema = z.object({
    method: z.string().optional(),
    /** A regular expression over the path. */
    path: z.string().optional(),
    /** How many requests it meets; default all until cleared. */
    times: z.int().positive().optional(),
});

const faultSchema = z.discriminatedUnion('kind', [
    /** Drops the sockets of a user (by name or id), or of all. */
    z.object({kind: z.literal('cut'), user: z.string().optional()}),
    /** Upgrades wait for `ms` and are then let in. */
    z.object({kind: z.literal('hold'), ms: z.int().nonnegative()}),
    /** Upgrades are answered with a status instead, for `ms` or until cleared. */
    z.object({
        kind: z.literal('refuse-upgrades'),
        status: z.int().min(400).max(599),
        ms: z.int().positive().optional(),
    }),
    /** Every REST answer comes `ms` later; 0 ends it. */
    z.object({kind: z.literal('delay'), ms: z.int().nonnegative()}),
    /** The next requests are answered with a status; 429 as the rate limiter does. */
    z.object({
        kind: z.literal('answer'),
        status: z.int().min(400).max(599),
        retryAfterSeconds: z.int().nonnegative().optional(),
        match: matchSchema.optional(),
    }),
    /** The next requests lose their TCP connection, before or after they had their effect. */
    z.object({
        kind: z.literal('reset'),
        when: z.enum(['before', 'after']).optional(),
        match: matchSchema.optional(),
    }),
    /** The next requests are never answered, before or after they had their effect. */
    z.object({
        kind: z.literal('hang'),
        when: z.enum(['before', 'after']).optional(),
        match: matchSchema.optional(),
    }),
    /** Sockets stay open, but nothing goes through them any more; new ones work unless said. */
    z.object({
        kind: z.literal('silence'),
        silent: z.boolean(),
        newLines: z.boolean().optional(),
    }),
    /** Storing a post takes `ms`, during which a repeated create is refused; 0 ends it. */
    z.object({kind: z.literal('slow-posts'), ms: z.int().nonnegative()}),
    /** Moves the server's clock by `ms`, forwards or back. */
    z.object({kind: z.literal('shift-clock'), ms: z.int()}),
    /** The port is closed for `downMs`, the sockets and what could be resumed are gone. */
    z.object({kind: z.literal('restart'), downMs: z.int().nonnegative().optional()}),
    /** Ends all lasting faults. */
    z.object({kind: z.literal('clear')}),
]);

/** A fault on command. */
export type Fault = z.infer<typeof faultSchema>;

/** Chooses the requests that a fault meets. */
export type FaultMatch = z.infer<typeof matchSchema>;

/** Reads a fault that came over the control route. @throws ZodError */
export function parseFault(value: unknown): Fault {
    return faultSchema.parse(value);
}

/** What faults need from the server around them. */
export interface FaultDeps {
    readonly world: World;
    cut(userId: string | undefined): number;
    setSilent(silent: boolean, newLines: boolean): void;
    restart(downMs: number): Promise<void>;
    shiftClock(ms: number): void;
}

/** What becomes of an upgrade. */
export type UpgradeVerdict =
    | {readonly kind: 'enter'}
    | {readonly kind: 'wait'; readonly ms: number}
    | {readonly kind: 'refuse'; readonly status: number};

/** The faults in force. */
export interface Faults {
    inject(fault: Fault): Promise<void>;
    /** Sits before all routes. */
    readonly middleware: RequestHandler;
    upgrade(request: IncomingMessage): UpgradeVerdict;
    /** How many requests came in since the start, for tests of retries. */
    readonly requests: number;
}

type Effect = Extract<Fault, {kind: 'answer' | 'reset' | 'hang'}>;

interface Planned {
    readonly effect: Effect;
    left: number;
}

/** No faults at first. */
export function createFaults(deps: FaultDeps): Faults {
    const planned: Planned[] = [];
    let delayMs = 0;
    let heldUntil = 0;
    let refusal: {status: number; until: number} | undefined;
    let requests = 0;
    let endSlowPosts: (() => void) | undefined;

    const clear = (): void => {
        planned.length = 0;
        delayMs = 0;
        heldUntil = 0;
        refusal = undefined;
        endSlowPosts?.();
        endSlowPosts = undefined;
        deps.setSilent(false, false);
    };
    const take = (request: Request): Effect | undefined => {
        const found = planned.find(({effect}) => matches(effect.match, request));
        if (found === undefined) {
            return undefined;
        }
        found.left--;
        if (found.left <= 0) {
            planned.splice(planned.indexOf(found), 1);
        }
        return found.effect;
    };

    return {
        async inject(fault) {
            switch (fault.kind) {
                case 'cut':
                    deps.cut(userIdOf(deps.world, fault.user));
                    return;
                case 'hold':
                    heldUntil = Date.now() + fault.ms;
                    return;
                case 'refuse-upgrades':
                    refusal = {
                        status: fault.status,
                        until: fault.ms === undefined ? Infinity : Date.now() + fault.ms,
                    };
                    return;
                case 'delay':
                    delayMs = fault.ms;
                    return;
                case 'answer':
                case 'reset':
                case 'hang':
                    planned.push({effect: fault, left: fault.match?.times ?? Infinity});
                    return;
                case 'silence':
                    deps.setSilent(fault.silent, fault.newLines ?? false);
                    return;
                case 'slow-posts':
                    endSlowPosts?.();
                    endSlowPosts = slowPosts(deps.world, fault.ms);
                    return;
                case 'shift-clock':
                    deps.shiftClock(fault.ms);
                    return;
                case 'restart':
                    await deps.restart(fault.downMs ?? 0);
                    return;
                case 'clear':
                    clear();
                    return;
            }
        },
        middleware(request, response, next) {
            requests++;
            const effect = take(request);
            const go = (): void => {
                if (effect === undefined || !strike(effect, request, response)) {
                    next();
                }
            };
            if (delayMs === 0) {
                go();
            } else {
                setTimeout(go, delayMs);
            }
        },
        upgrade() {
            const now = Date.now();
            if (refusal !== undefined && refusal.until > now) {
                return {kind: 'refuse', status: refusal.status};
            }
            return heldUntil > now ? {kind: 'wait', ms: heldUntil - now} : {kind: 'enter'};
        },
        get requests() {
            return requests;
        },
    };
}

function matches(match: FaultMatch | undefined, request: Request): boolean {
    return (
        (match?.method === undefined || match.method.toUpperCase() === request.method) &&
        (match?.path === undefined || new RegExp(match.path).test(request.path))
    );
}

/** True when the request is dealt with; else its routes run, though nobody may hear of it. */
function strike(effect: Effect, request: Request, response: Response): boolean {
    if (effect.kind === 'answer') {
        answer(effect, request, response);
        return true;
    }
    const drop = (): void => {
        if (effect.kind === 'reset') {
            request.socket.resetAndDestroy();
        }
    };
    if ((effect.when ?? 'before') === 'before') {
        drop();
        return true;
    }
    response.end = (() => {
        drop();
        return response;
    }) as Response['end'];
    return false;
}

function answer(
    effect: Extract<Effect, {kind: 'answer'}>,
    request: Request,
    response: Response,
): void {
    request.resume();
    const retryAfter = effect.retryAfterSeconds ?? 1;
    if (effect.status === 429) {
        response.setHeader('Retry-After', String(retryAfter));
        response.setHeader('X-RateLimit-Limit', '100');
        response.setHeader('X-RateLimit-Remaining', '0');
        response.setHeader('X-RateLimit-Reset', String(retryAfter));
        response.statusCode = 429;
        response.setHeader('Content-Type', 'text/plain; charset=utf-8');
        response.end('limit exceeded\n');
        return;
    }
    if (effect.retryAfterSeconds !== undefined) {
        response.setHeader('Retry-After', String(retryAfter));
    }
    response.statusCode = effect.status;
    response.setHeader('Content-Type', 'text/html');
    response.end(`<html><body><h1>${effect.status}</h1></body></html>\n`);
}

function userIdOf(world: World, user: string | undefined): string | undefined {
    return user === undefined ? undefined : (world.users.byUsername(user)?.id ?? user);
}

function slowPosts(world: World, ms: number): (() => void) | undefined {
    if (ms === 0) {
        return undefined;
    }
    const wait = async <T>(post: T): Promise<T> => {
        await new Promise((resolve) => setTimeout(resolve, ms));
        return post;
    };
    world.posts.interceptors.add(wait);
    return () => void world.posts.interceptors.delete(wait);
}
