import {Readable} from 'node:stream';
import * as z from 'zod';
import {silentLog} from '../../../sidecar/src/contract/log.ts';
import {type GangwayAboard, startGangwayAboard} from '../../test/gangway-aboard.ts';
import {until} from '../../test/plugin-playground.ts';
import type {PluginProcess} from './plugin-process.ts';
import {createLocalWriter} from './response-writer.ts';
import {serveHttp} from './serve-http.ts';

jest.setTimeout(60_000);

let gangway: GangwayAboard;
let second: PluginProcess;
afterEach(async () => {
    await second.stop();
    await gangway.server.playground.close();
});

/** The revision of the settings that the second node works with. */
async function revisionThere(): Promise<number> {
    const writer = createLocalWriter();
    const request = {
        method: 'GET',
        url: '/api/v1/settings',
        requestUri: '/plugins/gangway/api/v1/settings',
        headers: {'Mattermost-User-Id': [gangway.harbor.users.admin]},
        host: 'localhost',
        remoteAddress: '',
        sessionId: '',
        requestId: 'r',
        body: Readable.from([]),
    };
    await serveHttp(second, request, writer, silentLog);
    const {status, body} = writer.answer();
    if (status !== 200) return -1;
    return z.object({revision: z.number()}).parse(JSON.parse(body.toString())).revision;
}

async function start(hinted: boolean): Promise<void> {
    gangway = await startGangwayAboard();
    second = await gangway.server.playground.plugins.joinNode('gangway', {hinted});
    await until(async () => (await revisionThere()) === 0);
}

describe('two nodes of a cluster over one store', () => {
    it('[SET-04] a change on one is followed by the other at once, by a hint', async () => {
        await start(true);
        for (const revision of [1, 2, 3]) {
            await gangway.save(revision - 1, {queue: {max: revision}});
            const saved = Date.now();
            await until(async () => (await revisionThere()) === revision, 1_500);
            // Three times in a row no poll every three seconds could do.
            expect(Date.now() - saved).toBeLessThan(1_500);
        }
    });

    it('[SET-04] a change on one is followed by the other within 5 s without a hint', async () => {
        await start(false);
        await gangway.save(0, {queue: {max: 1}});
        await until(async () => (await revisionThere()) === 1, 5_000);
    });

    it('[SET-04] a hint is not told again by who heard it', async () => {
        await start(true);
        const {playground} = gangway.server;
        let hints = 0;
        const other = playground.plugins.otherNodes;
        playground.plugins.otherNodes = (plugin) => {
            hints++;
            return other(plugin);
        };
        await gangway.save(0, {queue: {max: 1}});
        await until(async () => (await revisionThere()) === 1, 1_500);
        await new Promise((resolve) => setTimeout(resolve, 1_000));
        expect(hints).toBeLessThan(5);
    });
});
