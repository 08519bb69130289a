/** What the load plugin does, once it has said that it is there: that must be said within 3 s. */
import {createHash} from 'node:crypto';
import {type Duplex, Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {setTimeout as sleep} from 'node:timers/promises';

import express from 'express';

import {silentLog} from '../../src/contract/log.ts';
import {type HttpCall, hookHandlers} from '../../src/mattermost/plugin-api/hooks.ts';
import {serveHttp} from '../../src/host/plugin/serve-http.ts';
import {createInMemoryServer} from '../../src/http/in-memory.ts';
import {createPluginApi, type PluginApi} from '../../src/mattermost/plugin-api/plugin-api.ts';
import {pluginApiRegistry} from '../../src/mattermost/plugin-api/wire/registry.ts';
import {createLog} from '../../src/ops/log.ts';
import {createRedactor} from '../../src/ops/redact.ts';
import type {MuxBroker} from '../../src/rpc/go-plugin/mux-broker.ts';
import {createRpcClient} from '../../src/rpc/net-rpc/client.ts';
import {serveRpc} from '../../src/rpc/net-rpc/server.ts';
import {nastyLines, piecesOf} from './load.ts';

const log = createLog({
    level: 'debug',
    format: 'hclog',
    redactor: createRedactor(),
    write: (line) => void process.stderr.write(line),
});
const api = Promise.withResolvers<PluginApi>();
let open = 0;
let brokenOff = 0;

const app = express();
app.use((_request, response, next) => {
    open += 1;
    response.once('close', () => {
        open -= 1;
        if (!response.writableFinished) brokenOff += 1;
    });
    next();
});
// Counted without the request that asks.
app.get('/state', (_request, response) => {
    response.json({pid: process.pid, open: open - 1, brokenOff});
});
app.post('/take', async (request, response) => {
    await sleep(Number(request.query['after'] ?? 0));
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of request) {
        hash.update(chunk as Buffer);
        bytes += (chunk as Buffer).length;
    }
    response.json({bytes, sha256: hash.digest('hex')});
});
app.get('/give', async (request, response) => {
    const total = Number(request.query['bytes']);
    // A client that hangs up ends the pipeline; that is counted above.
    await pipeline(Readable.from(piecesOf(total)), response).catch(() => undefined);
});
app.post('/storm', async (request, response) => {
    const calls = await api.promise;
    const keys = Array.from({length: Number(request.query['calls'])}, (_, n) => `storm/${n}`);
    const options = {expireInSeconds: 120};
    await Promise.all(keys.map((key) => calls.kvSetWithOptions(key, Buffer.from(key), options)));
    const values = await Promise.all(keys.map((key) => calls.kvGet(key)));
    response.json({own: values.filter((value, n) => value?.toString() === keys[n]).length});
});
app.post('/log', (request, response) => {
    const mark = typeof request.query['mark'] === 'string' ? request.query['mark'] : '';
    for (const line of nastyLines) {
        log.warn(`${mark} ${line}`, {field: line, error: new Error(line)});
    }
    log.error(`the last line of ${mark}`);
    response.json({});
});

/** Serves the hooks that the server calls on `stream`. */
export function carry(stream: Duplex, broker: MuxBroker): void {
    const web = createInMemoryServer(app);
    const hooks = {
        onActivate: async (ids: {apiMuxId: number; driverMuxId: number}) => {
            const [calls, driver] = await Promise.all([
                broker.dial(ids.apiMuxId),
                broker.dial(ids.driverMuxId),
            ]);
            driver.resume();
            api.resolve(createPluginApi(createRpcClient(calls, {registry: pluginApiRegistry})));
        },
        serveHttp: (call: HttpCall) => serveHttp(call, broker, web),
    };
    const {handlers} = hookHandlers(hooks, silentLog);
    serveRpc(stream, handlers, {registry: pluginApiRegistry});
}
