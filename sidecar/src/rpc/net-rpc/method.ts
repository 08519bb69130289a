import type {GobSchema} from '../gob/schema.ts';
import {string, struct, uint} from '../gob/schema.ts';

/** A method of a net/rpc service: its full name, its argument and its reply. */
export interface RpcMethod<ArgsIn, ArgsOut, ReplyIn, ReplyOut> {
    readonly name: string;
    readonly args: GobSchema<ArgsIn, ArgsOut>;
    readonly reply: GobSchema<ReplyIn, ReplyOut>;
}

/**
 * Declares a method. Declare each once, at module level: a stream defines every schema object that
 * it meets, so fresh ones would be defined again with each call.
 */
export function rpcMethod<ArgsIn, ArgsOut, ReplyIn, ReplyOut>(
    name: string,
    args: GobSchema<ArgsIn, ArgsOut>,
    reply: GobSchema<ReplyIn, ReplyOut>,
): RpcMethod<ArgsIn, ArgsOut, ReplyIn, ReplyOut> {
    return {name, args, reply};
}

/** Precedes the argument of a call. Go counts `Seq` from 0, so that the first one is absent. */
export const requestHeader = struct('Request', {ServiceMethod: string, Seq: uint});

/** Precedes the reply of a call; with a non-empty `Error` the reply is to be ignored. */
export const responseHeader = struct('Response', {ServiceMethod: string, Seq: uint, Error: string});
