import type {ModelSettings} from '../agent-settings.ts';

/** Tokens as a service counts them. */
interface Tokens {
    readonly input: number;
    readonly output: number;
}

/** How one kind of service writes a streamed answer; each function returns whole SSE frames. */
export interface Dialect {
    settings(baseUrl: string): ModelSettings;
    /** The frames before the first content. */
    begin(tokens?: Tokens): string;
    /** One block of text, one frame for each chunk. */
    text(...chunks: readonly string[]): string;
    reasoning(...chunks: readonly string[]): string;
    toolCall(id: string, name: string, args: string): string;
    /** The frames behind the last content. */
    end(reason: 'stop' | 'length' | 'tool', tokens?: Tokens): string;
    /** An error inside the stream. */
    failure(type: string, message: string): string;
    /** The body of an HTTP error. */
    errorBody(type: string, message: string): string;
}

/** Writes SSE frames as OpenAI's chat completions do; so do Ollama, vLLM, LM Studio and many more. */
export const openAiDialect: Dialect = {
    settings: (baseUrl) => ({
        kind: 'openai-compatible',
        baseUrl,
        apiKey: {source: 'env', id: 'STUB_KEY'},
        model: 'stub-model',
    }),
    begin: () => openAiFrame({delta: {role: 'assistant', content: ''}}),
    text: (...chunks) => chunks.map((content) => openAiFrame({delta: {content}})).join(''),
    reasoning: (...chunks) =>
        chunks.map((text) => openAiFrame({delta: {reasoning_content: text}})).join(''),
    toolCall(id, name, args) {
        const [head, tail] = [args.slice(0, 3), args.slice(3)];
        const first = {index: 0, id, type: 'function', function: {name, arguments: head}};
        const second = {index: 0, function: {arguments: tail}};
        return [first, second].map((call) => openAiFrame({delta: {tool_calls: [call]}})).join('');
    },
    end(reason, tokens) {
        const finish = {stop: 'stop', length: 'length', tool: 'tool_calls'}[reason];
        const usage = tokens && {
            prompt_tokens: tokens.input,
            completion_tokens: tokens.output,
            total_tokens: tokens.input + tokens.output,
        };
        return (
            openAiFrame({delta: {}, finish_reason: finish}) +
            (usage === undefined ? '' : frame({...OPENAI_HEAD, choices: [], usage})) +
            'data: [DONE]\n\n'
        );
    },
    failure: (type, message) => frame({error: {message, type, param: null, code: type}}),
    errorBody: (type, message) => JSON.stringify({error: {message, type, param: null, code: type}}),
};

const OPENAI_HEAD = {
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1_760_000_000,
    model: 'stub-model-2026',
};

function openAiFrame(choice: object): string {
    return frame({...OPENAI_HEAD, choices: [{index: 0, finish_reason: null, ...choice}]});
}

/** Writes SSE frames as Anthropic's messages do. */
export const anthropicDialect: Dialect = {
    settings: (baseUrl) => ({
        kind: 'anthropic',
        baseUrl,
        apiKey: {source: 'env', id: 'STUB_KEY'},
        model: 'stub-model',
        maxOutputTokens: 1000,
    }),
    begin: (tokens = {input: 0, output: 0}) =>
        named('message_start', {
            message: {
                id: 'msg_1',
                type: 'message',
                role: 'assistant',
                model: 'stub-model-2026',
                content: [],
                stop_reason: null,
                stop_sequence: null,
                usage: {input_tokens: tokens.input, output_tokens: 1},
            },
        }) + named('ping', {}),
    text: (...chunks) =>
        block(
            {type: 'text', text: ''},
            chunks.map((text) => ({type: 'text_delta', text})),
        ),
    reasoning: (...chunks) =>
        block({type: 'thinking', thinking: '', signature: ''}, [
            ...chunks.map((thinking) => ({type: 'thinking_delta', thinking})),
            {type: 'signature_delta', signature: 'c2lnbmVk'},
        ]),
    toolCall: (id, name, args) =>
        block({type: 'tool_use', id, name, input: {}}, [
            {type: 'input_json_delta', partial_json: args.slice(0, 3)},
            {type: 'input_json_delta', partial_json: args.slice(3)},
        ]),
    end: (reason, tokens = {input: 0, output: 0}) =>
        named('message_delta', {
            delta: {
                stop_reason: {stop: 'end_turn', length: 'max_tokens', tool: 'tool_use'}[reason],
                stop_sequence: null,
            },
            usage: {output_tokens: tokens.output},
        }) + named('message_stop', {}),
    failure: (type, message) => named('error', {error: {type, message}}),
    errorBody: (type, message) => JSON.stringify({type: 'error', error: {type, message}}),
};

/** Blocks share the index 0: they never overlap here, and the reader takes a new start as a new block. */
function block(start: object, deltas: readonly object[]): string {
    return (
        named('content_block_start', {index: 0, content_block: start}) +
        deltas.map((delta) => named('content_block_delta', {index: 0, delta})).join('') +
        named('content_block_stop', {index: 0})
    );
}

function named(type: string, fields: object): string {
    return `event: ${type}\n${frame({type, ...fields})}`;
}

function frame(value: object): string {
    return `data: ${JSON.stringify(value)}\n\n`;
}
