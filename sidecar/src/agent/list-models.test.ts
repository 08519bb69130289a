import {silentLog} from '../contract/log.ts';
import {listModels} from './list-models.ts';

const settings = {
    kind: 'openai-compatible',
    baseUrl: 'http://127.0.0.1:1/v1/',
    model: 'm',
    apiKey: 'sk-very-secret-key',
    headers: {'x-team': 'deck-secret-header'},
} as const;
const {signal} = new AbortController();

function deps(answer: () => Promise<Response>) {
    const calls: {url: string; headers: unknown}[] = [];
    return {
        calls,
        log: silentLog,
        resolveSecret: async (input: unknown) => String(input),
        fetch: async (url: unknown, init?: RequestInit) => {
            calls.push({url: String(url), headers: init?.headers});
            return await answer();
        },
    };
}

it('[ROUTE-07] asks the service with the key and headers of the agent', async () => {
    const one = deps(async () => Response.json({data: [{id: 'b'}, {id: 'a', owned_by: 'x'}]}));
    expect(await listModels(settings, one, signal)).toEqual({kind: 'listed', models: ['a', 'b']});
    expect(one.calls).toEqual([
        {
            url: 'http://127.0.0.1:1/v1/models',
            headers: {
                authorization: 'Bearer sk-very-secret-key',
                'x-team': 'deck-secret-header',
            },
        },
    ]);
    const other = deps(async () => Response.json({data: []}));
    await listModels({kind: 'anthropic', model: 'm', apiKey: 'k-123456'}, other, signal);
    expect(other.calls[0]).toMatchObject({
        url: 'https://api.anthropic.com/v1/models',
        headers: {'x-api-key': 'k-123456'},
    });
});

it('[ROUTE-07] says why there are none: refused, away, or something else than a model service', async () => {
    const refusals: [() => Promise<Response>, RegExp][] = [
        [
            async () =>
                Response.json({error: {message: 'bad key sk-very-secret-key'}}, {status: 401}),
            /^The service answered 401: bad key (?!.*sk-very)/,
        ],
        [
            async () =>
                Response.json({detail: `${'x'.repeat(290)}sk-very-secret-key`}, {status: 422}),
            /^The service answered 422: x{290}(?!s)/,
        ],
        [async () => Response.json({error: 'no such thing'}, {status: 404}), /404: no such thing$/],
        [async () => new Response('<html>', {status: 200}), /^The service answered 200\.$/],
        [() => Promise.reject(new TypeError('fetch failed')), /could not be asked: fetch failed/],
    ];
    for (const [answer, words] of refusals) {
        const list = await listModels(settings, deps(answer), signal);
        expect(list).toEqual({kind: 'failed', message: expect.stringMatching(words)});
        expect(JSON.stringify(list)).not.toContain('sk-very-secret-key');
    }
});
