/** The streams besides hooks and calls: control, the answer to a request, its body, the broker's ids. */
import {type Duplex, duplexPair} from 'node:stream';

import {responseWriter, serveHttp} from '../../src/host/plugin/serve-http.ts';
import * as control from '../../src/rpc/go-plugin/methods.ts';
import {createMuxBroker, type MuxBroker} from '../../src/rpc/go-plugin/mux-broker.ts';
import {servePluginConnection} from '../../src/rpc/go-plugin/plugin-connection.ts';
import {createRpcClient} from '../../src/rpc/net-rpc/client.ts';
import {handle, serveRpc} from '../../src/rpc/net-rpc/server.ts';
import {createYamuxSession} from '../../src/rpc/yamux/session.ts';
import {listenTo} from './hook-replies.ts';
import {LONG_TEXT, NASTY_TEXTS} from './samples.ts';
import type {AnyMethod, Written} from './written.ts';

/** What one test's sockets are made of: a plugin, and the host's session with it. */
function connected() {
    const [near, far] = duplexPair();
    const plugin = servePluginConnection(near, {
        services: {hooks: (stream) => void stream.resume()},
    });
    const opened: Duplex[] = [];
    const session = createYamuxSession(far, {role: 'client', onStream: (one) => opened.push(one)});
    return {plugin, session, opened};
}

/** The replies on the control stream. */
export async function controlReplies(): Promise<readonly Written[]> {
    const {plugin, session} = connected();
    const stream = session.open();
    const take = listenTo(stream);
    const client = createRpcClient(stream);
    const written: Written[] = [];
    const note = (about: string) => (): void => void written.push({about, bytes: take()});
    const {controlPing, controlQuit, dispense} = control;
    for (const time of ['first', 'again']) {
        await client.call(controlPing, true).finally(note(`ping, ${time}`));
        await client.call(dispense, 'hooks').finally(note(`dispense, ${time}`));
        await client
            .call(dispense, 'other')
            .catch(() => undefined)
            .finally(note(`unknown, ${time}`));
    }
    await client.call(controlQuit, true).finally(note('quit'));
    plugin.close();
    await plugin.closed;
    return written;
}

/** The ids by which the broker dials, and by which it answers a dial. */
export async function brokerIds(): Promise<readonly Written[]> {
    const opened: Duplex[] = [];
    const core = createMuxBroker(() => {
        const [ours, theirs] = duplexPair();
        opened.push(theirs);
        return ours;
    });
    const written: Written[] = [];
    for (const id of [1, 258, 2 ** 32 - 1]) {
        const dialled = core.broker.dial(id);
        const stream = opened.at(-1);
        if (stream === undefined) throw new Error('dialling opened no stream');
        const bytes = await new Promise<Buffer>((resolve) => stream.once('data', resolve));
        written.push({about: `dial ${id}`, bytes});
        stream.write(bytes);
        await dialled;
        const [ours, theirs] = duplexPair();
        const accepted = core.broker.accept(id);
        core.offer(ours);
        theirs.write(bytes);
        const answer = await new Promise<Buffer>((resolve) => theirs.once('data', resolve));
        written.push({about: `accept ${id}`, bytes: answer});
        await accepted;
    }
    core.close();
    return written;
}

/** The calls with which a request is answered, and what is said on the stream of its body. */
export async function answerToRequest(): Promise<{
    readonly writer: readonly Written[];
    readonly body: readonly Written[];
}> {
    const [ours, theirs] = duplexPair();
    const [bodyOurs, bodyTheirs] = duplexPair();
    const take = listenTo(theirs);
    const takeBody = listenTo(bodyTheirs);
    // Answers everything, so that each call is seen by itself.
    const methods: readonly AnyMethod[] = Object.values(responseWriter);
    const taken = methods.map((method) => handle(method, () => ({}) as never));
    serveRpc(theirs, taken);
    const dial: MuxBroker['dial'] = async (id) => (id === 3 ? ours : bodyOurs);
    const broker: MuxBroker = {
        dial,
        nextId: () => 1,
        accept: () => Promise.reject(new Error('none')),
    };
    const writer: Written[] = [];
    const note = (about: string): void => void writer.push({about, bytes: take()});
    const request = {
        Method: 'POST',
        URL: '/x',
        Proto: 'HTTP/1.1',
        ProtoMajor: 1,
        ProtoMinor: 1,
        Header: {},
        Host: 'chat.example.com',
        RemoteAddr: '',
        RequestURI: '/x',
    };
    const call = {request, context: undefined, responseWriterStream: 3, requestBodyStream: 4};
    await serveHttp(call, broker, {
        close: () => undefined,
        async handle(_request, sink) {
            const headers = {
                'Content-Type': ['text/event-stream'],
                'Set-Cookie': ['a=1', 'b=é', ''],
                'X-None': [],
            };
            await sink.head(200, headers);
            note('head');
            await sink.write(Buffer.from('data: 1\n\n'));
            note('write');
            await sink.flush();
            note('flush');
            await sink.write(Buffer.from(LONG_TEXT));
            note('write at length');
            await sink.write(Buffer.from([0, 255, 128]));
            note('write bytes');
            await sink.flush();
            note('flush again');
            await sink.head(999, {});
            note('head without headers');
            await sink.head(204, {[NASTY_TEXTS[3] ?? '']: [NASTY_TEXTS[2] ?? '']});
            note('head, nasty');
        },
    });
    const body = [{about: 'all of the body', bytes: takeBody()}];
    bodyTheirs.end();
    bodyTheirs.destroy();
    theirs.destroy();
    return {writer, body};
}
