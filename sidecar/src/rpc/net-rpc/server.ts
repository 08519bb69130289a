import type {Duplex} from 'node:stream';

import type {WireValue} from '../gob/decoder.ts';
import {GobEncoder, type Part, part} from '../gob/encoder.ts';
import {emptyRegistry, type Registry} from '../gob/interface-value.ts';
import {type AnySchema, emptyStruct} from '../gob/schema.ts';
import type {WireError} from '../wire-error.ts';
import {endGracefully} from '../graceful-end.ts';
import {readMessages} from './message-reader.ts';
import {requestHeader, responseHeader, type RpcMethod} from './method.ts';

/** What a handler knows about its call. */
export interface IncomingCall {
    readonly method: string;
    /** Aborted when the stream ends: nobody waits for the reply any more. */
    readonly signal: AbortSignal;
}

/** A method with what answers it; made by `handle`. */
export interface RpcHandler {
    readonly name: string;
    readonly reply: AnySchema;
    /** Reads the argument, which may throw a GobError, and returns what answers. */
    readonly prepare: (args: WireValue) => (call: IncomingCall) => unknown;
}

/** Pairs a method with its implementation; a thrown error's message is what the caller gets. */
export function handle<ArgsIn, ArgsOut, ReplyIn, ReplyOut>(
    method: RpcMethod<ArgsIn, ArgsOut, ReplyIn, ReplyOut>,
    implement: (args: ArgsOut, call: IncomingCall) => ReplyIn | Promise<ReplyIn>,
): RpcHandler {
    return {
        name: method.name,
        reply: method.reply,
        prepare: (wire) => {
            const args = wire.read(method.args);
            return (call) => implement(args, call);
        },
    };
}

/**
 * What went wrong without ending the stream, for the log.
 *
 * - `args_refused`: the argument does not fit the method's; the caller got the reason.
 * - `handler_failed`: the handler threw; the caller got its message.
 * - `reply_refused`: the reply does not fit the method's; the caller got an error instead, because
 *   a Go client that cannot decode one reply gives up the whole stream.
 * - `call_lost`: the caller could not encode its argument, which it knows.
 */
export interface RpcProblem {
    readonly kind: 'args_refused' | 'handler_failed' | 'reply_refused' | 'call_lost';
    readonly method: string;
    readonly error?: unknown;
}

/** What a server may be told. */
export interface RpcServerOptions {
    /** The types that interface values in arguments may name. */
    readonly registry?: Registry | undefined;
    readonly onProblem?: ((problem: RpcProblem) => void) | undefined;
}

/** The answering side of one net/rpc stream. */
export interface RpcServer {
    /** Resolves when the stream is gone, with the reason if it just ended otherwise. */
    readonly closed: Promise<WireError | undefined>;
    /** Calls that were not answered yet. */
    readonly inFlight: number;
    /** Ends the stream without waiting for calls in flight, whose answers are dropped. */
    readonly close: () => void;
}

/**
 * Answers calls until the stream ends. Calls run at once and side by side; answers go out in the
 * order in which they are ready. While the caller does not read its answers, no new calls are read.
 */
export function serveRpc(
    stream: Duplex,
    handlers: readonly RpcHandler[],
    options: RpcServerOptions = {},
): RpcServer {
    const methods = new Map(handlers.map((handler) => [handler.name, handler]));
    const services = new Set(handlers.map(({name}) => serviceOf(name)));
    const encoder = new GobEncoder();
    const abort = new AbortController();
    const {promise: closed, resolve: resolveClosed} = Promise.withResolvers<
        WireError | undefined
    >();
    const report = (problem: RpcProblem): void => options.onProblem?.(problem);
    let inFlight = 0;
    let ended = false;

    const write = (header: Response, body: Part): void => {
        if (stream.writableEnded || stream.destroyed) return;
        const bytes = encoder.encodeAll([part(responseHeader, header), body]);
        if (!stream.write(bytes)) stream.pause();
    };
    const fail = (header: Response, text: string): void => {
        write({...header, Error: text === '' ? 'failed' : text}, part(emptyStruct, {}));
    };
    const answer = async (
        header: Response,
        handler: RpcHandler,
        args: WireValue,
    ): Promise<void> => {
        const method = header.ServiceMethod;
        let kind: RpcProblem['kind'] = 'args_refused';
        try {
            const implement = handler.prepare(args);
            kind = 'handler_failed';
            const value = await implement({method, signal: abort.signal});
            reply(header, handler, value);
        } catch (error) {
            report({kind, method, error});
            fail(header, error instanceof Error ? error.message : 'failed');
        }
    };
    const reply = (header: Response, handler: RpcHandler, value: unknown): void => {
        try {
            write(header, {schema: handler.reply, value});
        } catch (error) {
            report({kind: 'reply_refused', method: header.ServiceMethod, error});
            fail(header, 'the reply could not be encoded');
        }
    };
    const finish = (): void => {
        inFlight -= 1;
        if (ended && inFlight === 0) stream.end();
    };

    readMessages(stream, requestHeader, options.registry ?? emptyRegistry, {
        onMessage: ({ServiceMethod, Seq}, body) => {
            if (stream.writableEnded) return;
            const header = {ServiceMethod, Seq};
            const handler = methods.get(ServiceMethod);
            if (handler === undefined) {
                fail(header, unknownMethod(ServiceMethod, services));
                return;
            }
            inFlight += 1;
            void answer(header, handler, body).finally(finish);
        },
        onLost: ({ServiceMethod}) => {
            report({kind: 'call_lost', method: ServiceMethod});
        },
        onEnd: () => {
            ended = true;
            abort.abort();
            if (inFlight === 0) stream.end();
        },
        onClose: (reason) => {
            abort.abort();
            resolveClosed(reason);
        },
    });
    stream.on('drain', () => stream.resume());

    return {
        closed,
        get inFlight() {
            return inFlight;
        },
        close: () => {
            endGracefully(stream);
        },
    };
}

interface Response {
    readonly ServiceMethod: string;
    readonly Seq: number;
    readonly Error?: string;
}

function serviceOf(method: string): string {
    return method.slice(0, Math.max(0, method.lastIndexOf('.')));
}

/** The words of Go's server, by which callers recognise the case. */
function unknownMethod(method: string, services: ReadonlySet<string>): string {
    if (!method.includes('.')) return `rpc: service/method request ill-formed: ${method}`;
    const missing = services.has(serviceOf(method)) ? 'method' : 'service';
    return `rpc: can't find ${missing} ${method}`;
}
