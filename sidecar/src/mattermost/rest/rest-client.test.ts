import * as z from 'zod';
import {CancelledError, TimeoutError} from '../../contract/errors.ts';
import {PlatformError} from '../errors.ts';
import {untilTrue} from '../event-log.contract.ts';
import {refusal, startHttpStub, stubClient, type HttpStub} from './http-stub.contract.ts';
import type {CallOptions} from './rest-client.ts';
import {parseRetryAfter} from './transport.ts';

const meSchema = z.object({id: z.string()});
const ok = {status: 200, body: {id: 'me'}};

describe('the REST client', () => {
    let stub: HttpStub;
    beforeEach(async () => {
        stub = await startHttpStub();
    });
    afterEach(() => stub.close());

    const getMe = (
        options: CallOptions = {},
        client: Parameters<typeof stubClient>[1] = {},
    ): Promise<{id: string}> =>
        stubClient(stub.url, client).rest.call(
            'GET /users/me',
            meSchema,
            (api) => api.getMe(),
            options,
        );
    const failure = (call: Promise<unknown>): Promise<unknown> =>
        call.then(
            () => 'no failure',
            (error: unknown) => error,
        );

    it('sends the token as a header and takes JSON of any charset', async () => {
        stub.answer(ok);
        expect(await getMe()).toEqual({id: 'me'});
        expect(stub.requests).toMatchObject([
            {method: 'GET', path: '/api/v4/users/me', authorization: 'Bearer secret-token'},
        ]);
    });

    it.each([
        ['429', refusal(429)],
        ['502', {status: 502, text: '<html>bad gateway</html>'}],
        ['503', refusal(503)],
        ['504', refusal(504)],
        ['a lost connection', 'reset'],
    ] as const)('[CON-07] repeats a call after %s', async (_name, answer) => {
        stub.answer(answer, answer, ok);
        expect(await getMe()).toEqual({id: 'me'});
        expect(stub.requests).toHaveLength(3);
    });

    it('[CON-07] repeats a call after no answer in time', async () => {
        stub.answer('hang', 'hang', ok);
        expect(await getMe({tryMs: 300})).toEqual({id: 'me'});
        expect(stub.requests.length).toBeGreaterThanOrEqual(3);
    });

    it.each([400, 401, 403, 404, 409, 413, 500, 501])(
        '[CON-07] takes %d as final and says why',
        async (status) => {
            stub.answer(refusal(status, 'api.reason'), ok);
            const error = await failure(getMe());
            expect(error).toBeInstanceOf(PlatformError);
            expect(error).toMatchObject({
                status,
                serverId: 'api.reason',
                message: `refused ${status}`,
            });
            expect(stub.requests).toHaveLength(1);
        },
    );

    it('[CON-07] waits as long as Retry-After says, up to a cap', async () => {
        const slowDown = {...(refusal(429) as object), status: 429, headers: {'Retry-After': '1'}};
        stub.answer(slowDown, ok);
        const start = Date.now();
        await getMe();
        expect(Date.now() - start).toBeGreaterThanOrEqual(990);

        stub.answer({...slowDown, headers: {'Retry-After': '3600'}}, ok);
        // Else it would take an hour.
        expect(await getMe({}, {timings: {retryAfterMaxMs: 50}})).toEqual({id: 'me'});
    });

    it('[CON-07] reads Retry-After as seconds, as a date, or not at all', () => {
        const now = Date.parse('2026-01-01T00:00:00Z');
        expect(parseRetryAfter('2', now)).toBe(2_000);
        expect(parseRetryAfter('Thu, 01 Jan 2026 00:00:05 GMT', now)).toBe(5_000);
        expect(parseRetryAfter('Wed, 31 Dec 2025 00:00:00 GMT', now)).toBe(0);
        expect(parseRetryAfter('soon', now)).toBeUndefined();
        expect(parseRetryAfter(null, now)).toBeUndefined();
    });

    it('[CON-07] gives up after its total time with the last reason', async () => {
        stub.answer(refusal(503, 'api.busy'));
        const error = await failure(getMe({tryMs: 60_000, totalMs: 3_000}));
        expect(error).toMatchObject({code: 'unavailable', status: 503, serverId: 'api.busy'});
        expect(stub.requests.length).toBeGreaterThan(2);
    });

    it('[CON-07] gives up after its total time with a time-out when nothing answers', async () => {
        stub.answer('hang');
        const error = await failure(getMe({tryMs: 50, totalMs: 120}));
        expect(error).toBeInstanceOf(TimeoutError);
    });

    it.each([
        ['while the server does not answer', 'hang'],
        [
            'while it waits for the next try',
            {...(refusal(429) as object), status: 429, headers: {'Retry-After': '20'}},
        ],
    ] as const)('[CON-07] is cancelled at once %s', async (_name, answer) => {
        stub.answer(answer);
        const controller = new AbortController();
        const call = failure(getMe({signal: controller.signal, tryMs: 60_000, totalMs: 60_000}));
        await untilTrue(() => stub.requests.length === 1);
        await new Promise((resolve) => setTimeout(resolve, 60));
        controller.abort();
        expect(await call).toBeInstanceOf(CancelledError);
        expect(stub.requests).toHaveLength(1);
    });

    it('[CON-07] survives a storm of 429 and 503', async () => {
        const storm = Array.from({length: 10}, (_, n) => refusal(n % 2 === 0 ? 429 : 503));
        stub.answer(...storm, ok);
        expect(await getMe()).toEqual({id: 'me'});
        expect(stub.requests).toHaveLength(11);
    });

    it('does not follow a redirect, so that the token stays with its server', async () => {
        const elsewhere = await startHttpStub();
        stub.answer({status: 302, headers: {Location: `${elsewhere.url}/api/v4/users/me`}});
        expect(await failure(getMe())).toMatchObject({code: 'redirected', status: 302});
        expect(elsewhere.requests).toHaveLength(0);
        await elsewhere.close();
    });

    it('refuses an answer that is too large', async () => {
        stub.answer({status: 200, text: `{"id":"${'x'.repeat(5_000)}"}`});
        const error = await failure(getMe({}, {limits: {responseBytes: 1_000}}));
        expect(error).toMatchObject({code: 'too-large'});
    });

    it.each([
        ['no JSON', '<html>a login page</html>'],
        ['other fields', '{"name":"me"}'],
        ['nothing', ''],
    ])('refuses an answer that is not what was asked for: %s', async (_name, text) => {
        stub.answer({status: 200, text});
        expect(await failure(getMe())).toMatchObject({code: 'bad-response'});
        expect(stub.requests).toHaveLength(1);
    });

    it('asks for the token again only after the server refused it', async () => {
        const tokens = ['old', 'new'];
        let asked = 0;
        const client = stubClient(stub.url, {token: async () => tokens[asked++] ?? ''});
        const call = () => client.rest.call('GET', meSchema, (api) => api.getMe());
        stub.answer(ok, ok, refusal(401), ok);
        await call();
        await call();
        expect(asked).toBe(1);
        await failure(call());
        await call();
        expect(stub.requests.map((request) => request.authorization)).toEqual([
            'Bearer old',
            'Bearer old',
            'Bearer old',
            'Bearer new',
        ]);
    });

    it('[CON-06] keeps the calls of one account apart from each other', async () => {
        stub.answer('hang', ok);
        const {rest} = stubClient(stub.url);
        const controller = new AbortController();
        const {signal} = controller;
        const slow = failure(rest.call('GET', meSchema, (api) => api.getMe(), {signal}));
        await untilTrue(() => stub.requests.length === 1);
        await rest.call('GET', meSchema, (api) => api.getMe());
        controller.abort();
        expect(await slow).toBeInstanceOf(CancelledError);
    });

    it('says no token and no address in its errors', async () => {
        stub.answer('reset');
        const error = await failure(getMe({maxRetries: 0}));
        expect(error).toBeInstanceOf(PlatformError);
        expect((error as Error).message).not.toMatch(/secret-token|127\.0\.0\.1/);
    });

    it('takes the broken list of a bot without channels for an empty one', async () => {
        stub.answer({
            status: 200,
            text: '[{"id":"app.channel.get_channels.not_found.app_error","message":"x","status_code":404}',
        });
        const {rest} = stubClient(stub.url);
        expect(
            await rest.call('GET', z.array(z.unknown()), (api) => api.getAllTeamsChannels()),
        ).toEqual([]);
    });
});
