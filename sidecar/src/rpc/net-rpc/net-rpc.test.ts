import {type Duplex, duplexPair} from 'node:stream';

import {GobDecoder} from '../gob/decoder.ts';
import {GobEncoder, part} from '../gob/encoder.ts';
import {any, type AnyInput, Named} from '../gob/interface-value.ts';
import {bytes, emptyStruct, int, slice, string, struct} from '../gob/schema.ts';
import {createRpcClient, DEFAULT_CALL_TIMEOUT_MS, type RpcClient} from './client.ts';
import {END_GRACE_MS} from '../graceful-end.ts';
import {requestHeader, responseHeader, rpcMethod} from './method.ts';
import {type IncomingCall, handle, type RpcHandler, type RpcProblem, serveRpc} from './server.ts';

const echo = rpcMethod('S.Echo', struct('EchoArgs', {A: any}), struct('EchoReply', {A: any}));
const add = rpcMethod('S.Add', slice(int), int);
const store = rpcMethod('S.Store', bytes, emptyStruct);

interface Setup {
    readonly client: RpcClient;
    readonly server: ReturnType<typeof serveRpc>;
    readonly problems: RpcProblem[];
    readonly streams: readonly [Duplex, Duplex];
}

function connect(handlers: readonly RpcHandler[]): Setup {
    const streams = duplexPair();
    const problems: RpcProblem[] = [];
    return {
        client: createRpcClient(streams[0]),
        server: serveRpc(streams[1], handlers, {onProblem: (problem) => problems.push(problem)}),
        problems,
        streams,
    };
}

/** A handler that answers when told to, and the calls it got. */
function held(): {handler: RpcHandler; calls: IncomingCall[]; answer: (value: number) => void} {
    const calls: IncomingCall[] = [];
    const waiting: ((value: number) => void)[] = [];
    const handler = handle(add, (_args, call) => {
        calls.push(call);
        return new Promise<number>((resolve) => waiting.push(resolve));
    });
    return {handler, calls, answer: (value) => waiting.shift()?.(value)};
}

const flush = async (): Promise<void> => {
    for (let round = 0; round < 10; round += 1) await Promise.resolve();
    await new Promise((resolve) =>
        jest.requireActual<typeof import('node:timers')>('node:timers').setImmediate(resolve),
    );
};

describe('calls', () => {
    it('run side by side and are answered in any order', async () => {
        const order: number[] = [];
        const [first, last] = [Promise.withResolvers<true>(), Promise.withResolvers<true>()];
        const gates = new Map([
            [30, last.promise],
            [15, first.promise],
        ]);
        const {client} = connect([
            handle(add, async ([term = 0]) => {
                await gates.get(term);
                return term;
            }),
        ]);
        const answered = async (term: number, then?: () => void): Promise<number> => {
            const sum = await client.call(add, [term]);
            order.push(sum);
            then?.();
            return sum;
        };
        const replies = [
            answered(30),
            answered(1, () => first.resolve(true)),
            answered(15, () => last.resolve(true)),
        ];
        expect(client.inFlight).toBe(3);
        expect(await Promise.all(replies)).toEqual([30, 1, 15]);
        expect(order).toEqual([1, 15, 30]);
        expect(client.inFlight).toBe(0);
        client.close();
    });

    it('by the thousand find their replies', async () => {
        const {client} = connect([handle(add, (terms) => terms.reduce((a, b) => a + b, 0))]);
        const calls = Array.from({length: 2000}, (_, index) => client.call(add, [index, 1]));
        expect(await Promise.all(calls)).toEqual(Array.from({length: 2000}, (_, i) => i + 1));
        client.close();
    });

    it('whose arguments do not fit send nothing and harm nobody', async () => {
        const {client} = connect([handle(echo, ({A}) => ({A}))]);
        const bad = client.call(echo, {A: new Named('x.Unknown', {})});
        await expect(bad).rejects.toMatchObject({code: 'gob_value'});
        expect(await client.call(echo, {A: {n: [1]}})).toEqual({A: {n: [1]}});
        client.close();
    });

    it('whose argument is nested too deeply are served without what lies too deep', async () => {
        const {client, problems} = connect([handle(echo, ({A}) => ({A}))]);
        let deep: AnyInput = 'core';
        for (let level = 0; level < 230; level += 1) deep = [deep];
        const {A} = await client.call(echo, {A: [deep, 'beside']});
        expect(A).toHaveProperty('1', 'beside');
        expect(JSON.stringify(A)).not.toContain('core');
        expect(problems).toEqual([]);
        client.close();
    });

    it('whose argument has too many parts get an error, and the next call is served', async () => {
        const {client, problems} = connect([handle(echo, ({A}) => ({A}))]);
        const wide: AnyInput = new Array<number>(1_000_001).fill(0);
        await expect(client.call(echo, {A: wide})).rejects.toMatchObject({
            code: 'rpc_remote',
            message: expect.stringContaining('limit of parts'),
        });
        expect(await client.call(echo, {A: 'next'})).toEqual({A: 'next'});
        expect(problems).toMatchObject([{kind: 'args_refused', error: {code: 'gob_too_large'}}]);
        client.close();
    });

    it('that fail in the handler get its message and are reported', async () => {
        const {client, problems} = connect([
            handle(add, () => {
                throw new Error('out of numbers');
            }),
            handle(store, () => Promise.reject(new Error(''))),
        ]);
        await expect(client.call(add, [])).rejects.toMatchObject({
            code: 'rpc_remote',
            message: 'out of numbers',
        });
        await expect(client.call(store, Buffer.alloc(1))).rejects.toMatchObject({
            code: 'rpc_remote',
        });
        expect(problems.map(({kind}) => kind)).toEqual(['handler_failed', 'handler_failed']);
        client.close();
    });

    it('with a reply that does not fit get an error and an empty struct, which any peer can read', async () => {
        const streams = duplexPair();
        const problems: RpcProblem[] = [];
        const nonsense: {A: never}[] = [];
        serveRpc(
            streams[1],
            [
                handle(echo, () => ({A: new Named('x.Unknown', {})})),
                handle(add, () => Number(nonsense[0])),
            ],
            {onProblem: (problem) => problems.push(problem)},
        );
        const encoder = new GobEncoder();
        streams[0].write(
            encoder.encodeAll([
                part(requestHeader, {ServiceMethod: 'S.Echo', Seq: 1}),
                part(echo.args, {}),
                part(requestHeader, {ServiceMethod: 'S.Add', Seq: 2}),
                part(add.args, []),
            ]),
        );
        await flush();
        const decoder = new GobDecoder();
        decoder.push(streams[0].read() as Buffer);
        for (const Seq of [1, 2]) {
            expect(decoder.next()?.read(responseHeader)).toMatchObject({
                Seq,
                Error: 'the reply could not be encoded',
            });
            expect(decoder.next()?.read(emptyStruct)).toEqual({});
        }
        expect(problems).toMatchObject([
            {kind: 'reply_refused', method: 'S.Echo', error: {code: 'gob_value'}},
            {kind: 'reply_refused', method: 'S.Add', error: {code: 'gob_value'}},
        ]);
        streams[0].destroy();
    });
});

describe('limits', () => {
    beforeEach(() => {
        jest.useFakeTimers({doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask']});
    });
    afterEach(() => {
        jest.useRealTimers();
    });

    it('end a call in time, and its late reply is dropped', async () => {
        const {handler, answer} = held();
        const {client} = connect([handler]);
        const late = client.call(add, [1], {timeoutMs: 500});
        const failed = expect(late).rejects.toMatchObject({code: 'rpc_timeout', method: 'S.Add'});
        await jest.advanceTimersByTimeAsync(499);
        expect(client.inFlight).toBe(1);
        await jest.advanceTimersByTimeAsync(1);
        await failed;
        const next = client.call(add, [2]);
        await flush();
        answer(1);
        answer(2);
        expect(await next).toBe(2);
        expect(jest.getTimerCount()).toBe(0);
    });

    it('are 30 s unless said otherwise, and may be none', async () => {
        const {handler, answer} = held();
        const {client} = connect([handler]);
        const short = client.call(add, [1]);
        const failed = expect(short).rejects.toMatchObject({code: 'rpc_timeout'});
        const endless = client.call(add, [2], {timeoutMs: Infinity});
        await jest.advanceTimersByTimeAsync(DEFAULT_CALL_TIMEOUT_MS);
        await failed;
        await jest.advanceTimersByTimeAsync(3_600_000);
        answer(0);
        answer(7);
        expect(await endless).toBe(7);
    });

    it('of the caller end a call at once, before or after it was sent', async () => {
        const {handler, calls} = held();
        const {client} = connect([handler]);
        const early = AbortSignal.abort(new Error('not now'));
        await expect(client.call(add, [1], {signal: early})).rejects.toMatchObject({
            code: 'rpc_cancelled',
            cause: {message: 'not now'},
        });
        const control = new AbortController();
        const call = client.call(add, [1], {signal: control.signal});
        await flush();
        control.abort();
        await expect(call).rejects.toMatchObject({code: 'rpc_cancelled'});
        expect(calls).toHaveLength(1);
        expect(client.inFlight).toBe(0);
        expect(jest.getTimerCount()).toBe(0);
    });

    it('end a stream that the other side does not end, and leave no timer', async () => {
        const [ours, theirs] = duplexPair();
        const client = createRpcClient(ours);
        theirs.resume();
        client.close();
        await jest.advanceTimersByTimeAsync(END_GRACE_MS);
        expect(await client.closed).toBeUndefined();
        expect(ours.destroyed).toBe(true);
        expect(jest.getTimerCount()).toBe(0);
    });
});

describe('the end of the stream', () => {
    it('fails every call in flight, tells both sides and stops the handlers', async () => {
        const {handler, calls} = held();
        const {client, server} = connect([handler]);
        const call = client.call(add, [1]);
        const failed = expect(call).rejects.toMatchObject({code: 'rpc_closed'});
        await flush();
        expect(calls[0]?.signal.aborted).toBe(false);
        client.close();
        await failed;
        await flush();
        expect(calls[0]?.signal.aborted).toBe(true);
        await expect(client.call(add, [])).rejects.toMatchObject({code: 'rpc_closed'});
        server.close();
        expect(await client.closed).toBeUndefined();
        expect(await server.closed).toBeUndefined();
    });

    it('by an error carries its cause', async () => {
        const {client, server, streams} = connect([held().handler]);
        const call = client.call(add, [1]);
        const cause = new Error('cable cut');
        const failed = expect(call).rejects.toMatchObject({
            code: 'rpc_closed',
            cause: {code: 'rpc_stream', cause},
        });
        streams[0].destroy(cause);
        await failed;
        expect(await client.closed).toMatchObject({cause});
        streams[1].destroy();
        await server.closed;
    });

    it('by bytes that are no gob is told as such', async () => {
        const [ours, theirs] = duplexPair();
        const client = createRpcClient(ours);
        const call = client.call(add, [1]);
        const failed = expect(call).rejects.toMatchObject({
            code: 'rpc_closed',
            cause: {code: 'gob_malformed'},
        });
        theirs.write(Buffer.from('HTTP/1.1 400 Bad Request\r\n'.repeat(4)));
        await failed;
        expect(await client.closed).toMatchObject({code: 'gob_malformed'});
    });

    it('waits for answers under way when the caller only stopped calling', async () => {
        const [ours, theirs] = duplexPair();
        const {handler, answer} = held();
        const server = serveRpc(ours, [handler]);
        theirs.write(
            new GobEncoder().encodeAll([
                part(requestHeader, {ServiceMethod: 'S.Add'}),
                part(add.args, []),
            ]),
        );
        theirs.end();
        await flush();
        expect(server.inFlight).toBe(1);
        answer(5);
        await flush();
        const decoder = new GobDecoder();
        decoder.push(theirs.read() as Buffer);
        decoder.next();
        expect(decoder.next()?.read(int)).toBe(5);
        theirs.resume();
        expect(await server.closed).toBeUndefined();
    });
});

describe('a caller that does not read its answers', () => {
    it('is not read from either, so that answers do not pile up', async () => {
        const [ours, theirs] = duplexPair();
        let calls = 0;
        const big = rpcMethod('S.Big', emptyStruct, string);
        serveRpc(ours, [
            handle(big, () => {
                calls += 1;
                return 'x'.repeat(50_000);
            }),
        ]);
        const encoder = new GobEncoder();
        for (let seq = 0; seq < 200; seq += 1) {
            theirs.write(
                encoder.encodeAll([
                    part(requestHeader, {ServiceMethod: 'S.Big', Seq: seq}),
                    part(emptyStruct, {}),
                ]),
            );
            await flush();
        }
        expect(calls).toBeLessThan(20);
        let received = 0;
        theirs.on('data', (chunk: Buffer) => (received += chunk.length));
        while (calls < 200) await flush();
        await flush();
        expect(received).toBeGreaterThan(200 * 50_000);
        theirs.destroy();
    });
});
