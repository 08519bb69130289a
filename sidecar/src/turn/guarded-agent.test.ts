import type {Agent, AgentEvent} from '../agent/agent.ts';
import {runGuarded} from './guarded-agent.ts';

const TURN = {
    turnId: 't',
    sessionId: 's',
    system: '',
    messages: [{role: 'user' as const, text: 'hi'}],
    user: {id: 'u', username: 'alice'},
};
const LIMITS = {totalMs: 60_000, idleMs: 10_000};

beforeEach(() => {
    jest.useFakeTimers();
});
afterEach(() => {
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
});

function agentOf(run: (signal: AbortSignal) => AsyncIterable<AgentEvent>): Agent {
    return {kind: 'test', run: (_turn, signal) => run(signal)};
}

async function collect(agent: Agent, signal = new AbortController().signal): Promise<AgentEvent[]> {
    const events: AgentEvent[] = [];
    for await (const event of runGuarded(agent, TURN, LIMITS, signal)) events.push(event);
    return events;
}

const never = new Promise<never>(() => undefined);

it('[ROUTE-03] passes the events of a well-behaved agent on', async () => {
    const events: AgentEvent[] = [
        {kind: 'text', text: 'Hello'},
        {kind: 'done', reason: 'stop'},
    ];
    const agent = agentOf(async function* () {
        yield* events;
    });
    expect(await collect(agent)).toEqual(events);
});

it('[ROUTE-03] turns what an agent throws into a failure, also when it throws before it streams', async () => {
    const early = agentOf(() => {
        throw new TypeError('no such thing');
    });
    const late = agentOf(async function* () {
        yield {kind: 'text', text: 'Hel'};
        throw new TypeError('no such thing');
    });
    for (const agent of [early, late]) {
        expect((await collect(agent)).at(-1)).toMatchObject({
            kind: 'failed',
            code: 'internal',
            detail: 'TypeError: no such thing',
            retryable: true,
        });
    }
});

it('[ROUTE-03] ends a run whose agent hangs and ignores its signal, by the idle limit', async () => {
    const agent = agentOf(async function* () {
        yield {kind: 'text', text: 'Hel'};
        await never;
    });
    const run = collect(agent);
    await jest.advanceTimersByTimeAsync(11_500);
    expect((await run).map((event) => ('code' in event ? event.code : event.kind))).toEqual([
        'text',
        'timeout',
    ]);
});

it('[ROUTE-03] ends a run that talks for ever, by the total limit', async () => {
    const agent = agentOf(async function* () {
        for (;;) {
            await new Promise((resolve) => setTimeout(resolve, 5_000));
            yield {kind: 'text', text: '.'};
        }
    });
    const run = collect(agent);
    await jest.advanceTimersByTimeAsync(70_000);
    const events = await run;
    expect(events.at(-1)).toMatchObject({
        kind: 'failed',
        code: 'timeout',
        message: 'The agent was not done after 60 seconds, so it was stopped.',
        detail: 'limit: turn.timeoutMinutes (60 seconds)',
    });
    expect(events.length).toBeLessThanOrEqual(13);
});

it('[ROUTE-03] [SES-13] counts from where the run began, and names the limit as it is set', async () => {
    const agent = agentOf(async function* () {
        await never;
    });
    const events: AgentEvent[] = [];
    const limits = {totalMs: 60_000, idleMs: 300_000, since: Date.now() - 50_000};
    const run = (async () => {
        for await (const event of runGuarded(agent, TURN, limits, new AbortController().signal)) {
            events.push(event);
        }
    })();
    await jest.advanceTimersByTimeAsync(12_000);
    await run;
    expect(events).toEqual([
        expect.objectContaining({
            message: 'The agent was not done after 60 seconds, so it was stopped.',
        }),
    ]);
});

it('[ROUTE-03] [BR-18] a limit of the agent itself takes the place of the turn’s', async () => {
    const agent: Agent = {
        ...agentOf(async function* () {
            await new Promise((resolve) => setTimeout(resolve, 50_000));
            yield {kind: 'text', text: 'At last.'};
            yield {kind: 'done', reason: 'stop'};
        }),
        limits: {idleMs: 55_000},
    };
    const run = collect(agent);
    await jest.advanceTimersByTimeAsync(59_000);
    expect((await run).at(-1)).toEqual({kind: 'done', reason: 'stop'});
});

it('[SES-10] ends within a second of the stop even when the agent ignores it', async () => {
    const controller = new AbortController();
    const agent = agentOf(async function* () {
        yield {kind: 'text', text: 'Hel'};
        await never;
    });
    const run = collect(agent, controller.signal);
    await jest.advanceTimersByTimeAsync(100);
    controller.abort();
    await jest.advanceTimersByTimeAsync(1_000);
    expect((await run).at(-1)).toMatchObject({kind: 'failed', code: 'cancelled'});
});

it('[SES-10] aborts the agent’s own signal when the caller stops', async () => {
    const controller = new AbortController();
    let seen: AbortSignal | undefined;
    const agent = agentOf(async function* (signal) {
        seen = signal;
        yield {kind: 'text', text: 'Hel'};
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
    });
    const run = collect(agent, controller.signal);
    await jest.advanceTimersByTimeAsync(1);
    controller.abort();
    await jest.advanceTimersByTimeAsync(10);
    await run;
    expect(seen?.aborted).toBe(true);
});

it.each([
    [
        'throws',
        async function* (): AsyncGenerator<AgentEvent> {
            yield {kind: 'text', text: 'x'};
            throw new Error('boom');
        },
        'internal',
    ],
    [
        'ends without a last word',
        async function* (): AsyncGenerator<AgentEvent> {
            yield {kind: 'text', text: 'x'};
        },
        'internal',
    ],
    [
        'sends nothing but white space',
        async function* (): AsyncGenerator<AgentEvent> {
            yield {kind: 'text', text: ' \n'};
            yield {kind: 'done', reason: 'stop'};
        },
        'empty',
    ],
])('[ROUTE-03] turns an agent that %s into one failure', async (_name, run, code) => {
    const events = await collect(agentOf(run));
    expect(events.at(-1)).toMatchObject({kind: 'failed', code});
    expect(events.filter((event) => event.kind === 'failed')).toHaveLength(1);
});
