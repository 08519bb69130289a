import {connect, type AddressInfo} from 'node:net';
import {createServer} from 'node:tls';
import {createPlayground, type Playground} from '../../../../playground/src/playground.ts';
import {silentLog} from '../../contract/log.ts';
import {createOutbound, type NetworkSettings} from '../../net/outbound.ts';
import {certificateFile, pem, startRecordingProxy} from '../../net/recording-proxy.fixture.ts';
import {listenTo, stopAllLogs, untilTrue} from '../event-log.contract.ts';
import type {Platform} from '../platform.ts';
import {createRestPlatform} from './rest-platform.ts';
import {memoryMarks, restDeps} from './rest-world.contract.ts';
import {DEFAULT_TIMINGS} from './timings.ts';

describe('[CON-12] a Mattermost server behind an authority of its own', () => {
    let playground: Playground;
    let token: string;
    let connections = 0;
    const stop = new AbortController();
    /** What terminates TLS in front of the server. */
    const front = createServer({key: pem('server.key'), cert: pem('server.pem')}, (near) => {
        const {port, hostname} = new URL(playground.url);
        const far = connect(Number(port), hostname);
        near.pipe(far).pipe(near);
        near.on('error', () => far.destroy());
        far.on('error', () => near.destroy());
    });
    front.on('connection', () => (connections += 1));

    beforeAll(async () => {
        playground = await createPlayground();
        const team = playground.addTeam('harbor');
        ({token} = playground.addBot('gangway', {teams: [team.id]}));
        await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
    });
    afterAll(async () => {
        stop.abort();
        await stopAllLogs();
        await playground.close();
        front.close();
    });
    const platformOf = (host: string, network: NetworkSettings): Platform =>
        createRestPlatform({
            ...restDeps(
                `https://${host}:${(front.address() as AddressInfo).port}`,
                token,
                memoryMarks(),
            ),
            outbound: createOutbound({env: {}, log: silentLog, network}),
            timings: DEFAULT_TIMINGS,
        });

    it('[BR-31] says what is wrong and what to do, and does not ask again and again', async () => {
        const platform = platformOf('localhost', {});
        const connecting = platform.connect(stop.signal).catch(() => undefined);
        await untilTrue(() => platform.status.state === 'error');
        expect(platform.status.lastError).toMatch(
            /the certificate of localhost is not trusted: UNABLE_TO_VERIFY_LEAF_SIGNATURE; name the file of its certificate authority in network\.caFile/,
        );
        // Pings would come every second; a certificate is waited for like any other refusal.
        await new Promise((resolve) => setTimeout(resolve, 300));
        expect(connections).toBe(1);
        stop.abort();
        await connecting;
    });

    it('[BR-13] is reached with its authority, through a proxy too: requests and WebSocket', async () => {
        const proxy = await startRecordingProxy();
        try {
            const platform = platformOf('chat.test', {
                caFile: certificateFile('ca.pem'),
                proxy: `http://127.0.0.1:${proxy.port}`,
            });
            await platform.connect(AbortSignal.timeout(60_000));
            const log = await listenTo(platform);
            await untilTrue(() => platform.status.state === 'ready');
            expect(new Set(proxy.asked)).toEqual(
                new Set([`CONNECT chat.test:${(front.address() as AddressInfo).port}`]),
            );
            expect(proxy.asked.length).toBeGreaterThan(1);
            await log.stop();
        } finally {
            await proxy.stop();
        }
    });
});
