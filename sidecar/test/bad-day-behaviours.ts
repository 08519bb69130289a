import {openAiDialect as openAi} from '../src/agent/stub/dialect.stub.ts';
import {FORMULAS, LINKS, LONG, PICTURE, TABLE} from './bad-day-texts.ts';

/** One request for an answer, as a behaviour sees it. */
export interface Asked {
    /** All fields of the request. */
    readonly fields: Readonly<Record<string, unknown>>;
    /** The last message: what the person said, with whatever stands around it in the prompt. */
    readonly question: string;
    /** How often this was asked for before. */
    readonly before: number;
}

/** A piece of a body: written as it is, a pause before the next one, or the end of the connection. */
export type Piece = string | {readonly pauseMs: number} | {readonly kind: 'reset' | 'silence'};

/** What is answered to one request. */
export interface Reply {
    /** [200] */
    readonly status?: number;
    /** [content-type: text/event-stream] */
    readonly headers?: Readonly<Record<string, string>>;
    /** Waited before the headers, ms [0]. */
    readonly delayMs?: number;
    readonly pieces: readonly Piece[];
}

/** How a service and its model behave once. */
export type Behaviour = (asked: Asked) => Reply;

/** The answer of a model that has no trouble. */
export const GOOD = 'The tide turns at six.';

/** What no person may ever read. */
export const THOUGHT = 'SECRET: they ask about the tide';

/** What a service says of itself in its errors. */
export const WORDS = 'the deck is wet today';

/** An answer that speaks about the tags of thinking; every character of it is meant. */
export const ABOUT_TAGS =
    'Use the `<think>` tag to open it and `</think>` to close it.\n\nNothing else is <think>ing.';

/** Words as they come: a few characters each, so that tags, words and Markdown are cut anywhere. */
function chunks(text: string): string[] {
    const size = Math.max(5, Math.ceil(text.length / 500));
    return text.match(new RegExp(`[^]{1,${size}}`, 'gu')) ?? [];
}

function text(content: string): Piece[] {
    return chunks(content).map((chunk) => openAi.text(chunk));
}

function thoughts(field: 'reasoning' | 'reasoning_content', content: string): Piece[] {
    return chunks(content).map((chunk) => frame({[field]: chunk}));
}

function frame(delta: object, finish: string | null = null): string {
    const choices = [{index: 0, delta, finish_reason: finish}];
    const head = {id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'bad-day'};
    return `data: ${JSON.stringify({...head, choices})}\n\n`;
}

function stream(...pieces: readonly (Piece | readonly Piece[])[]): Reply {
    return {pieces: [openAi.begin(), ...pieces.flat()]};
}

const STOP = openAi.end('stop', {input: 10, output: 5});
const LENGTH = openAi.end('length', {input: 10, output: 5});
const FILTERED = `${frame({}, 'content_filter')}data: [DONE]\n\n`;

/** Says this, whole. */
function says(content: string): Behaviour {
    return () => stream(text(content), STOP);
}

/** A good answer. */
export const fluent = says(GOOD);

function refusal(status: number, body: string, headers: Record<string, string> = {}): Reply {
    const isJson = /^[{["]/.test(body);
    const type = isJson ? 'application/json' : /^</.test(body) ? 'text/html' : 'text/plain';
    return {status, headers: {'content-type': type, ...headers}, pieces: [body]};
}

function fails(status: number, body: unknown): Behaviour {
    return () => refusal(status, typeof body === 'string' ? body : JSON.stringify(body));
}

/** Refuses requests that have a field, and answers the others. */
function refuses(field: string, status: number, body: unknown): Behaviour {
    const fail = fails(status, body);
    return (asked) => (field in asked.fields ? fail(asked) : fluent(asked));
}

/** Does this at the first time, and answers when it is asked again. */
function once(behaviour: Behaviour): Behaviour {
    return (asked) => (asked.before === 0 ? behaviour(asked) : fluent(asked));
}

function openAiError(message: string, more: object = {}): object {
    return {error: {message, type: 'invalid_request_error', param: null, code: null, ...more}};
}

function extraField(field: string): object {
    return {type: 'extra_forbidden', loc: ['body', field], msg: 'Extra inputs are not permitted'};
}

/** How services refuse a conversation that is longer than their model can take. */
export const REFUSALS_OF_SIZE = {
    openai: (limit) =>
        refusal(
            400,
            JSON.stringify(
                openAiError(`This model's maximum context length is ${limit} tokens.`, {
                    param: 'messages',
                    code: 'context_length_exceeded',
                }),
            ),
        ),
    vllm: (limit) =>
        refusal(
            400,
            JSON.stringify({
                object: 'error',
                message: `This model's maximum context length is ${limit} tokens. However, you requested more tokens. Please reduce the length of the messages or completion.`,
                type: 'BadRequestError',
                param: null,
                code: 400,
            }),
        ),
    'lm-studio': (limit) =>
        refusal(
            400,
            JSON.stringify({
                error: `Trying to keep the first 5000 tokens when context the overflows. However, the model is loaded with context length of only ${limit} tokens, which is not enough.`,
            }),
        ),
} satisfies Record<string, (limit: number) => Reply>;

/** Everything that the model can do, by the word that asks for it. */
export const BEHAVIOURS = {
    // Thinking, in all its spellings.
    'think-tags': says(`<think>\n${THOUGHT}\n</think>\n\n${GOOD}`),
    'think-lone-close': says(`${THOUGHT}\n</think>\n\n${GOOD}`),
    'thinking-tags': says(`<thinking>${THOUGHT}</thinking>\n${GOOD}`),
    'think-brackets': says(`[THINK]${THOUGHT}[/THINK]${GOOD}`),
    'reasoning-tags': says(`<reasoning>\n${THOUGHT}\n</reasoning>\n${GOOD}`),
    'think-channels': says(
        `<|channel|>analysis<|message|>${THOUGHT}<|end|><|start|>assistant<|channel|>final<|message|>${GOOD}<|return|>`,
    ),
    'think-field': () => stream(thoughts('reasoning_content', THOUGHT), text(GOOD), STOP),
    'think-other-field': () => stream(thoughts('reasoning', THOUGHT), text(GOOD), STOP),
    'think-twice': () =>
        stream(
            thoughts('reasoning_content', THOUGHT),
            text(`<think>${THOUGHT}</think>${GOOD}`),
            STOP,
        ),
    'think-unclosed': says(`<think>\n${GOOD}`),
    'think-about-tags': says(ABOUT_TAGS),
    'think-only': once(says(`<think>${THOUGHT}</think>`)),
    'think-only-field': once(() => stream(thoughts('reasoning_content', THOUGHT), STOP)),
    'think-too-long': once(() => stream(text(`<think>${THOUGHT}`), LENGTH)),

    // Fields that a service does not take.
    'refuse-limit-openai': refuses(
        'max_tokens',
        400,
        openAiError(
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
            {param: 'max_tokens', code: 'unsupported_parameter'},
        ),
    ),
    'refuse-heat-openai': refuses(
        'temperature',
        400,
        openAiError(
            "Unsupported value: 'temperature' does not support 0.2 with this model. Only the default (1) value is supported.",
            {param: 'temperature', code: 'unsupported_value'},
        ),
    ),
    'refuse-usage-fastapi': refuses('stream_options', 422, {
        detail: [extraField('stream_options')],
    }),
    'refuse-usage-text': refuses('stream_options', 400, 'unknown field "stream_options"'),
    'refuse-usage-vllm': refuses('stream_options', 400, {
        object: 'error',
        message: `[${JSON.stringify(extraField('stream_options'))}]`,
        type: 'BadRequestError',
        param: null,
        code: 400,
    }),

    // Errors before the answer, in each service's shape; asked again, it answers.
    'error-openai': once(fails(400, openAiError(WORDS))),
    'error-lm-studio': once(fails(400, {error: WORDS})),
    'error-vllm': once(
        fails(400, {object: 'error', message: WORDS, type: 'x', param: null, code: 400}),
    ),
    'error-detail': once(fails(400, {detail: WORDS})),
    'error-detail-list': once(
        fails(422, {detail: [{type: 'value_error', loc: ['body', 'messages'], msg: WORDS}]}),
    ),
    'error-text': once(fails(400, WORDS)),
    'error-page': once(
        fails(
            502,
            `<html><head><title>502</title></head><body><h1>502 Bad Gateway</h1><p>${WORDS}</p></body></html>`,
        ),
    ),
    'error-key': once(
        fails(401, openAiError('Incorrect API key provided', {code: 'invalid_api_key'})),
    ),
    'error-busy': once(fails(503, openAiError(WORDS, {type: 'server_error'}))),
    'error-all-day': fails(503, openAiError(WORDS, {type: 'server_error'})),
    'error-too-many': once(() =>
        refusal(429, JSON.stringify(openAiError(WORDS, {code: 'rate_limit_exceeded'})), {
            'retry-after': '1',
        }),
    ),

    // Faults of the line and in the stream.
    'slow-start': () => ({...stream(text(GOOD), STOP), delayMs: 400}),
    'slow-words': () =>
        stream({pauseMs: 200}, text('The tide'), {pauseMs: 400}, text(GOOD.slice(8)), STOP),
    'silent-half-way': once(() => stream(text('The tide turns'), {kind: 'silence'})),
    'reset-at-once': once(() => ({pieces: [{kind: 'reset'}]})),
    'reset-half-way': once(() => stream(text('The tide turns'), {kind: 'reset'})),
    'end-half-way': once(() => stream(text('The tide turns'))),
    'error-in-stream': once(() =>
        stream(text('The tide turns'), openAi.failure('server_error', WORDS)),
    ),
    'error-string-in-stream': once(() =>
        stream(text('The tide turns'), `data: ${JSON.stringify({error: WORDS})}\n\n`),
    ),
    'garbage-in-stream': () =>
        stream(text('The tide '), 'data: {"choices": [{"del\n\n', text('turns at six.'), STOP),

    // Answers that are cut, or none.
    'cut-by-length': () => stream(text('The tide turns at six, and then'), LENGTH),
    'cut-by-filter': () => stream(text('The tide turns at six, and then'), FILTERED),
    'empty-answer': once(() => stream(STOP)),
    'blank-answer': once(says(' \n\n  \n')),

    // Long answers, in all of Markdown.
    'long-answer': says(LONG),
    'links-answer': says(LINKS),
    'picture-answer': says(PICTURE),
    'formulas-answer': says(FORMULAS),
    'table-answer': says(TABLE),
} satisfies Record<string, Behaviour>;
