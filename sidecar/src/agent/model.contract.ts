import fc from 'fast-check';
import type {LogFields} from '../contract/log.ts';
import {silentLog} from '../contract/log.ts';
import type {Log} from '../contract/log.ts';
import type {AgentEvent, FailureCode} from './agent.ts';
import {collect, lastOf, textOf, turnOf} from './agent.contract.ts';
import type {AgentDeps, ModelSettings} from './agent-settings.ts';
import {createAgent} from './create-agent.ts';
import type {Dialect} from './stub/dialect.stub.ts';
import {replay, startProviderServer} from './stub/provider-server.stub.ts';
import type {ProviderServer, Reply} from './stub/provider-server.stub.ts';
import {directOutbound} from '../net/direct.fixture.ts';

const KEY = 'k3y-/of+the=stub';
const TURN = turnOf('What is a gangway?');
const JSON_TYPE = {'content-type': 'application/json'};

/** What an agent keeps to that asks a model over HTTP, in the words of one kind of service. */
export function describeModelAgent(name: string, dialect: Dialect): void {
    const {begin, text, reasoning, toolCall, end, failure, errorBody} = dialect;
    const whole = begin() + text('A gangway ', 'is a ', 'bridge.') + end('stop');
    const half = begin() + text('A gangway ', 'is');

    describe(`${name} over HTTP`, () => {
        let server: ProviderServer;
        const logged: LogFields[] = [];
        const log: Log = {...silentLog, warn: (_message, fields) => logged.push(fields ?? {})};
        beforeAll(async () => {
            server = await startProviderServer();
        });
        afterAll(() => server.stop());
        let printed: jest.SpyInstance[] = [];
        beforeEach(() => {
            const methods = ['error', 'warn', 'log'] as const;
            printed = methods.map((name) =>
                jest.spyOn(console, name).mockImplementation(() => undefined),
            );
        });
        afterEach(() => {
            jest.useRealTimers();
            // The library would like to; logs go through the port only.
            const calls = printed.map((spy) => spy.mock.calls.length);
            jest.restoreAllMocks();
            expect(calls).toEqual([0, 0, 0]);
        });

        const run = (
            more: Partial<ModelSettings> = {},
            deps: Partial<AgentDeps> = {},
            signal?: AbortSignal,
            turn = TURN,
        ): Promise<AgentEvent[]> => {
            const settings = {...dialect.settings(server.url), maxRetries: 0, ...more};
            const agent = createAgent(settings as ModelSettings, {
                resolveSecret: async () => KEY,
                log,
                fetch: directOutbound.fetch,
                ...deps,
            });
            return collect(agent, turn, signal);
        };
        const ask = (reply: Reply, more: Partial<ModelSettings> = {}): Promise<AgentEvent[]> => {
            server.reply(reply);
            return run(more);
        };
        const played = (body: string, cuts: readonly number[]): Promise<AgentEvent[]> =>
            run({}, {fetch: replay(cutAt(body, cuts))});

        describe('the request', () => {
            it('[ROUTE-02] carries model, instructions, conversation and headers', async () => {
                server.reply({body: whole});
                const deps: Partial<AgentDeps> = {
                    resolveSecret: async (input) => (typeof input === 'string' ? input : KEY),
                };
                await run(
                    {systemPrompt: 'Be brief.', headers: {'x-team': 'harbor'}},
                    deps,
                    undefined,
                    {
                        ...TURN,
                        system: 'Speak plainly.',
                        messages: [
                            {role: 'user', text: 'Hello'},
                            {role: 'assistant', text: 'Hello!'},
                            {role: 'user', text: 'One thing:'},
                            {role: 'user', text: 'what is a gangway?'},
                        ],
                    },
                );
                const request = server.requests.at(-1);
                const body = JSON.stringify(request?.body);
                expect(request?.body).toMatchObject({model: 'stub-model', stream: true});
                expect(body).toContain('Be brief.\\n\\nSpeak plainly.');
                expect(body).toMatch(/Hello.*Hello!.*One thing:\\n\\nwhat is a gangway\?/);
                expect(request?.headers['x-team']).toBe('harbor');
                expect(JSON.stringify(request?.headers)).toContain(KEY);
            });

            it('[ROUTE-02] takes the secrets as they are at each run', async () => {
                server.reply({body: whole});
                let key = 'the-first-key';
                const deps = {resolveSecret: async () => key};
                await run({}, deps);
                expect(JSON.stringify(server.requests.at(-1)?.headers)).toContain('the-first-key');
                key = 'the-second-key';
                await run({}, deps);
                expect(JSON.stringify(server.requests.at(-1)?.headers)).toContain('the-second-key');
            });

            it('[ROUTE-06] is not made without the key that it needs', async () => {
                const before = server.requests.length;
                const broken = new Error('STUB_KEY is not set');
                const resolveSecret = async (): Promise<string> => Promise.reject(broken);
                const last = lastOf(await run({}, {resolveSecret}));
                expect(last).toMatchObject({
                    code: 'unauthorized',
                    detail: expect.stringContaining('STUB_KEY is not set'),
                });
                expect(last).toMatchObject({message: expect.not.stringContaining('STUB_KEY')});
                expect(lastOf(await run({}, {resolveSecret: async () => ''}))).toMatchObject({
                    code: 'unauthorized',
                });
                expect(server.requests).toHaveLength(before);
            });
        });

        describe('the answer', () => {
            it('[ROUTE-03] comes as text, usage and done', async () => {
                const tokens = {input: 11, output: 7};
                const events = await ask({
                    body: begin(tokens) + text('Ein Steg. ', '桟橋 🌉') + end('stop', tokens),
                });
                expect(events).toEqual([
                    {kind: 'text', text: 'Ein Steg. '},
                    {kind: 'text', text: '桟橋 🌉'},
                    {kind: 'usage', inputTokens: 11, outputTokens: 7, model: 'stub-model-2026'},
                    {kind: 'done', reason: 'stop'},
                ]);
            });

            it('[ROUTE-03] is the same wherever the stream is cut, with LF and with CRLF', async () => {
                const body = begin() + reasoning('Hm…') + text('🌉 桟橋', ' ünï') + end('stop');
                const expected = await played(body, []);
                expect(textOf(expected)).toBe('🌉 桟橋 ünï');
                for (const wire of [body, body.replaceAll('\n', '\r\n')]) {
                    const length = Buffer.byteLength(wire);
                    const everyByte = Array.from({length}, (_, index) => index);
                    expect(await played(wire, everyByte)).toEqual(expected);
                    for (let cut = 1; cut < length; cut += 3) {
                        expect(await played(wire, [cut])).toEqual(expected);
                    }
                }
            });

            it('[ROUTE-03] is whole and in order for any text in any chunks', async () => {
                const chunks = fc.array(fc.string({unit: 'grapheme', minLength: 1}), {
                    minLength: 1,
                });
                const cuts = fc.array(fc.nat(4_000), {maxLength: 6});
                await fc.assert(
                    fc.asyncProperty(chunks, cuts, async (parts, at) => {
                        const body = begin() + text('> ', ...parts) + end('stop');
                        const events = await played(body, at);
                        expect(textOf(events)).toBe(`> ${parts.join('')}`);
                        expect(lastOf(events)).toEqual({kind: 'done', reason: 'stop'});
                    }),
                    {numRuns: 50},
                );
            });

            it('[ROUTE-03] [DEL-06] keeps reasoning apart, in its own field and in tags', async () => {
                const own = await ask({
                    body: begin() + reasoning('Let me ', 'see.') + text('A bridge.') + end('stop'),
                });
                const tags = await ask({
                    body:
                        begin() +
                        text('<thi', 'nk>Let me ', 'see.</th', 'ink>\n\nA bri', 'dge.') +
                        end('stop'),
                });
                for (const events of [own, tags]) {
                    expect(lastOf(events)).toEqual({kind: 'done', reason: 'stop'});
                    expect(textOf(events)).toBe('A bridge.');
                    const thoughts = events.map((e) => (e.kind === 'reasoning' ? e.text : ''));
                    expect(thoughts.join('')).toBe('Let me see.');
                }
            });

            it('[ROUTE-03] shows tool calls that nobody offered as failed tools', async () => {
                const call = toolCall('call-1', 'search', '{"q":"gangway"}');
                const events = await ask({body: half + call + end('tool')});
                const tools = events.filter(({kind}) => kind.startsWith('tool'));
                expect(tools).toEqual([
                    {kind: 'tool-start', id: 'call-1', name: 'search'},
                    {kind: 'tool-end', id: 'call-1', ok: false},
                ]);
                expect(lastOf(events)).toEqual({kind: 'done', reason: 'other'});
            });

            it('[ROUTE-03] says when the model reached its output limit', async () => {
                const events = await ask({body: half + end('length')});
                expect(lastOf(events)).toEqual({kind: 'done', reason: 'length'});
            });

            it.each([
                ['nothing', ''],
                ['white space only', text(' \n', '\n')],
                ['reasoning only', reasoning('Let me see.')],
                ['a tool call only', toolCall('call-1', 'search', '{"q":1}')],
            ])('[ROUTE-03] is a failure when the model sends %s', async (_what, content) => {
                const events = await ask({body: begin() + content + end('stop')});
                expect(lastOf(events)).toMatchObject({kind: 'failed', code: 'empty'});
            });

            it('[ROUTE-03] reads no steering', async () => {
                server.reply({body: whole});
                const steering = {
                    [Symbol.asyncIterator]: () => {
                        throw new Error('steering was read');
                    },
                };
                const events = await run({}, {}, undefined, {...TURN, steering});
                expect(lastOf(events)).toMatchObject({kind: 'done'});
            });
        });

        describe('a failure', () => {
            const afterText: readonly (readonly [string, Reply, FailureCode])[] = [
                ['an error event', {body: half + failure('overloaded_error', 'No')}, 'overloaded'],
                ['a reset connection', {body: half, then: 'reset'}, 'unreachable'],
                ['an end without an ending', {body: half}, 'bad-response'],
                ['an unreadable end', {body: `${half}data: {x\n\n`}, 'bad-response'],
            ];
            it.each(afterText)(
                '[ROUTE-03] [DEL-15] in the middle, by %s, keeps the text before it',
                async (_what, reply, code) => {
                    const events = await ask(reply, {maxRetries: 2});
                    expect(textOf(events)).toBe('A gangway is');
                    expect(lastOf(events)).toMatchObject({kind: 'failed', code, retryable: true});
                },
            );

            it('[ROUTE-03] is not made of one unreadable line, but the end is not called good', async () => {
                const rest = text(' a bridge.') + end('stop');
                for (const line of ['data: {nonsense\n\n', 'data: {"choices":7,"type":[]}\n\n']) {
                    const events = await ask({body: half + line + rest});
                    expect(textOf(events)).toBe('A gangway is a bridge.');
                    expect(lastOf(events)).toEqual({kind: 'done', reason: 'unreadable'});
                }
            });

            const unreadable: readonly (readonly [string, Reply])[] = [
                ['an empty body', {}],
                [
                    'a web page',
                    {body: '<html>Hello</html>', headers: {'content-type': 'text/html'}},
                ],
                ['an unreadable line for all text', {body: `${begin()}data: {x\n\n${end('stop')}`}],
                ['bytes', {body: Uint8Array.from({length: 3_000}, (_, i) => (i * 37) % 256)}],
            ];
            it.each(unreadable)('[ROUTE-03] by %s is a bad response', async (_what, reply) => {
                expect(lastOf(await ask(reply))).toMatchObject({code: 'bad-response'});
            });

            it('[ROUTE-03] by lines of junk only is a failure', async () => {
                const last = lastOf(await ask({body: 'data: {junk\n\n'.repeat(20)}));
                // One of the libraries wants to understand the first line, and throws a bare Error.
                expect(last).toMatchObject({code: expect.stringMatching('bad-response|internal')});
            });

            it.each<[number, FailureCode, boolean]>([
                [400, 'bad-request', false],
                [401, 'unauthorized', false],
                [403, 'unauthorized', false],
                [404, 'bad-request', false],
                [408, 'timeout', true],
                [413, 'context-too-long', false],
                [429, 'rate-limited', true],
                [500, 'overloaded', true],
                [503, 'overloaded', true],
                [529, 'overloaded', true],
            ])('[ROUTE-03] by status %i has the code %s', async (status, code, retryable) => {
                const body = errorBody('some_error', 'the words of the service');
                for (const reply of [body, '', '<html>']) {
                    const last = lastOf(await ask({status, headers: JSON_TYPE, body: reply}));
                    expect(last).toMatchObject({kind: 'failed', code, retryable});
                    expect(last).toMatchObject({detail: expect.stringContaining(String(status))});
                }
            });

            it.each([400, 429, 500])(
                '[SES-13] [BR-07] by too long a conversation says so, status %i, and is not asked again',
                async (status) => {
                    const words = 'prompt is too long: 208310 tokens > 200000 maximum';
                    server.reply({status, headers: JSON_TYPE, body: errorBody('x', words)});
                    const before = server.requests.length;
                    const last = lastOf(await run({maxRetries: 2}));
                    expect(server.requests).toHaveLength(before + 1);
                    expect(last).toMatchObject({code: 'context-too-long', retryable: false});
                    expect(last).toMatchObject({detail: expect.stringContaining(words)});
                    expect(last).toMatchObject({message: expect.not.stringContaining('208310')});
                },
            );

            it('[SES-13] [BR-07] by too long a conversation says so inside the stream as well', async () => {
                const words = 'prompt is too long: 208310 tokens > 200000 maximum';
                const events = await ask({body: half + failure('invalid_request_error', words)});
                expect(lastOf(events)).toMatchObject({code: 'context-too-long'});
            });

            it('[ROUTE-03] without a service is unreachable', async () => {
                const gone = await startProviderServer();
                await gone.stop();
                const {baseUrl} = dialect.settings(gone.url);
                const last = lastOf(await run({...(baseUrl === undefined ? {} : {baseUrl})}));
                expect(last).toMatchObject({code: 'unreachable', retryable: true});
                expect(last).toMatchObject({detail: expect.stringContaining('ECONNREFUSED')});
            });

            it('[ROUTE-06] never shows a key, nor where it stands', async () => {
                const echo = `bad key ${KEY} or ${encodeURIComponent(KEY)} at https://me:pw1@host/`;
                const replies: Reply[] = [
                    {body: half + failure('authentication_error', echo)},
                    ...[400, 401, 429, 500].map((status) => ({
                        status,
                        headers: JSON_TYPE,
                        body: errorBody('x', echo),
                    })),
                ];
                for (const reply of replies) {
                    const seen = JSON.stringify([await ask(reply), logged]);
                    expect(seen).toContain('[redacted]');
                    expect(seen).not.toContain(KEY);
                    expect(seen).not.toContain(encodeURIComponent(KEY));
                    expect(seen).not.toContain('pw1');
                }
            });

            it('[ROUTE-06] leaves the text of the answer out of detail and log', async () => {
                logged.length = 0;
                const events = await ask({body: `${half}data: {"secret tale\n\n`});
                expect(JSON.stringify([lastOf(events), logged])).not.toMatch(/secret tale|gangway/);
                expect(logged).not.toHaveLength(0);
            });
        });
    });
}

/** The bytes of `text`, cut at these positions. */
function cutAt(text: string, positions: readonly number[]): Uint8Array[] {
    const bytes = Buffer.from(text);
    const cuts = [...new Set(positions.map((at) => Math.min(at, bytes.length)))].sort(
        (a, b) => a - b,
    );
    return [...cuts, bytes.length].map((at, index) => bytes.subarray(cuts[index - 1] ?? 0, at));
}
