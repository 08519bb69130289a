import {GangwayError, errorOf} from '../../contract/errors.ts';
import type {Log} from '../../contract/log.ts';
import {GobEncoder} from '../../rpc/gob/encoder.ts';
import type {InputOf, OutputOf} from '../../rpc/gob/schema.ts';
import type {RpcMethod} from '../../rpc/net-rpc/method.ts';
import {handle, type IncomingCall, type RpcHandler} from '../../rpc/net-rpc/server.ts';
import type {Channel, Reaction, User} from '../platform.ts';
import {type PluginPost, toChannel, toPost, toReaction, toUser} from './models.ts';
import {readProps} from './props.ts';
import type {commandArgs, commandResponse} from './wire/commands.ts';
import {errorString} from './wire/errors.ts';
import {hookMethods} from './wire/hook-methods.ts';
import type {context, httpRequest} from './wire/server.ts';

/** Who asked, in hooks that a request caused; absent for what the server did by itself. */
export type HookContext = OutputOf<typeof context>;
/** A slash command as somebody typed it. */
export type CommandCall = OutputOf<typeof commandArgs>;
/** The answer to a slash command. */
export type CommandAnswer = InputOf<typeof commandResponse>;
/** An HTTP request, without its body. */
export type HttpRequest = OutputOf<typeof httpRequest>;

/** A request to the plugin's routes, with the broker ids of its two streams. */
export interface HttpCall {
    readonly request: HttpRequest;
    readonly context: HookContext | undefined;
    /** Takes the answer: a net/rpc service of the server's. */
    readonly responseWriterStream: number;
    /** Gives the body; it must be dialled for every request. */
    readonly requestBodyStream: number;
}

/** A message of a browser over its WebSocket, for this plugin (`custom_<plugin id>_…`). */
export interface ClientMessage {
    readonly connectionId: string;
    readonly userId: string;
    readonly action: string;
    readonly payload: Readonly<Record<string, unknown>>;
}

/**
 * What the server tells the plugin. Each hook that is given costs the server a call for every such
 * event. Events run side by side and in no order. A hook that throws is logged, and answered as well
 * as its kind allows: `onActivate`, `onDeactivate` and `onConfigurationChange` by the error, a
 * command by a line that only its writer sees, a request by 500, events by nothing.
 */
export interface Hooks {
    /** The broker ids by which the API and the database driver are to be dialled, within 5 s. */
    readonly onActivate: (ids: {
        readonly apiMuxId: number;
        readonly driverMuxId: number;
    }) => Promise<void> | void;
    readonly onDeactivate: () => Promise<void> | void;
    /** After any change of the server's settings. */
    readonly onConfigurationChange: () => Promise<void> | void;
    /** Resolves when the answer has been written to its stream. */
    readonly serveHttp: (call: HttpCall, signal: AbortSignal) => Promise<void>;
    readonly executeCommand: (
        call: CommandCall,
        context: HookContext | undefined,
    ) => Promise<CommandAnswer> | CommandAnswer;
    readonly messageHasBeenPosted: (post: PluginPost) => Promise<void> | void;
    readonly messageHasBeenUpdated: (post: PluginPost) => Promise<void> | void;
    readonly messageHasBeenDeleted: (post: PluginPost) => Promise<void> | void;
    readonly reactionHasBeenAdded: (reaction: Reaction) => Promise<void> | void;
    /** The reaction's channel is not said (''). */
    readonly reactionHasBeenRemoved: (reaction: Reaction) => Promise<void> | void;
    /** `joinedAt`: by the server's clock, ms. */
    readonly userHasJoinedChannel: (
        channelId: string,
        userId: string,
        joinedAt: number,
    ) => Promise<void> | void;
    readonly userHasLeftChannel: (channelId: string, userId: string) => Promise<void> | void;
    readonly userHasJoinedTeam: (teamId: string, userId: string) => Promise<void> | void;
    readonly userHasLeftTeam: (teamId: string, userId: string) => Promise<void> | void;
    /** Direct and group messages too. */
    readonly channelHasBeenCreated: (channel: Channel) => Promise<void> | void;
    readonly userHasBeenDeactivated: (user: User) => Promise<void> | void;
    /** From this plugin on another node of the cluster. */
    readonly onPluginClusterEvent: (id: string, payload: Buffer) => Promise<void> | void;
    readonly onWebSocketConnect: (connectionId: string, userId: string) => Promise<void> | void;
    readonly onWebSocketDisconnect: (connectionId: string, userId: string) => Promise<void> | void;
    readonly webSocketMessageHasBeenPosted: (message: ClientMessage) => Promise<void> | void;
}

/** What answers the server on the hooks' stream. */
export interface HookTable {
    readonly handlers: readonly RpcHandler[];
    /** The names that `Plugin.Implemented` answers with. */
    readonly implemented: readonly string[];
}

/** Makes the table of the hooks that are given, `Plugin.Implemented` included. */
export function hookHandlers(hooks: Partial<Hooks>, log: Log): HookTable {
    const answered = [...lifecycle(hooks, log), ...requests(hooks, log), ...events(hooks, log)];
    const implemented = answered.map(({name}) => name.slice('Plugin.'.length));
    return {
        handlers: [handle(hookMethods.implemented, () => implemented), ...answered],
        implemented,
    };
}

function logFailure(log: Log, method: string, error: unknown): void {
    log.error('a hook failed', {
        hook: method,
        error: errorOf(error),
    });
}

function lifecycle(hooks: Partial<Hooks>, log: Log): RpcHandler[] {
    const table: RpcHandler[] = [];
    /** The server takes a call that fails otherwise than by its `A` for a success. */
    const withError = <AI, AO>(
        method: RpcMethod<AI, AO, {readonly A?: ReturnType<typeof errorString.of>}, unknown>,
        run: ((args: AO) => Promise<void> | void) | undefined,
    ): void => {
        if (run === undefined) return;
        table.push(
            handle(method, async (args) => {
                try {
                    await run(args);
                    return {};
                } catch (error) {
                    logFailure(log, method.name, error);
                    return {A: errorString.of({Err: sentenceFor(error)})};
                }
            }),
        );
    };
    const {onActivate, onDeactivate, onConfigurationChange} = hooks;
    withError(
        hookMethods.onActivate,
        onActivate &&
            (({APIMuxId, DriverMuxId}) =>
                onActivate({apiMuxId: APIMuxId, driverMuxId: DriverMuxId})),
    );
    withError(hookMethods.onDeactivate, onDeactivate && (() => onDeactivate()));
    withError(
        hookMethods.onConfigurationChange,
        onConfigurationChange && (() => onConfigurationChange()),
    );
    return table;
}

/** Our own errors are made for people and hold no secrets; others may. */
function sentenceFor(error: unknown): string {
    return error instanceof GangwayError
        ? error.message
        : 'Gangway met an unexpected error; the server log has it';
}

function requests(hooks: Partial<Hooks>, log: Log): RpcHandler[] {
    const table: RpcHandler[] = [];
    const {serveHttp, executeCommand} = hooks;
    if (serveHttp !== undefined) {
        table.push(
            handle(hookMethods.serveHTTP, async (args, {signal}) => {
                // An error passes to the RPC server, which tells it to the caller as a 500.
                await serveHttp(toHttpCall(args), signal);
                return {};
            }),
        );
    }
    if (executeCommand !== undefined) {
        table.push(
            handle(hookMethods.executeCommand, async ({A, B}) => {
                const answer = await answerCommand(() =>
                    B === undefined ? undefined : executeCommand(B, A),
                );
                if (answer.kind === 'failed')
                    logFailure(log, 'Plugin.ExecuteCommand', answer.error);
                return {A: answer.response};
            }),
        );
    }
    return table;
}

function toHttpCall(args: OutputOf<typeof hookMethods.serveHTTP.args>): HttpCall {
    if (args.Request === undefined) throw new GangwayError('bad-request', 'no request');
    return {
        request: args.Request,
        context: args.Context,
        responseWriterStream: args.ResponseWriterStream,
        requestBodyStream: args.RequestBodyStream,
    };
}

type Answered =
    | {readonly kind: 'answered'; readonly response: CommandAnswer}
    | {readonly kind: 'failed'; readonly response: CommandAnswer; readonly error: unknown};

/** An error, and an answer that Go could not decode, would read "command not found". */
async function answerCommand(
    run: () => Promise<CommandAnswer> | CommandAnswer | undefined,
): Promise<Answered> {
    try {
        const response = await run();
        if (response === undefined) throw new GangwayError('bad-command', 'no command');
        new GobEncoder().encode(hookMethods.executeCommand.reply, {A: response});
        return {kind: 'answered', response};
    } catch (error) {
        const reason = error instanceof GangwayError ? error.message : 'the server log has why';
        const response = {ResponseType: 'ephemeral', Text: `That did not work: ${reason}.`};
        return {kind: 'failed', response, error};
    }
}

function events(hooks: Partial<Hooks>, log: Log): RpcHandler[] {
    const table: RpcHandler[] = [];
    /** Answers at once where the hook is synchronous; what it throws ends here. */
    const on = <AI, AO>(
        method: RpcMethod<AI, AO, Record<string, never>, unknown>,
        run: ((args: AO, call: IncomingCall) => Promise<void> | void) | undefined,
    ): void => {
        if (run === undefined) return;
        table.push(
            handle(method, async (args, call) => {
                try {
                    await run(args, call);
                } catch (error) {
                    logFailure(log, method.name, error);
                }
                return {};
            }),
        );
    };
    postEvents(hooks, on);
    memberEvents(hooks, on);
    clientEvents(hooks, on);
    return table;
}

type On = <AI, AO>(
    method: RpcMethod<AI, AO, Record<string, never>, unknown>,
    run: ((args: AO) => Promise<void> | void) | undefined,
) => void;

function postEvents(hooks: Partial<Hooks>, on: On): void {
    const {messageHasBeenPosted: posted, messageHasBeenUpdated: updated} = hooks;
    const {messageHasBeenDeleted: deleted, reactionHasBeenAdded: added} = hooks;
    const {reactionHasBeenRemoved: removed} = hooks;
    on(hookMethods.messageHasBeenPosted, posted && (({B}) => B && posted(toPost(B))));
    on(hookMethods.messageHasBeenUpdated, updated && (({B}) => B && updated(toPost(B))));
    on(hookMethods.messageHasBeenDeleted, deleted && (({B}) => B && deleted(toPost(B))));
    on(hookMethods.reactionHasBeenAdded, added && (({B}) => B && added(toReaction(B))));
    on(hookMethods.reactionHasBeenRemoved, removed && (({B}) => B && removed(toReaction(B))));
}

function memberEvents(hooks: Partial<Hooks>, on: On): void {
    const {userHasJoinedChannel: joined, userHasLeftChannel: left} = hooks;
    const {userHasJoinedTeam: joinedTeam, userHasLeftTeam: leftTeam} = hooks;
    const {channelHasBeenCreated: created, userHasBeenDeactivated: deactivated} = hooks;
    on(
        hookMethods.userHasJoinedChannel,
        joined && (({B}) => B && joined(B.ChannelId, B.UserId, B.LastUpdateAt)),
    );
    on(hookMethods.userHasLeftChannel, left && (({B}) => B && left(B.ChannelId, B.UserId)));
    on(hookMethods.userHasJoinedTeam, joinedTeam && (({B}) => B && joinedTeam(B.TeamId, B.UserId)));
    on(hookMethods.userHasLeftTeam, leftTeam && (({B}) => B && leftTeam(B.TeamId, B.UserId)));
    on(
        hookMethods.channelHasBeenCreated,
        created &&
            (({B}) => {
                const channel = B === undefined ? undefined : toChannel(B);
                return channel === undefined ? undefined : created(channel);
            }),
    );
    on(hookMethods.userHasBeenDeactivated, deactivated && (({B}) => B && deactivated(toUser(B))));
}

function clientEvents(hooks: Partial<Hooks>, on: On): void {
    const {onPluginClusterEvent: cluster, webSocketMessageHasBeenPosted: said} = hooks;
    const {onWebSocketConnect: connected, onWebSocketDisconnect: gone} = hooks;
    on(hookMethods.onPluginClusterEvent, cluster && (({B}) => cluster(B.Id, B.Data)));
    on(hookMethods.onWebSocketConnect, connected && (({A, B}) => connected(A, B)));
    on(hookMethods.onWebSocketDisconnect, gone && (({A, B}) => gone(A, B)));
    on(
        hookMethods.webSocketMessageHasBeenPosted,
        said &&
            (({A, B, C}) => {
                // Every message of every user comes by here, logins with their tokens too.
                if (C?.Action.startsWith('custom_') !== true) return undefined;
                return said({
                    connectionId: A,
                    userId: B,
                    action: C.Action,
                    payload: readProps(C.Data),
                });
            }),
    );
}
