import {
    type AnySchema,
    type OptionalField,
    struct,
    type StructInput,
    type StructOutput,
} from '../../../rpc/gob/schema.ts';
import {rpcMethod, type RpcMethod} from '../../../rpc/net-rpc/method.ts';

type Fields = Readonly<Record<string, AnySchema | OptionalField<never, unknown>>>;

/** An API call or a hook; arguments and results are structs, mostly with the fields A, B, C … */
export function pluginMethod<A extends Fields, R extends Fields>(
    name: string,
    args: A,
    returns: R,
): RpcMethod<StructInput<A>, StructOutput<A>, StructInput<R>, StructOutput<R>> {
    return rpcMethod(
        `Plugin.${name}`,
        struct(`Z_${name}Args`, args),
        struct(`Z_${name}Returns`, returns),
    );
}
