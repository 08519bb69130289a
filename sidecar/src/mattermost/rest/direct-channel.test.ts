import {createDirectChannels} from './direct-channel.ts';
import {refusal, startHttpStub, stubClient, type HttpStub} from './http-stub.contract.ts';

const channel = {id: 'dm', type: 'D', name: 'a__b'};

describe('making a DM channel', () => {
    let stub: HttpStub;
    beforeEach(async () => {
        stub = await startHttpStub();
    });
    afterEach(() => stub.close());

    const make = (
        retry: Partial<Parameters<typeof createDirectChannels>[0]['retry']> = {},
        random = 1,
    ) =>
        createDirectChannels({
            ...stubClient(stub.url),
            botId: () => 'bot',
            retry: {
                maxRetries: 3,
                initialDelayMs: 40,
                maxDelayMs: 100,
                timeoutMs: 60_000,
                ...retry,
            },
            learn: () => undefined,
            random: () => random,
        });

    it('[CON-08] is tried maxRetries times again, with doubled waits up to maxDelayMs', async () => {
        stub.answer(refusal(503));
        const set = jest.spyOn(globalThis, 'setTimeout');
        await expect(make()('user')).rejects.toMatchObject({status: 503});
        // No timer fires early, and each is set for what it shall wait.
        expect(
            set.mock.calls.map(([, ms]) => ms).filter((ms) => [40, 80, 100, 160].includes(ms ?? 0)),
        ).toEqual([40, 80, 100]);
        set.mockRestore();
        const times = stub.requests.map((request) => request.at);
        expect(times).toHaveLength(4);
        const waits = times.slice(1).map((time, n) => time - (times[n] ?? 0));
        for (const [n, least] of [40, 80, 100].entries()) {
            expect(waits[n]).toBeGreaterThanOrEqual(least - 2);
        }
    });

    it('[CON-08] spreads the waits over all of their length', async () => {
        stub.answer(refusal(503));
        await expect(
            // A wait of half a day would show.
            make({initialDelayMs: 40_000_000, maxDelayMs: 40_000_000}, 0)('user'),
        ).rejects.toMatchObject({status: 503});
        expect(stub.requests).toHaveLength(4);
    });

    it('[CON-08] gives each try timeoutMs', async () => {
        stub.answer('hang', {status: 201, body: channel});
        const start = Date.now();
        // On a machine that sleeps now and then further tries may take too long.
        const retry = {maxRetries: 20, timeoutMs: 1_000, initialDelayMs: 1, maxDelayMs: 1};
        expect((await make(retry)('user')).id).toBe('dm');
        expect(Date.now() - start).toBeGreaterThanOrEqual(990);
    });

    it('[CON-08] is not tried again with maxRetries 0, nor after a final refusal', async () => {
        stub.answer(refusal(503));
        await expect(make({maxRetries: 0})('user')).rejects.toMatchObject({status: 503});
        stub.answer(refusal(403));
        await expect(make()('user')).rejects.toMatchObject({status: 403});
        expect(stub.requests).toHaveLength(2);
    });

    it('[CON-08] is asked for once per person', async () => {
        stub.answer({status: 201, body: channel});
        const directChannel = make();
        await directChannel('user');
        await directChannel('user');
        expect(stub.requests).toHaveLength(1);
        expect(JSON.parse(stub.requests[0]?.body ?? '')).toEqual(['bot', 'user']);
    });
});
