import type {AgentEvent, AgentMessage} from '../agent.ts';
import {collect, describeAgent, lastOf, textOf, turnOf} from '../agent.contract.ts';
import {createDemoAgent} from './demo-agent.ts';
import {tour} from './tour.ts';

describeAgent('[ROUTE-02] demo', async () => ({
    agent: createDemoAgent({delayMs: 0}),
    stage: (scenario) => turnOf({answer: 'stream', hang: 'slow 300', fail: 'error'}[scenario]),
    held: () => 0,
    stop: async () => undefined,
}));

const agent = createDemoAgent({delayMs: 0});
const ask = (text: string): Promise<AgentEvent[]> => collect(agent, turnOf(text));
const says = async (text: string): Promise<string> => textOf(await ask(text));
const talk = async (...messages: readonly AgentMessage[]): Promise<string> =>
    textOf(await collect(agent, {...turnOf(''), messages}));
const kinds = (events: readonly AgentEvent[]): string[] => [...new Set(events.map((e) => e.kind))];

describe('the tour of the demo agent', () => {
    it.each(['hello', 'Hi!', 'help', '?', 'What can you do?', '@gangway hey there'])(
        '[ROUTE-02] is offered whole to who says %s',
        async (text) => {
            const answer = await says(text);
            expect(answer).toContain('Welcome aboard, alice.');
            for (const stop of tour) expect(answer).toContain(`\`${stop.write}\``);
        },
    );

    it.each(tour.map((stop) => [stop.write]))(
        '[ROUTE-02] leads from `%s` to something else than small talk',
        async (text) => {
            const events = await ask(text.replace(/\d+/, '1'));
            expect(textOf(events)).not.toContain('I only know my tour');
            expect(textOf(events)).not.toContain('Welcome aboard');
            lastOf(events);
        },
    );

    it('[ROUTE-02] says the same to the same question, and nothing by chance', async () => {
        for (const text of ['help', 'long', 'code', 'file', 'why is the sea salty?']) {
            expect(await ask(text)).toEqual(await ask(text));
        }
    });

    it('[ROUTE-02] streams in small chunks', async () => {
        const events = await ask('please stream something');
        const chunks = events.filter(({kind}) => kind === 'text');
        expect(chunks.length).toBeGreaterThan(100);
        expect(textOf(events).length).toBeGreaterThan(800);
    });

    it('[ROUTE-02] has an answer that no post can hold, with all that is hard to cut', async () => {
        const answer = await says('a long answer, please');
        expect(Array.from(answer).length).toBeGreaterThan(16_383);
        for (const construct of [
            /^## /m,
            /^```python$/m,
            /^```json$/m,
            /^\|[:-]+\|/m,
            /^- \[x\] /m,
        ]) {
            expect(answer).toMatch(construct);
        }
        expect(answer.match(/^```/gm)!.length % 2).toBe(0);
    });

    it.each([
        ['table', /^\| Marigold \| 1894 \|/m],
        ['code', /^```typescript\n[\s\S]+?^```\n[\s\S]+^```sql\n[\s\S]+^```diff\n/m],
    ])('[ROUTE-02] shows a %s', async (word, pattern) => {
        expect(await says(word)).toMatch(pattern);
    });

    it('[ROUTE-02] reasons before it answers', async () => {
        const events = await ask('reasoning');
        const order = events.map(({kind}) => kind);
        expect(order.lastIndexOf('reasoning')).toBeLessThan(order.indexOf('text'));
        expect(order.filter((kind) => kind === 'reasoning').length).toBeGreaterThan(50);
    });

    it('[ROUTE-02] uses tools, of which one fails, and ends each', async () => {
        const events = await ask('tool');
        const started = events.flatMap((e) => (e.kind === 'tool-start' ? [e.id] : []));
        const ended = events.flatMap((e) => (e.kind === 'tool-end' ? [e.id] : []));
        expect(started).toHaveLength(3);
        expect(ended).toEqual(started);
        expect(events).toContainEqual({kind: 'tool-end', id: started[1], ok: false});
    });

    it('[ROUTE-02] asks a question with three choices and understands the answer', async () => {
        const events = await ask('ask me something');
        const asked = events.find((event) => event.kind === 'ask')!;
        expect(asked.options).toHaveLength(3);
        expect(lastOf(events)).toEqual({kind: 'done', reason: 'stop'});
        for (const text of [asked.options![1]!, '2', '@alice: I like the old harbour best']) {
            const answer = await talk(
                {role: 'user', text: 'ask me something'},
                {role: 'assistant', text: textOf(events)},
                {role: 'user', text},
            );
            expect(answer).toContain('smoked fish');
        }
    });

    it('[ROUTE-02] makes a table and a picture as files', async () => {
        const files = (await ask('file')).flatMap((e) => (e.kind === 'file' ? [e] : []));
        expect(files.map(({name, mimeType}) => [name, mimeType])).toEqual([
            ['tides.csv', 'text/csv'],
            ['harbour.png', 'image/png'],
        ]);
        expect(new TextDecoder().decode(files[0]!.data)).toMatch(
            /^time,tide,metres\n00:04,low,0.7\n/,
        );
    });

    it('[ROUTE-02] fails half-way when asked to', async () => {
        const events = await ask('error');
        expect(textOf(events)).toMatch(/the line$/);
        expect(lastOf(events)).toMatchObject({kind: 'failed', retryable: true});
        expect(kinds(events)).toEqual(['text', 'failed']);
    });

    it('[ROUTE-02] tells back what was said in this session, and only that', async () => {
        const answer = await talk(
            {role: 'user', text: 'My boat is called Patience'},
            {role: 'assistant', text: 'A fine name.'},
            {role: 'user', text: 'remember that the tide turns at six'},
            {role: 'assistant', text: 'Noted.'},
            {role: 'user', text: 'what did I say before?'},
        );
        expect(answer).toContain('1. My boat is called Patience\n2. remember that the tide');
        expect(answer).toContain('> the tide turns at six');
        expect(answer).not.toContain('A fine name');
        expect(await says('What did I say before?')).toContain('Nothing yet');
    });

    it('[ROUTE-02] tells one person only what that person said', async () => {
        const answer = await talk(
            {role: 'user', text: '@alice: I take the tiller'},
            {
                role: 'user',
                text: '<context source="channel">\n@carol: a long story\n</context>\n\n@bob: I cook',
            },
            {role: 'user', text: '@alice: what did I say before?'},
        );
        expect(answer).toContain('1. I take the tiller');
        expect(answer).not.toMatch(/cook|carol|story/);
    });

    it('[ROUTE-02] answers the question and not the context before it', async () => {
        const context = '<context source="channel">\n@carol: a table, or code?\n</context>';
        const answer = await says(`${context}\n\n@alice: good evening`);
        expect(answer).toContain('Welcome aboard, alice.');
        expect(await says(`${context}\n\n@alice: where is it?`)).toContain(
            '\n\n> where is it?\n\n',
        );
    });

    it('[ROUTE-02] notes what is to be remembered, even where it names a stop of the tour', async () => {
        expect(await says('Remember: the code of the table is 7')).toContain(
            '> the code of the table is 7',
        );
    });

    it('[ROUTE-02] quotes any other question and points at two stops', async () => {
        const answer = await says('Why is the sea salty?\nAnd wet?');
        expect(answer).toContain('> Why is the sea salty?\n> And wet?');
        expect(answer.match(/^- `/gm)).toHaveLength(2);
    });

    it('[ROUTE-02][BR-02] does not take for the question what Gangway says of files', async () => {
        const note =
            '[Attached file "table.pdf" (application/pdf, 3 KB). Its content cannot be read yet.]';
        const answer = await says(`Summarise this\n${note}`);
        expect(answer).toContain('You wrote:\n\n> Summarise this\n\n');
        expect(answer).not.toContain('Attached');
    });

    it('[ROUTE-02] plays the stop that is named first', async () => {
        expect(await says('a table or some code?')).toContain('Marigold');
        expect(await says('some code or a table?')).toContain('highWater');
    });

    it('[ROUTE-02] knows words, not parts of words', async () => {
        expect(await says('stable belongings, profiled')).toContain('You wrote:');
    });

    it('[ROUTE-03] counts tokens by the length of what was said', async () => {
        const events = await ask('stream');
        expect(events.at(-2)).toEqual({
            kind: 'usage',
            inputTokens: 2,
            outputTokens: Math.ceil(textOf(events).length / 4),
            model: 'demo',
        });
    });
});

describe('the pace of the demo agent', () => {
    beforeEach(() => {
        jest.useFakeTimers();
    });
    afterEach(() => {
        jest.useRealTimers();
    });

    it('[ROUTE-02] is 25 ms between two words', async () => {
        const events: AgentEvent[] = [];
        const running = (async () => {
            const stream = createDemoAgent().run(turnOf('stream'), new AbortController().signal);
            for await (const event of stream) events.push(event);
        })();
        await jest.advanceTimersByTimeAsync(1_000);
        expect(events.length).toBeGreaterThanOrEqual(40);
        expect(events.length).toBeLessThanOrEqual(42);
        await jest.advanceTimersByTimeAsync(60_000);
        await running;
    });

    it.each([
        ['slow 30', 30_000],
        ['slow, please', 10_000],
        ['slow 99999', 600_000],
    ])('[ROUTE-02] makes `%s` last %i ms', async (text, ms) => {
        const start = Date.now();
        let took = 0;
        const running = ask(text).then(() => (took = Date.now() - start));
        await jest.advanceTimersByTimeAsync(700_000);
        await running;
        expect(took).toBe(ms);
    });

    it('[ROUTE-03] leaves no timer behind when it is cancelled', async () => {
        const controller = new AbortController();
        const running = collect(createDemoAgent(), turnOf('slow 60'), controller.signal);
        await jest.advanceTimersByTimeAsync(3_000);
        controller.abort();
        expect(lastOf(await running)).toMatchObject({code: 'cancelled'});
        expect(jest.getTimerCount()).toBe(0);
    });
});
