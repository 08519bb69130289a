import fc from 'fast-check';
import * as z from 'zod';
import {silentLog} from '../contract/log.ts';
import {agentSettingsSchema} from './agent-settings.ts';
import {createAgent} from './create-agent.ts';
import {directOutbound} from '../net/direct.fixture.ts';

const OPENAI = {
    kind: 'openai-compatible',
    baseUrl: 'http://127.0.0.1:11434/v1',
    model: 'llama3.3',
} as const;
const ANTHROPIC = {kind: 'anthropic', apiKey: 'key', model: 'claude-opus-5-5'} as const;

it.each([
    {kind: 'demo'},
    {kind: 'demo', default: true, systemPrompt: 'Be kind.', delayMs: 0},
    OPENAI,
    {...OPENAI, apiKey: 'text', temperature: 0, maxOutputTokens: 100, idleSeconds: 5},
    {...OPENAI, apiKey: {source: 'env', id: 'KEY'}, headers: {'x-a': {source: 'file', id: '/f'}}},
    ANTHROPIC,
    {...ANTHROPIC, thinking: 'adaptive', baseUrl: 'https://proxy.example/v1'},
    {...ANTHROPIC, thinking: {budgetTokens: 4096}},
])('[ROUTE-02] accepts %j and makes its agent', (settings) => {
    const parsed = agentSettingsSchema.parse(settings);
    expect(parsed).toEqual(settings);
    const agent = createAgent(parsed, {
        resolveSecret: async () => '',
        log: silentLog,
        fetch: directOutbound.fetch,
    });
    expect(agent.kind).toBe(settings.kind);
});

it.each([
    [{}, 'kind'],
    [{kind: 'chatgpt'}, 'kind'],
    [{kind: 'demo', model: 'x'}, ''],
    [{...OPENAI, baseURL: 'http://x'}, ''],
    [{...OPENAI, baseUrl: undefined}, 'baseUrl'],
    [{...OPENAI, baseUrl: 'localhost:11434'}, 'baseUrl'],
    [{...OPENAI, baseUrl: 'file:///etc/passwd'}, 'baseUrl'],
    [{...OPENAI, baseUrl: 'https://me:pw@example.org/v1'}, 'baseUrl'],
    [{...OPENAI, baseUrl: 'https://example.org/v1?key=1'}, 'baseUrl'],
    [{...OPENAI, model: ''}, 'model'],
    [{...OPENAI, apiKey: ''}, 'apiKey'],
    [{...OPENAI, apiKey: {source: 'exec', id: 'pass'}}, 'apiKey'],
    [{...OPENAI, apiKey: {source: 'env', id: 'K', provider: 'p'}}, 'apiKey'],
    [{...OPENAI, headers: {'bad header': 'x'}}, 'headers.bad header'],
    [{...OPENAI, temperature: 3}, 'temperature'],
    [{...OPENAI, maxRetries: -1}, 'maxRetries'],
    [{...OPENAI, thinking: 'off'}, ''],
    [{...ANTHROPIC, apiKey: undefined}, 'apiKey'],
    [{...ANTHROPIC, thinking: {budgetTokens: 10}}, 'thinking.budgetTokens'],
])('[ROUTE-02] refuses %j at "%s"', (settings, path) => {
    const result = agentSettingsSchema.safeParse(settings);
    expect(result.error?.issues.map((issue) => issue.path.join('.'))).toContain(path);
});

it('[ROUTE-06] marks each secret for forms and redaction', () => {
    const schema = JSON.stringify(z.toJSONSchema(agentSettingsSchema, {io: 'input'}));
    // Two API keys and two maps of headers.
    expect(schema.match(/"secret":true/g)).toHaveLength(4);
});

it('[ROUTE-06] does not repeat a secret in what it says about wrong settings', () => {
    const secret = 'sk-very-secret-value';
    for (const apiKey of [
        [secret],
        {source: secret, id: 'x'},
        {source: 'env', id: 'x', y: secret},
    ]) {
        const result = agentSettingsSchema.safeParse({...OPENAI, apiKey});
        expect(result.error).toBeDefined();
        expect(z.prettifyError(result.error!)).not.toContain(secret);
    }
});

it('[ROUTE-02] survives any settings', () => {
    const keys = ['kind', 'baseUrl', 'apiKey', 'model', 'headers', 'thinking', 'default'];
    const value = fc.oneof(fc.anything(), fc.constantFrom('demo', 'anthropic', 'http://x', true));
    fc.assert(
        fc.property(fc.dictionary(fc.constantFrom(...keys), value), (settings) => {
            expect(() => agentSettingsSchema.safeParse(settings)).not.toThrow();
        }),
    );
});
