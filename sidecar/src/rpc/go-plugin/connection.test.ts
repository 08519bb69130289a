import {type Duplex, duplexPair} from 'node:stream';

import {count, echo, echoHandlers, pour} from '../../../test/echo-plugin/service.ts';
import {createRpcClient} from '../net-rpc/client.ts';
import {serveRpc} from '../net-rpc/server.ts';
import {connectHost, type HostConnection} from './host-connection.ts';
import {createMuxBroker, BROKER_WAIT_MS, type BrokerCore} from './mux-broker.ts';
import {
    type PluginConnection,
    type PluginProblem,
    servePluginConnection,
} from './plugin-connection.ts';
import {createYamuxSession} from '../yamux/session.ts';

interface Both {
    readonly host: HostConnection;
    readonly plugin: PluginConnection;
    readonly problems: PluginProblem[];
    readonly quits: () => number;
}

function connect(): Both {
    const [near, far] = duplexPair();
    const problems: PluginProblem[] = [];
    let quits = 0;
    const plugin = servePluginConnection(far, {
        services: {
            echo: (stream, broker) => {
                serveRpc(stream, echoHandlers(broker));
            },
        },
        onQuit: () => {
            quits += 1;
        },
        onProblem: (problem) => problems.push(problem),
    });
    return {host: connectHost(near), plugin, problems, quits: () => quits};
}

async function closeBoth({host, plugin}: Both): Promise<void> {
    host.close();
    await Promise.all([host.closed, plugin.closed]);
}

async function text(stream: Duplex): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString();
}

const tick = async (): Promise<void> => {
    for (let round = 0; round < 10; round += 1) {
        await new Promise((resolve) => setImmediate(resolve));
    }
};

describe('host and plugin', () => {
    it('dispense a service, call it, and end', async () => {
        const both = connect();
        const client = createRpcClient(await both.host.dispense('echo'));
        expect(await client.call(echo, 'hello')).toBe('hello');
        await both.host.ping();
        await both.host.quit();
        await tick();
        expect(both.quits()).toBe(1);
        await closeBoth(both);
        await expect(client.call(echo, 'late')).rejects.toMatchObject({code: 'rpc_closed'});
        expect(both.problems).toEqual([]);
    });

    it('refuse a service that is not there', async () => {
        const both = connect();
        await expect(both.host.dispense('constructor')).rejects.toMatchObject({
            code: 'rpc_remote',
            message: 'unknown plugin type: constructor',
        });
        await closeBoth(both);
    });

    it('open streams to each other through the broker', async () => {
        const both = connect();
        const client = createRpcClient(await both.host.dispense('echo'));
        const id = both.host.broker.nextId();
        const accepted = both.host.broker.accept(id);
        await client.call(pour, {Id: id, Bytes: 1_000_000});
        expect((await text(await accepted)).length).toBe(1_000_000);
        const counter = await both.host.broker.dial(await client.call(count, {}));
        counter.end(Buffer.alloc(700_000));
        expect(await text(counter)).toBe('700000');
        await closeBoth(both);
    });

    it('carry text on the stdout and stderr streams', async () => {
        const both = connect();
        const stdio = await both.plugin.stdio;
        stdio?.stdout.end('to stdout');
        stdio?.stderr.end('to stderr');
        expect(await text(both.host.stdout)).toBe('to stdout');
        expect(await text(both.host.stderr)).toBe('to stderr');
        await closeBoth(both);
    });

    it('answer the end of those streams, so that nothing is left half open', async () => {
        const both = connect();
        await tick();
        both.host.stdout.end();
        both.host.stdout.resume();
        await tick();
        expect(both.host.stdout.destroyed).toBe(true);
        await closeBoth(both);
    });

    it('notice when the other side is gone', async () => {
        const both = connect();
        await tick();
        both.plugin.close();
        expect(await both.host.closed).toBeUndefined();
        await expect(both.host.ping()).rejects.toMatchObject({code: 'rpc_closed'});
        await expect(both.host.broker.dial(1)).rejects.toMatchObject({name: 'GoPluginError'});
    });
});

describe('the broker', () => {
    let near: BrokerCore;
    let far: BrokerCore;
    let open: () => Duplex;
    let close: () => Promise<void>;

    beforeEach(() => {
        jest.useFakeTimers({doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask']});
        const [a, b] = duplexPair();
        const client = createYamuxSession(a, {
            role: 'client',
            onStream: (stream) => {
                near.offer(stream);
            },
        });
        const server = createYamuxSession(b, {
            role: 'server',
            onStream: (stream) => {
                far.offer(stream);
            },
        });
        near = createMuxBroker(client.open);
        far = createMuxBroker(server.open);
        open = client.open;
        close = async () => {
            near.close();
            far.close();
            client.close();
            await Promise.all([client.closed, server.closed]);
            expect(jest.getTimerCount()).toBe(0);
        };
    });
    afterEach(async () => {
        await close();
        jest.useRealTimers();
    });

    it('counts its own ids from 1', () => {
        expect([near.broker.nextId(), near.broker.nextId(), far.broker.nextId()]).toEqual([
            1, 2, 1,
        ]);
    });

    it('keeps a dial that comes before its accept', async () => {
        const dialled = near.broker.dial(7);
        await tick();
        await jest.advanceTimersByTimeAsync(BROKER_WAIT_MS - 1);
        const accepted = await far.broker.accept(7);
        (await dialled).end('early');
        expect(await text(accepted)).toBe('early');
    });

    it('closes the first of two dials of one id', async () => {
        const first = near.broker.dial(7);
        const refused = expect(first).rejects.toMatchObject({code: 'broker_refused'});
        await tick();
        const second = near.broker.dial(7);
        await tick();
        await refused;
        (await far.broker.accept(7)).end('to the second');
        expect(await text(await second)).toBe('to the second');
    });

    it('closes a dial that nobody accepts, after the wait', async () => {
        const dialled = near.broker.dial(7);
        const refused = expect(dialled).rejects.toMatchObject({code: 'broker_refused'});
        await tick();
        await jest.advanceTimersByTimeAsync(BROKER_WAIT_MS);
        await refused;
        const late = far.broker.accept(7);
        const missed = expect(late).rejects.toMatchObject({code: 'broker_timeout'});
        await jest.advanceTimersByTimeAsync(BROKER_WAIT_MS);
        await missed;
    });

    it('gives up an accept that nobody dials, or whose caller gives up', async () => {
        const waiting = far.broker.accept(1);
        const missed = expect(waiting).rejects.toMatchObject({code: 'broker_timeout'});
        await jest.advanceTimersByTimeAsync(BROKER_WAIT_MS);
        await missed;
        const control = new AbortController();
        const cancelled = far.broker.accept(2, {signal: control.signal});
        const dialled = near.broker.dial(3, {signal: control.signal});
        const given = [
            expect(cancelled).rejects.toMatchObject({code: 'broker_closed'}),
            expect(dialled).rejects.toMatchObject({code: 'broker_closed'}),
        ];
        await tick();
        control.abort();
        await Promise.all(given);
    });

    it('hands on every byte that came with the id or with the acknowledgement', async () => {
        const stream = open();
        stream.write(Buffer.concat([Buffer.from([9, 0, 0, 0]), Buffer.from('at once')]));
        stream.end();
        const accepted = await far.broker.accept(9);
        expect(await text(accepted)).toBe('at once');
        accepted.end('and back');
        expect((await text(stream)).slice(4)).toBe('and back');
    });

    it('takes an id that comes byte by byte, and drops a stream that ends before', async () => {
        const slow = open();
        for (const byte of [5, 0, 0, 0]) {
            slow.write(Buffer.of(byte));
            await tick();
        }
        expect(await far.broker.accept(5)).toBeDefined();
        const short = open();
        short.end(Buffer.of(5, 0));
        expect(await text(short)).toBe('');
    });

    it('refuses an answer with another id', async () => {
        const [mine, theirs] = duplexPair();
        const lonely = createMuxBroker(() => mine);
        const failed = expect(lonely.broker.dial(4)).rejects.toMatchObject({
            code: 'broker_refused',
        });
        theirs.write(Buffer.from([5, 0, 0, 0]));
        await failed;
        expect(mine.destroyed).toBe(true);
        theirs.destroy();
    });

    it('fails everything that waits when the connection ends', async () => {
        const waits = [near.broker.accept(1), near.broker.dial(2), far.broker.accept(3)].map(
            (wait) => expect(wait).rejects.toMatchObject({code: 'broker_closed'}),
        );
        await tick();
        near.close();
        far.close();
        await Promise.all(waits);
    });
});
