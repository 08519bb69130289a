import {createServer} from 'node:https';
import type {AddressInfo} from 'node:net';
import {silentLog} from '../contract/log.ts';
import {createOutbound, type NetworkSettings} from '../net/outbound.ts';
import {certificateFile, pem, startRecordingProxy} from '../net/recording-proxy.fixture.ts';
import {collect, lastOf, textOf, turnOf} from './agent.contract.ts';
import {createAgent} from './create-agent.ts';
import {anthropicDialect, openAiDialect} from './stub/dialect.stub.ts';

describe.each([
    ['openai-compatible', openAiDialect],
    ['anthropic', anthropicDialect],
])('[CON-12] the line to a model of the kind %s', (_kind, {begin, text, end, settings}) => {
    let connections = 0;
    const server = createServer(
        {key: pem('server.key'), cert: pem('server.pem')},
        (_request, response) => {
            response.setHeader('content-type', 'text/event-stream');
            response.end(begin() + text('Aboard.') + end('stop'));
        },
    );
    server.on('connection', () => {
        connections += 1;
    });
    let port = 0;
    beforeAll(async () => {
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
        ({port} = server.address() as AddressInfo);
    });
    afterAll(async () => {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
    });
    const ask = (host: string, network: NetworkSettings) => {
        connections = 0;
        const {fetch} = createOutbound({env: {}, log: silentLog, network});
        const deps = {resolveSecret: async () => 'the-key', log: silentLog, fetch};
        const agent = createAgent(settings(`https://${host}:${port}/v1`), deps);
        return collect(agent, turnOf('Hello?'));
    };
    const caFile = certificateFile('ca.pem');

    it('[BR-31] tells the person which host, the admin what to do, and tries once', async () => {
        expect(lastOf(await ask('localhost', {}))).toMatchObject({
            code: 'unreachable',
            message: 'The certificate of localhost is not trusted here. An admin has to see to it.',
            detail: expect.stringMatching(
                /^the certificate of localhost .*UNABLE_TO_VERIFY_LEAF_SIGNATURE; .*network\.caFile/,
            ),
        });
        expect(connections).toBe(1);
        expect(textOf(await ask('localhost', {caFile}))).toBe('Aboard.');
    });

    it('[BR-13] goes through a proxy; one that refuses is named, and asked once', async () => {
        const [open, shut] = [
            await startRecordingProxy(),
            await startRecordingProxy({refusal: 403}),
        ];
        try {
            const proxy = `http://127.0.0.1:${open.port}`;
            expect(textOf(await ask('models.test', {caFile, proxy}))).toBe('Aboard.');
            expect(open.asked).toEqual([`CONNECT models.test:${port}`]);
            const at = `127.0.0.1:${shut.port}`;
            expect(lastOf(await ask('models.test', {caFile, proxy: `http://${at}`}))).toMatchObject(
                {
                    code: 'unreachable',
                    message: `The proxy ${at} does not let this connection through (403). An admin has to see to it.`,
                    detail: expect.stringContaining('let it pass CONNECT'),
                },
            );
            expect(shut.asked).toHaveLength(1);
        } finally {
            await Promise.all([open.stop(), shut.stop()]);
        }
    });
});
