import {isContextTooLong} from './context-too-long.ts';
import {serviceWords} from './service-words.ts';

const error = (fields: object): string => JSON.stringify({error: fields});

/** Refusals of size as services write them. */
const refusals: readonly (readonly [string, number, string])[] = [
    [
        'OpenAI',
        400,
        error({
            message:
                "This model's maximum context length is 8192 tokens. However, your messages resulted in 10000 tokens.",
            type: 'invalid_request_error',
            param: 'messages',
            code: 'context_length_exceeded',
        }),
    ],
    ['a code alone', 400, error({message: 'no', code: 'context_length_exceeded'})],
    [
        'OpenAI, beyond the budget of a minute',
        429,
        error({
            message:
                'Request too large for gpt-4o in organization org-1 on tokens per min (TPM): Limit 30000, Requested 40000.',
            type: 'tokens',
            code: 'rate_limit_exceeded',
        }),
    ],
    [
        'Anthropic',
        400,
        JSON.stringify({
            type: 'error',
            error: {
                type: 'invalid_request_error',
                message: 'prompt is too long: 208310 tokens > 200000 maximum',
            },
        }),
    ],
    [
        'Anthropic, with its answer',
        400,
        error({
            type: 'invalid_request_error',
            message:
                'input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000, decrease input length or `max_tokens` and try again',
        }),
    ],
    [
        'Anthropic, by bytes',
        413,
        error({type: 'request_too_large', message: 'Request exceeds the maximum size'}),
    ],
    [
        'vLLM',
        400,
        JSON.stringify({
            object: 'error',
            message:
                "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens (4000 in the messages, 1000 in the completion).",
            type: 'BadRequestError',
            param: null,
            code: 400,
        }),
    ],
    [
        'vLLM, decoder',
        400,
        error({
            message:
                'The decoder prompt (length 5000) is longer than the maximum model length of 4096.',
        }),
    ],
    [
        'SGLang',
        400,
        JSON.stringify({
            object: 'error',
            message:
                "The input (5000 tokens) is longer than the model's context length (4096 tokens).",
        }),
    ],
    [
        'LM Studio',
        400,
        '{"error":"Trying to keep the first 9000 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens, which is not enough."}',
    ],
    [
        'LM Studio, newer',
        400,
        '{"error":"The number of tokens to keep from the initial prompt is greater than the context length."}',
    ],
    ['Ollama', 400, '{"error":"the input length exceeds the context length"}'],
    [
        'llama.cpp',
        400,
        error({
            code: 400,
            message:
                'request (9412 tokens) exceeds the available context size (8192 tokens), try increasing it',
            type: 'exceed_context_size_error',
            n_prompt_tokens: 9412,
            n_ctx: 8192,
        }),
    ],
    ['llama.cpp, while it writes', 500, error({message: 'Context size has been exceeded.'})],
    [
        'OpenRouter',
        400,
        error({
            message:
                "This endpoint's maximum context length is 131072 tokens. However, you requested about 200000 tokens.",
            code: 400,
        }),
    ],
    [
        'OpenRouter, the words of another',
        400,
        error({
            message: 'Provider returned error',
            metadata: {raw: error({message: 'prompt is too long: 2 tokens > 1 maximum'})},
        }),
    ],
    [
        'Gemini',
        400,
        JSON.stringify([
            {
                error: {
                    code: 400,
                    message:
                        'The input token count (1200000) exceeds the maximum number of tokens allowed (1048575).',
                    status: 'INVALID_ARGUMENT',
                },
            },
        ]),
    ],
    [
        'Mistral',
        400,
        JSON.stringify({
            object: 'error',
            message:
                'Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length',
            type: 'invalid_request_error',
            code: '3051',
        }),
    ],
    [
        'xAI',
        400,
        '{"code":"Client specified an invalid argument","error":"This model\'s maximum prompt length is 131072 but the request contains 537812 tokens."}',
    ],
    [
        'Groq',
        400,
        error({message: 'Please reduce the length of the messages or completion.', type: 'x'}),
    ],
    [
        'Text Generation Inference',
        422,
        '{"error":"Input validation error: `inputs` tokens + `max_new_tokens` must be <= 8193. Given: 9000 `inputs` tokens","error_type":"validation"}',
    ],
    ['Bedrock', 400, '{"message":"Input is too long for requested model."}'],
    [
        'LiteLLM',
        400,
        error({message: 'litellm.ContextWindowExceededError: litellm.BadRequestError: no'}),
    ],
    ['Moonshot', 400, error({message: 'Your request exceeded model token limit: 8192'})],
    ['a proxy', 413, '<html><head><title>413</title></head><body>413</body></html>'],
];

it.each(refusals)('[SES-13] [BR-07] knows the refusal of %s', (_what, statusCode, body) => {
    expect(isContextTooLong({...serviceWords(body), statusCode})).toBe(true);
});

it.each(refusals.filter(([, status]) => status !== 413))(
    '[SES-13] [BR-07] knows the refusal of %s inside a stream',
    (_what, _status, body) => {
        expect(isContextTooLong(serviceWords(body))).toBe(true);
    },
);

it.each([
    [400, error({message: "Unsupported parameter: 'max_tokens'", param: 'max_tokens'})],
    [400, error({message: 'max_tokens is too large: 100000. This model supports at most 16384'})],
    [400, error({message: 'Invalid image', code: 'invalid_image'})],
    [404, error({message: 'The model `gpt-9` does not exist'})],
    [429, error({message: 'Rate limit reached on tokens per min (TPM): Limit 30000, Used 29000'})],
    [429, error({message: 'Too many requests'})],
    [500, error({message: 'The server had an error', type: 'server_error'})],
    [503, ''],
    [401, error({message: 'prompt is too long for your key'})],
])('[SES-13] takes no other refusal for it: %i %s', (statusCode, body) => {
    expect(isContextTooLong({...serviceWords(body), statusCode})).toBe(false);
});
