import {silentLog} from '../contract/log.ts';
import type {AgentEvent} from './agent.ts';
import {collect, lastOf, textOf, turnOf} from './agent.contract.ts';
import type {AgentDeps, ModelSettings} from './agent-settings.ts';
import {createAgent} from './create-agent.ts';
import {anthropicDialect, openAiDialect} from './stub/dialect.stub.ts';
import {hang} from './stub/provider-server.stub.ts';

// Apart from the other tests of models: no request of theirs may leave a timer behind.

const JSON_TYPE = {'content-type': 'application/json'};

describe.each([
    ['openai-compatible', openAiDialect],
    ['anthropic', anthropicDialect],
])('%s', (_kind, dialect) => {
    const {begin, text, end, failure, errorBody} = dialect;
    const whole = begin() + text('A gangway ', 'is a ', 'bridge.') + end('stop');
    const half = begin() + text('A gangway ', 'is');
    const run = (
        more: Partial<ModelSettings>,
        deps: Partial<AgentDeps>,
        signal?: AbortSignal,
    ): Promise<AgentEvent[]> => {
        const settings = {...dialect.settings('http://127.0.0.1:9/v1'), maxRetries: 0, ...more};
        const agent = createAgent(settings as ModelSettings, {
            resolveSecret: async () => 'the-key-of-the-stub',
            log: silentLog,
            fetch: globalThis.fetch,
            ...deps,
        });
        return collect(agent, turnOf('What is a gangway?'), signal);
    };
    afterEach(() => {
        jest.useRealTimers();
    });

    describe('trying again', () => {
        const times = (...replies: readonly (() => Response)[]) => {
            const at: number[] = [];
            const fetch = async (): Promise<Response> => {
                const reply = replies[Math.min(at.length, replies.length - 1)];
                at.push(Date.now());
                return reply!();
            };
            return {fetch, at};
        };
        const refuse =
            (status: number, headers: Record<string, string> = {}) =>
            () =>
                new Response(errorBody('x', 'no'), {
                    status,
                    headers: {...JSON_TYPE, ...headers},
                });
        const good = (): Response => new Response(whole);
        const withClock = async <T>(running: Promise<T>): Promise<T> => {
            await jest.advanceTimersByTimeAsync(90_000);
            return running;
        };
        beforeEach(() => {
            jest.useFakeTimers({doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate']});
        });
        afterEach(() => {
            expect(jest.getTimerCount()).toBe(0);
        });

        it('[ROUTE-03] waits as long as Retry-After says, then answers', async () => {
            const {fetch, at} = times(refuse(429, {'retry-after': '17'}), refuse(503), good);
            const events = await withClock(run({maxRetries: 2}, {fetch}));
            expect(textOf(events)).toBe('A gangway is a bridge.');
            expect(at).toHaveLength(3);
            expect(at[1]! - at[0]!).toBe(17_000);
        });

        it('[ROUTE-03] ends after the tries that are allowed', async () => {
            const {fetch, at} = times(refuse(429));
            const last = lastOf(await withClock(run({maxRetries: 2}, {fetch})));
            expect(last).toMatchObject({
                code: 'rate-limited',
                detail: expect.stringContaining('after 3 tries'),
            });
            expect(at).toHaveLength(3);
        });

        it('[ROUTE-03] is not done for what will fail again, nor after the first text', async () => {
            const refused = times(refuse(401));
            await withClock(run({maxRetries: 2}, {fetch: refused.fetch}));
            expect(refused.at).toHaveLength(1);
            const broken = times(() => new Response(half + failure('overloaded_error', 'No')));
            const events = await withClock(run({maxRetries: 2}, {fetch: broken.fetch}));
            expect(textOf(events)).toBe('A gangway is');
            expect(broken.at).toHaveLength(1);
        });

        it.each([408, 504])('[BR-18] is not done after a timeout, status %i', async (status) => {
            const {fetch, at} = times(refuse(status));
            const last = lastOf(await withClock(run({maxRetries: 2}, {fetch})));
            expect(last).toMatchObject({code: 'timeout', retryable: true});
            expect(at).toHaveLength(1);
        });

        it('[ROUTE-03] does not wait for an hour that Retry-After says', async () => {
            const {fetch, at} = times(refuse(429, {'retry-after': '3600'}), good);
            const events = await withClock(run({maxRetries: 1}, {fetch}));
            expect(textOf(events)).toBe('A gangway is a bridge.');
            expect(at[1]! - at[0]!).toBeLessThanOrEqual(5_000);
        });

        it('[ROUTE-06] a key across the place where words are cut does not show in part', async () => {
            const key = 'the-key-of-the-stub';
            const words = `${'x'.repeat(285)} ${key} and more`;
            const fetch = async (): Promise<Response> =>
                new Response(errorBody('x', words), {status: 400, headers: JSON_TYPE});
            const seen = JSON.stringify(lastOf(await withClock(run({}, {fetch}))));
            expect(seen).not.toContain('the-key');
        });

        it('[BR-18] a limit that strikes is named with its time', async () => {
            const last = lastOf(await withClock(run({idleSeconds: 30}, {fetch: hang(half)})));
            expect(last).toMatchObject({
                code: 'timeout',
                message: 'The agent said nothing for 30 seconds, so it was stopped.',
                detail: 'limit: idleSeconds of the agent (30 seconds)',
            });
        });

        it('[ROUTE-03] stops with its cancellation', async () => {
            const {fetch, at} = times(refuse(429, {'retry-after': '30'}));
            const controller = new AbortController();
            setTimeout(() => controller.abort(), 5_000);
            const events = await withClock(run({maxRetries: 2}, {fetch}, controller.signal));
            expect(events).toEqual([expect.objectContaining({code: 'cancelled'})]);
            expect(at).toHaveLength(1);
        });

        it.each([
            ['before its headers', undefined, ''],
            ['in the middle', half, 'A gangway is'],
        ])('[ROUTE-03] a service that hangs %s is given up', async (_what, said, expected) => {
            const silence = run({idleSeconds: 30}, {fetch: hang(said)});
            await jest.advanceTimersByTimeAsync(29_000);
            const still = Symbol('still');
            expect(await Promise.race([silence, Promise.resolve(still)])).toBe(still);
            await jest.advanceTimersByTimeAsync(2_000);
            const events = await silence;
            expect(textOf(events)).toBe(expected);
            expect(lastOf(events)).toMatchObject({code: 'timeout', retryable: true});
        });

        it('[ROUTE-03] an answer that never ends is given up', async () => {
            const drip = hang(half, {every: 1_000, frame: text(' and on')});
            const events = await withClock(run({timeoutMinutes: 1}, {fetch: drip}));
            expect(textOf(events)).toContain('and on and on');
            expect(lastOf(events)).toMatchObject({code: 'timeout'});
        });

        it('[ROUTE-03] a secret that never comes is given up', async () => {
            const never = new Promise<string>(() => undefined);
            const deps = {resolveSecret: () => never};
            const last = lastOf(await withClock(run({idleSeconds: 20}, deps)));
            expect(last).toMatchObject({code: 'timeout'});
        });
    });
});
