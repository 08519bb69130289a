import {silentLog} from '../contract/log.ts';
import {collect, describeAgent, turnOf} from './agent.contract.ts';
import type {AgentSubject} from './agent.contract.ts';
import {createAgent} from './create-agent.ts';
import type {AgentSettings} from './agent-settings.ts';
import {describeModelAgent} from './model.contract.ts';
import {anthropicDialect, openAiDialect} from './stub/dialect.stub.ts';
import type {Dialect} from './stub/dialect.stub.ts';
import {startProviderServer} from './stub/provider-server.stub.ts';
import {directOutbound} from '../net/direct.fixture.ts';

async function subjectOf(dialect: Dialect): Promise<AgentSubject> {
    const server = await startProviderServer();
    const {begin, text, end, failure} = dialect;
    const said = begin() + text('A gangway ', 'is a bridge.');
    return {
        agent: createAgent(
            {...dialect.settings(server.url), maxRetries: 0},
            {
                resolveSecret: async () => 'the-key-of-the-stub',
                log: silentLog,
                fetch: directOutbound.fetch,
            },
        ),
        stage(scenario) {
            switch (scenario) {
                case 'answer':
                    server.reply({body: said + end('stop')});
                    break;
                case 'hang':
                    server.reply({body: said, then: 'hang'});
                    break;
                case 'fail':
                    server.reply({body: said + failure('api_error', 'it broke')});
                    break;
            }
            return turnOf('What is a gangway?');
        },
        held: () => server.held(),
        stop: () => server.stop(),
    };
}

for (const [kind, dialect] of [
    ['openai-compatible', openAiDialect],
    ['anthropic', anthropicDialect],
] as const) {
    describeAgent(`[ROUTE-02] ${kind}`, () => subjectOf(dialect));
    describeModelAgent(kind, dialect);
}

it.each([
    ['text', 'boom: no such adapter'],
    ['an object of another shape', {detail: 'boom: no such adapter'}],
])(
    '[BR-05] openai-compatible: an error in the stream that is %s keeps its words',
    async (_, sent) => {
        const said = openAiDialect.begin() + openAiDialect.text('A gangway');
        const body = `${said}data: ${JSON.stringify({error: sent})}\n\n`;
        const agent = createAgent(openAiDialect.settings('http://127.0.0.1:9/v1'), {
            resolveSecret: async () => 'key-1',
            log: silentLog,
            fetch: async () => new Response(body),
        });
        const events = await collect(agent, turnOf('Hi'));
        expect(events.at(-1)).toMatchObject({
            code: 'bad-response',
            detail: 'stream error: boom: no such adapter',
        });
    },
);

it('[DEL-17] anthropic: keeps words that stand in the start of a text block', async () => {
    const said = anthropicDialect.begin() + anthropicDialect.text(' two a day.');
    const body =
        said.replace('{"type":"text","text":""}', '{"type":"text","text":"The dose is"}') +
        anthropicDialect.end('stop');
    expect(body).toContain('The dose is');
    const agent = createAgent(anthropicDialect.settings('http://127.0.0.1:9/v1'), {
        resolveSecret: async () => 'key-1',
        log: silentLog,
        fetch: async () => new Response(body),
    });
    const events = await collect(agent, turnOf('How much?'));
    const text = events.flatMap((event) => (event.kind === 'text' ? [event.text] : []));
    expect(text.join('')).toBe('The dose is two a day.');
    expect(events.at(-1)).toEqual({kind: 'done', reason: 'stop'});
});

interface Sent {
    readonly url: string;
    readonly headers: Headers;
    readonly body: Record<string, unknown>;
}

describe('what each kind sends', () => {
    /** The one request that these settings lead to. */
    async function requestOf(settings: AgentSettings): Promise<Sent> {
        const sent: Sent[] = [];
        const fetch: typeof globalThis.fetch = async (input, init = {}) => {
            sent.push({
                url: input instanceof Request ? input.url : String(input),
                headers: new Headers(init.headers),
                body: JSON.parse(typeof init.body === 'string' ? init.body : '{}'),
            });
            return new Response('{}', {status: 400});
        };
        const agent = createAgent(settings, {
            resolveSecret: async () => 'key-1',
            log: silentLog,
            fetch,
        });
        await collect(agent, turnOf('Hi'));
        expect(sent).toHaveLength(1);
        return sent[0]!;
    }
    const base = {kind: 'anthropic', apiKey: 'key-1', model: 'claude-sonnet-4-5'} as const;

    it('[ROUTE-02] anthropic: to the vendor itself, whatever the environment says', async () => {
        const before = process.env['ANTHROPIC_BASE_URL'];
        process.env['ANTHROPIC_BASE_URL'] = 'https://elsewhere.example';
        try {
            expect((await requestOf(base)).url).toBe('https://api.anthropic.com/v1/messages');
        } finally {
            if (before === undefined) delete process.env['ANTHROPIC_BASE_URL'];
            else process.env['ANTHROPIC_BASE_URL'] = before;
        }
    });

    it.each([
        [undefined, undefined],
        ['off', {type: 'disabled'}],
        [{budgetTokens: 2048}, {type: 'enabled', budget_tokens: 2048}],
    ] as const)('[ROUTE-02] anthropic: thinking %j', async (thinking, expected) => {
        const settings = thinking === undefined ? base : {...base, thinking};
        const {body} = await requestOf(settings);
        expect(body.thinking).toEqual(expected);
    });

    it('[ROUTE-02] anthropic: adaptive thinking with readable summaries', async () => {
        const {body} = await requestOf({...base, model: 'claude-opus-4-7', thinking: 'adaptive'});
        expect(body.thinking).toEqual({
            type: 'adaptive',
            display: 'summarized',
        });
    });

    it('[ROUTE-02] an agent that stays sends a key that was changed meanwhile', async () => {
        const sent: (string | null)[] = [];
        const fetch: typeof globalThis.fetch = async (_input, init = {}) => {
            sent.push(new Headers(init.headers).get('x-api-key'));
            return new Response('{}', {status: 400});
        };
        let key = 'key-1';
        const agent = createAgent(base, {resolveSecret: async () => key, log: silentLog, fetch});
        await collect(agent, turnOf('Hi'));
        await collect(agent, turnOf('Hi'));
        key = 'key-2';
        await collect(agent, turnOf('Hi'));
        expect(sent).toEqual(['key-1', 'key-1', 'key-2']);
    });

    it('[ROUTE-02] openai-compatible: limits and temperature, and no key where none is set', async () => {
        const {url, headers, body} = await requestOf({
            kind: 'openai-compatible',
            baseUrl: 'http://127.0.0.1:11434/v1/',
            model: 'llama3.3',
            temperature: 0.2,
            maxOutputTokens: 256,
        });
        expect(url).toBe('http://127.0.0.1:11434/v1/chat/completions');
        expect(body).toMatchObject({temperature: 0.2, max_tokens: 256});
        expect(headers.has('authorization')).toBe(false);
    });
});
