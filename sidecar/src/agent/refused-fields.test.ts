import {silentLog, type LogFields} from '../contract/log.ts';
import type {Agent} from './agent.ts';
import {collect, lastOf, textOf, turnOf} from './agent.contract.ts';
import {agentSettingsSchema} from './agent-settings.ts';
import {createAgent} from './create-agent.ts';
import {anthropicDialect, openAiDialect} from './stub/dialect.stub.ts';

const DIALECTS = {'openai-compatible': openAiDialect, anthropic: anthropicDialect};

interface Service {
    readonly agent: Agent;
    /** The fields of each request, in order. */
    readonly bodies: Record<string, unknown>[];
    readonly logged: LogFields[];
}

/** An agent whose service answers with what `refuse` says of a request, and well where it says nothing. */
function serve(
    kind: keyof typeof DIALECTS,
    settings: object,
    refuse: (body: Record<string, unknown>) => [status: number, body: string] | undefined,
): Service {
    const bodies: Record<string, unknown>[] = [];
    const logged: LogFields[] = [];
    const {begin, text, end, settings: base} = DIALECTS[kind];
    const fetch: typeof globalThis.fetch = async (_input, init) => {
        const body: Record<string, unknown> = JSON.parse(
            typeof init?.body === 'string' ? init.body : '{}',
        );
        bodies.push(body);
        const refusal = refuse(body);
        if (refusal === undefined) return new Response(begin() + text('Aboard.') + end('stop'));
        return new Response(refusal[1], {status: refusal[0]});
    };
    const agent = createAgent(
        agentSettingsSchema.parse({...base('http://127.0.0.1:9/v1'), maxRetries: 0, ...settings}),
        {
            resolveSecret: async () => 'key-1',
            log: {...silentLog, warn: (_message, fields) => logged.push(fields ?? {})},
            fetch,
        },
    );
    return {agent, bodies, logged};
}

const error = (fields: object): string => JSON.stringify({error: fields});

type Case = readonly [
    what: string,
    kind: keyof typeof DIALECTS,
    settings: object,
    field: string,
    refusal: readonly [number, string],
];

const cases: readonly Case[] = [
    [
        'OpenAI, max_tokens',
        'openai-compatible',
        {maxOutputTokens: 500},
        'max_tokens',
        [
            400,
            error({
                message:
                    "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
                param: 'max_tokens',
                code: 'unsupported_parameter',
            }),
        ],
    ],
    [
        'OpenAI, temperature',
        'openai-compatible',
        {temperature: 0.2},
        'temperature',
        [
            400,
            error({
                message: "Unsupported value: 'temperature' does not support 0.2 with this model.",
                param: 'temperature',
                code: 'unsupported_value',
            }),
        ],
    ],
    [
        'FastAPI',
        'openai-compatible',
        {temperature: 0.2},
        'stream_options',
        [
            422,
            '{"detail":[{"type":"extra_forbidden","loc":["body","stream_options"],"msg":"Extra inputs are not permitted"}]}',
        ],
    ],
    [
        'one that names no field',
        'openai-compatible',
        {temperature: 0.2},
        'stream_options',
        [422, error({message: 'Extra inputs are not permitted'})],
    ],
    [
        'one that names no field, which is the temperature',
        'openai-compatible',
        {temperature: 0.2},
        'temperature',
        [422, error({message: 'Extra inputs are not permitted'})],
    ],
    [
        'plain words',
        'openai-compatible',
        {},
        'stream_options',
        [400, 'unknown field "stream_options"'],
    ],
    [
        'Anthropic, temperature',
        'anthropic',
        {temperature: 0.2},
        'temperature',
        [
            400,
            JSON.stringify({
                type: 'error',
                error: {
                    type: 'invalid_request_error',
                    message: '`temperature` is deprecated for this model.',
                },
            }),
        ],
    ],
    [
        'Anthropic, thinking',
        'anthropic',
        {thinking: 'adaptive'},
        'thinking',
        [
            400,
            JSON.stringify({
                type: 'error',
                error: {
                    type: 'invalid_request_error',
                    message: 'adaptive thinking is not supported on this model',
                },
            }),
        ],
    ],
];

it.each(cases)(
    '[ROUTE-09] [BR-05] [BR-12] a field refused by %s is left out, and that is remembered',
    async (_what, kind, settings, field, refusal) => {
        const {agent, bodies} = serve(kind, settings, (body) =>
            field in body ? [...refusal] : undefined,
        );
        const events = await collect(agent, turnOf('Hi'));
        expect(textOf(events)).toBe('Aboard.');
        expect(lastOf(events)).toEqual({kind: 'done', reason: 'stop'});
        expect(bodies[0]).toHaveProperty(field);
        expect(bodies.at(-1)).not.toHaveProperty(field);
        const asked = bodies.length;
        expect(asked).toBeLessThanOrEqual(3);
        await collect(agent, turnOf('Hi'));
        expect(bodies).toHaveLength(asked + 1);
    },
);

it('[ROUTE-09] [BR-05] the limit goes under its new name, and without one if that is refused too', async () => {
    const renamed = serve('openai-compatible', {maxOutputTokens: 500}, (body) =>
        'max_tokens' in body ? [400, error({message: 'no', param: 'max_tokens'})] : undefined,
    );
    await collect(renamed.agent, turnOf('Hi'));
    expect(renamed.bodies.at(-1)).toMatchObject({max_completion_tokens: 500});
    expect(renamed.agent.troubles?.()).toEqual([]);

    const both = serve('openai-compatible', {maxOutputTokens: 500}, (body) => {
        const param = Object.keys(body).find((field) => field.startsWith('max_'));
        return param === undefined ? undefined : [400, error({message: 'no', param})];
    });
    expect(textOf(await collect(both.agent, turnOf('Hi')))).toBe('Aboard.');
    expect(both.bodies).toHaveLength(3);
    expect(both.agent.troubles?.()).toEqual([
        'the model service refuses maxOutputTokens; it is asked without it',
    ]);
});

it('[ROUTE-09] several fields are left out one by one', async () => {
    const refused = ['stream_options', 'temperature'];
    const {agent, bodies, logged} = serve('openai-compatible', {temperature: 0.2}, (body) => {
        const param = refused.find((field) => field in body);
        return param === undefined ? undefined : [400, error({message: 'no', param})];
    });
    expect(textOf(await collect(agent, turnOf('Hi')))).toBe('Aboard.');
    expect(bodies).toHaveLength(3);
    expect(logged).toContainEqual(
        expect.objectContaining({field: 'temperature', setting: 'temperature'}),
    );
    expect(agent.troubles?.()).toEqual([
        'the model service refuses temperature; it is asked without it',
    ]);
});

it('[ROUTE-09] [BR-05] what is refused all the same names the setting', async () => {
    const {agent, bodies} = serve('anthropic', {maxOutputTokens: 100_000}, () => [
        400,
        JSON.stringify({
            type: 'error',
            error: {
                type: 'invalid_request_error',
                message: 'max_tokens: 100000 > 64000, which is the maximum allowed',
            },
        }),
    ]);
    const last = lastOf(await collect(agent, turnOf('Hi')));
    expect(last).toMatchObject({
        code: 'bad-request',
        detail: expect.stringMatching(/^setting maxOutputTokens: .*64000/),
    });
    expect(bodies).toHaveLength(1);
    expect(agent.troubles?.()).toEqual(['the model service refuses the setting maxOutputTokens']);
});

it.each([
    ['a model that is not there', 404, error({message: 'no model with this temperature'})],
    ['a key', 401, error({message: 'unknown field "temperature"'})],
    ['the messages', 400, error({message: 'Extra inputs are not permitted', param: 'messages'})],
    ['something else', 400, error({message: 'The image could not be read'})],
    [
        'too long a conversation',
        400,
        error({message: 'prompt is too long: lower temperature', code: 'context_length_exceeded'}),
    ],
])('[ROUTE-09] a refusal of %s is asked once', async (_what, status, body) => {
    const {agent, bodies} = serve('openai-compatible', {temperature: 0.2}, () => [status, body]);
    expect(lastOf(await collect(agent, turnOf('Hi')))).toMatchObject({kind: 'failed'});
    expect(bodies).toHaveLength(1);
});

it('[ROUTE-09] a guess that did not help is not remembered', async () => {
    let helps = false;
    const {agent, bodies} = serve('openai-compatible', {temperature: 0.2}, () =>
        helps ? undefined : [422, error({message: 'Extra inputs are not permitted'})],
    );
    expect(lastOf(await collect(agent, turnOf('Hi')))).toMatchObject({kind: 'failed'});
    helps = true;
    await collect(agent, turnOf('Hi'));
    expect(bodies.at(-1)).toMatchObject({temperature: 0.2, stream_options: expect.anything()});
});
