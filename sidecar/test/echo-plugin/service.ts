/** What the echo plugin serves, shared with the tests that call it. */
import type {MuxBroker} from '../../src/rpc/go-plugin/mux-broker.ts';
import {emptyStruct, int, string, struct, uint} from '../../src/rpc/gob/schema.ts';
import {rpcMethod} from '../../src/rpc/net-rpc/method.ts';
import {handle, type RpcHandler} from '../../src/rpc/net-rpc/server.ts';

/** What its host sets. */
export const COOKIE = {key: 'ECHO_PLUGIN', value: 'yes, really'};

/** Returns its argument. */
export const echo = rpcMethod('Plugin.Echo', string, string);

/** Dials the broker id and writes so many bytes to it. */
export const pour = rpcMethod(
    'Plugin.Pour',
    struct('PourArgs', {Id: uint, Bytes: int}),
    emptyStruct,
);

/** Returns a broker id; what is written there is counted, and the count is written back. */
export const count = rpcMethod('Plugin.Count', emptyStruct, uint);

/** The service on one dispensed stream. */
export function echoHandlers(broker: MuxBroker): RpcHandler[] {
    return [
        handle(echo, (text) => text),
        handle(pour, async ({Id, Bytes}) => {
            const stream = await broker.dial(Id);
            stream.end(Buffer.alloc(Bytes, 7));
            stream.resume();
            return {};
        }),
        handle(count, () => {
            const id = broker.nextId();
            void broker.accept(id).then((stream) => {
                let bytes = 0;
                stream.on('data', (chunk: Buffer) => {
                    bytes += chunk.length;
                });
                stream.on('end', () => {
                    stream.end(String(bytes));
                });
            });
            return id;
        }),
    ];
}
