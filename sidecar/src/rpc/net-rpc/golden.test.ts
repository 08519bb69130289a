import {type Duplex, duplexPair} from 'node:stream';

import * as z from 'zod';

import {readGolden} from '../../../test/plugin-rpc-golden.ts';
import {GobDecoder} from '../gob/decoder.ts';
import {any} from '../gob/interface-value.ts';
import {bytes, emptyStruct, type GobSchema, int, optional, string, struct} from '../gob/schema.ts';
import {createRpcClient} from './client.ts';
import {rpcMethod} from './method.ts';
import {handle, type RpcProblem, serveRpc} from './server.ts';

const transcripts = readGolden(
    'netrpc.json',
    z.array(
        z.object({
            name: z.string(),
            calls: z.array(z.object({method: z.string(), error: z.string().optional()})).nullable(),
            events: z.array(z.object({ms: z.number(), dir: z.string(), hex: z.string()})),
        }),
    ),
);

function transcript(name: string): {client: Buffer[]; server: Buffer[]} {
    const found = transcripts.find((one) => one.name.startsWith(name))!;
    const bytesOf = (dir: string): Buffer[] =>
        found.events.filter((event) => event.dir === dir).map(({hex}) => Buffer.from(hex, 'hex'));
    return {client: bytesOf('client->server'), server: bytesOf('server->client')};
}

const args = struct('Args', {A: string, B: bytes});
const reply = struct('Reply', {
    A: bytes,
    B: optional(struct('AppErr', {Id: string, StatusCode: int})),
});
const loose = struct('Loose', {A: string, V: any});
const methods = {
    get: rpcMethod('Plugin.Get', args, reply),
    fail: rpcMethod('Plugin.Fail', args, reply),
    nothing: rpcMethod('Plugin.Nothing', emptyStruct, emptyStruct),
    slow: rpcMethod('Plugin.Slow', int, string),
    echo: rpcMethod('Plugin.Echo', bytes, bytes),
    loose: rpcMethod('Plugin.Loose', loose, reply),
};

/** All values of a byte stream, plain. */
function plain(stream: Buffer): unknown[] {
    const decoder = new GobDecoder();
    decoder.push(stream);
    const values: unknown[] = [];
    for (let value = decoder.next(); value !== undefined; value = decoder.next()) {
        values.push(value.plain());
    }
    return values;
}

/** Headers with their bodies, in the order of the calls. */
function bySeq(values: readonly unknown[]): unknown[] {
    const header = z.object({Seq: z.number().default(0)});
    const pairs = values.flatMap((value, index) =>
        index % 2 === 0 ? [{seq: header.parse(value).Seq, pair: [value, values[index + 1]]}] : [],
    );
    return pairs.toSorted((a, b) => a.seq - b.seq).map(({pair}) => pair);
}

/** Everything that arrives at `end`. */
function collect(end: Duplex): Buffer[] {
    const chunks: Buffer[] = [];
    end.on('data', (chunk: Buffer) => chunks.push(chunk));
    return chunks;
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function flush(): Promise<void> {
    for (let round = 0; round < 10; round += 1) await settled();
}

describe('our client against the bytes of a Go server', () => {
    /** Answers our n-th call with the n-th recorded answer. */
    async function replay(
        name: string,
        calls: (client: ReturnType<typeof createRpcClient>) => Promise<unknown>[],
        together = false,
    ): Promise<{results: PromiseSettledResult<unknown>[]; sent: unknown[]; expected: unknown[]}> {
        const recorded = transcript(name);
        const [ours, theirs] = duplexPair();
        const sent = collect(theirs);
        const running = Promise.allSettled(calls(createRpcClient(ours)));
        await flush();
        if (together) theirs.write(Buffer.concat(recorded.server));
        else
            for (const chunk of recorded.server) {
                theirs.write(chunk);
                await flush();
            }
        return {
            results: await running,
            sent: plain(Buffer.concat(sent)),
            expected: plain(Buffer.concat(recorded.client)),
        };
    }

    it('says what Go says and understands the answers', async () => {
        const {results, sent, expected} = await replay('three calls', ({call}) => [
            call(methods.get, {A: 'k'}),
            call(methods.get, {A: 'k2', B: Buffer.from([1])}),
            call(methods.get, {A: 'missing'}),
        ]);
        expect(sent).toEqual(expected);
        expect(results).toEqual([
            {status: 'fulfilled', value: {A: Buffer.from('value of k')}},
            {status: 'fulfilled', value: {A: Buffer.from('value of k2')}},
            {
                status: 'fulfilled',
                value: {A: Buffer.alloc(0), B: {Id: 'not_found', StatusCode: 404}},
            },
        ]);
    });

    it('fails one call by an error answer and goes on', async () => {
        const {results} = await replay('error, then ok', ({call}) => [
            call(methods.fail, {A: 'x'}),
            call(methods.get, {A: 'k'}),
        ]);
        expect(results).toMatchObject([
            {reason: {code: 'rpc_remote', message: 'it failed: x', method: 'Plugin.Fail'}},
            {value: {A: Buffer.from('value of k')}},
        ]);
    });

    it('tells an unknown method from other errors', async () => {
        const nope = rpcMethod('Plugin.Nope', args, reply);
        const other = rpcMethod('Other.Get', args, reply);
        const noDot = rpcMethod('NoDot', args, reply);
        const {results, sent, expected} = await replay('unknown method', ({call}) =>
            [nope, other, noDot, methods.get].map((method, index) =>
                call(method, {A: index === 3 ? 'k' : 'x'}),
            ),
        );
        expect(sent).toEqual(expected);
        expect(results).toMatchObject([
            {reason: {code: 'rpc_no_method'}},
            {reason: {code: 'rpc_no_method'}},
            {reason: {code: 'rpc_remote'}},
            {value: {A: Buffer.from('value of k')}},
        ]);
    });

    it('matches answers that come out of order', async () => {
        const {results} = await replay('pipelined', ({call}) => [
            call(methods.slow, 120),
            call(methods.slow, 60),
            call(methods.slow, 1),
        ]);
        expect(results).toMatchObject([
            {value: 'slept 120'},
            {value: 'slept 60'},
            {value: 'slept 1'},
        ]);
    });

    it('takes arguments and replies that are no structs', async () => {
        const {results, sent, expected} = await replay('args and replies', ({call}) => [
            call(methods.slow, 1),
            call(methods.echo, Buffer.from('héllo')),
        ]);
        expect(sent).toEqual(expected);
        expect(results).toMatchObject([{value: 'slept 1'}, {value: Buffer.from('héllo')}]);
    });

    it('fails only the call whose reply does not fit, unlike Go', async () => {
        const wrong: GobSchema<{Zz?: number | undefined}, {Zz: number}> = struct('Wrong', {
            Zz: int,
        });
        const {results} = await replay('three calls', ({call}) => [
            call(rpcMethod('Plugin.Get', args, wrong), {A: 'k'}),
            call(methods.get, {A: 'k2', B: Buffer.from([1])}),
            call(methods.get, {A: 'missing'}),
        ]);
        expect(results).toMatchObject([
            {reason: {code: 'gob_mismatch'}},
            {value: {A: Buffer.from('value of k2')}},
            {status: 'fulfilled'},
        ]);
    });

    it('reports the end of the stream when the server could not encode a reply', async () => {
        const recorded = transcript('the server cannot encode');
        const [ours, theirs] = duplexPair();
        collect(theirs);
        const client = createRpcClient(ours);
        const first = client.call(methods.get, {A: 'k'});
        const second = client.call(rpcMethod('Plugin.BadReply', args, loose), {A: 'k'});
        const failed = expect(second).rejects.toMatchObject({code: 'rpc_closed'});
        theirs.end(Buffer.concat(recorded.server));
        expect(await first).toEqual({A: Buffer.from('value of k')});
        await failed;
        expect(await client.closed).toMatchObject({code: 'rpc_truncated'});
        await expect(client.call(methods.get, {})).rejects.toMatchObject({code: 'rpc_closed'});
    });
});

describe('our server against the bytes of a Go client', () => {
    const problems: RpcProblem[] = [];
    beforeEach(() => problems.splice(0));

    function handlers(): Parameters<typeof serveRpc>[1] {
        return [
            handle(methods.get, ({A}) =>
                A === 'missing'
                    ? {B: {Id: 'not_found', StatusCode: 404}}
                    : {A: Buffer.from(`value of ${A}`)},
            ),
            handle(methods.fail, ({A}) => Promise.reject(new Error(`it failed: ${A}`))),
            handle(methods.nothing, () => ({})),
            handle(methods.slow, async (ms) => {
                for (let turn = 0; turn < ms / 10; turn++) await flush();
                return `slept ${ms}`;
            }),
            handle(methods.echo, (value) => value),
            handle(methods.loose, ({A}) => ({A: Buffer.from(`loose ${A}`)})),
        ];
    }

    async function answers(client: readonly Buffer[]): Promise<unknown[]> {
        const [ours, theirs] = duplexPair();
        const received = collect(theirs);
        serveRpc(ours, handlers(), {onProblem: (problem) => problems.push(problem)});
        for (const chunk of client) {
            theirs.write(chunk);
            await flush();
        }
        // All of it is in memory: turns of the event loop, and no time.
        for (let turn = 0; turn < 50; turn++) await flush();
        theirs.end();
        await flush();
        return plain(Buffer.concat(received));
    }

    it.each([
        'three calls',
        'error, then ok',
        'unknown method',
        'empty args',
        'args and replies',
        'pipelined',
    ])('answers as Go does: %s', async (name) => {
        const {client, server} = transcript(name);
        expect(bySeq(await answers(client))).toEqual(bySeq(plain(Buffer.concat(server))));
    });

    it('answers arguments that do not fit by an error and goes on', async () => {
        const {client} = transcript('args that do not fit');
        const values = await answers(client);
        expect(values).toMatchObject([
            {ServiceMethod: 'Plugin.Get', Error: expect.stringContaining('no fields matched')},
            {},
            {Seq: 1, Error: expect.stringContaining('wrong type')},
            {},
            {Seq: 2},
            {A: Buffer.from('value of k')},
        ]);
        expect(problems.map(({kind}) => kind)).toEqual(['args_refused', 'args_refused']);
    });

    it('stays in step when the client sends a header without its body', async () => {
        const {client} = transcript('the client cannot encode');
        const values = await answers(client);
        expect(values).toEqual([
            {ServiceMethod: 'Plugin.Loose'},
            {A: Buffer.from('loose a')},
            {ServiceMethod: 'Plugin.Loose', Seq: 2},
            {A: Buffer.from('loose c')},
        ]);
        expect(problems).toEqual([{kind: 'call_lost', method: 'Plugin.Loose'}]);
    });

    it('ends a stream whose message length is corrupt', async () => {
        const {client} = transcript('corrupt message length');
        const [ours, theirs] = duplexPair();
        const server = serveRpc(ours, handlers());
        theirs.write(client[0]);
        expect(await server.closed).toMatchObject({code: 'gob_malformed'});
    });
});
