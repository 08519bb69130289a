import {serviceWords, wordsOfAnswer} from './service-words.ts';

const bodies: readonly (readonly [string, string, string])[] = [
    ['OpenAI', '{"error":{"message":"No such model","type":"x","param":null}}', 'No such model'],
    ['LM Studio', '{"error":"No models loaded."}', 'No models loaded.'],
    ['vLLM', '{"object":"error","message":"No such model","code":404}', 'No such model'],
    ['FastAPI, one sentence', '{"detail":"Not authenticated"}', 'Not authenticated'],
    [
        'FastAPI, a list',
        '{"detail":[{"type":"extra_forbidden","loc":["body","stream_options"],"msg":"Extra inputs are not permitted","input":{"secret":"the prompt"}}]}',
        'stream_options: Extra inputs are not permitted',
    ],
    [
        'Gemini',
        '[{"error":{"code":400,"message":"API key not valid","status":"INVALID"}}]',
        'API key not valid',
    ],
    [
        'Anthropic',
        '{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}',
        'Overloaded',
    ],
    [
        'OpenRouter',
        '{"error":{"message":"Provider returned error","code":400,"metadata":{"raw":"{\\"error\\":{\\"message\\":\\"too hot\\"}}","provider_name":"X"}}}',
        'Provider returned error: too hot',
    ],
    [
        'LiteLLM',
        '{"error":{"message":"litellm.BadRequestError: OpenAIException - {\\"error\\": {\\"message\\": \\"no such thing\\"}}","type":null}}',
        'litellm.BadRequestError: OpenAIException: no such thing',
    ],
    [
        'plain text',
        'upstream  connect error\nor disconnect',
        'upstream connect error or disconnect',
    ],
    [
        'a web page',
        '<html><head><title>502</title><style>b{}</style></head><body><h1>502 Bad Gateway</h1><hr>nginx</body></html>',
        '502 Bad Gateway nginx',
    ],
    ['no more than braces', 'unknown option {x}', 'unknown option {x}'],
    ['nothing', '', ''],
    ['other JSON', '{"messages":[{"content":"the prompt"}]}', ''],
];

it.each(bodies)('[BR-05] reads the words of %s', (_what, body, text) => {
    expect(serviceWords(body).text).toBe(text);
});

it('[BR-05] takes the status line where the body says nothing', () => {
    expect(wordsOfAnswer({responseBody: '', message: 'Bad Request'}).text).toBe('Bad Request');
});

it('[BR-05] [BR-12] reads names and fields, outermost first', () => {
    const openAi = '{"error":{"message":"m","type":"t","param":"max_tokens","code":"c"}}';
    expect(serviceWords(openAi)).toMatchObject({names: ['c', 't'], fields: ['max_tokens']});
    const fastApi = '{"detail":[{"type":"extra_forbidden","loc":["body","top_p"],"msg":"no"}]}';
    expect(serviceWords(fastApi)).toMatchObject({names: ['extra_forbidden'], fields: ['top_p']});
});

it('[BR-05] reads errors within errors only so deep', () => {
    let body: unknown = 'the end';
    for (let depth = 0; depth < 50; depth += 1) body = {error: body};
    expect(serviceWords(body).text).toBe('');
});
