import fc from 'fast-check';
import type {Agent, AgentEvent, AgentTurn} from './agent.ts';

/** What the agent shall do in its next run. */
type Scenario =
    /** Answer with text, to its end. */
    | 'answer'
    /** Say something, then nothing more for minutes. */
    | 'hang'
    /** Say something, then fail. */
    | 'fail';

/** An agent with what a test needs around it. */
export interface AgentSubject {
    readonly agent: Agent;
    /** Prepares the next run and returns the turn that brings it about. */
    stage(scenario: Scenario): AgentTurn;
    /** Connections, processes and the like that are held for runs. */
    held(): number;
    stop(): Promise<void>;
}

/** A turn whose only message is `text`. */
export function turnOf(text: string): AgentTurn {
    return {
        turnId: 'post-1',
        sessionId: 'session-1',
        system: '',
        messages: [{role: 'user', text}],
        user: {id: 'user-1', username: 'alice'},
    };
}

/** All events of a run. */
export async function collect(
    agent: Agent,
    turn: AgentTurn,
    signal: AbortSignal = new AbortController().signal,
): Promise<AgentEvent[]> {
    const events: AgentEvent[] = [];
    for await (const event of agent.run(turn, signal)) events.push(event);
    return events;
}

/** The text of an answer. */
export function textOf(events: readonly AgentEvent[]): string {
    return events.map((event) => (event.kind === 'text' ? event.text : '')).join('');
}

/** Checks that exactly one event ends the run, and that it is the last one; returns it. */
export function lastOf(events: readonly AgentEvent[]): AgentEvent {
    const ends = events.filter(({kind}) => kind === 'done' || kind === 'failed');
    expect(ends).toHaveLength(1);
    expect(events.at(-1)).toBe(ends[0]);
    return ends[0]!;
}

/** What every kind of agent keeps to, whatever stands behind it. */
export function describeAgent(name: string, start: () => Promise<AgentSubject>): void {
    describe(`${name} as an agent`, () => {
        let subject: AgentSubject;
        beforeAll(async () => {
            subject = await start();
        });
        afterAll(() => subject.stop());
        afterEach(async () => {
            await nothingHeld(subject);
        });

        it('[ROUTE-03] ends an answer with exactly one done, as its last event', async () => {
            const events = await collect(subject.agent, subject.stage('answer'));
            expect(textOf(events)).not.toBe('');
            expect(lastOf(events)).toEqual({kind: 'done', reason: 'stop'});
        });

        it('[ROUTE-03] ends a failure with exactly one failed, after the text before it', async () => {
            const events = await collect(subject.agent, subject.stage('fail'));
            expect(textOf(events)).not.toBe('');
            const last = lastOf(events);
            expect(last).toMatchObject({kind: 'failed', message: expect.stringMatching(/\w.+\.$/)});
        });

        it('[ROUTE-03] does nothing but say so when it is cancelled before it starts', async () => {
            const events = await collect(
                subject.agent,
                subject.stage('answer'),
                AbortSignal.abort(new Error('a reason of the caller')),
            );
            expect(events).toEqual([cancelled]);
        });

        it('[ROUTE-03] ends with its cancellation and holds nothing', async () => {
            const turn = subject.stage('hang');
            const controller = new AbortController();
            const events: AgentEvent[] = [];
            for await (const event of subject.agent.run(turn, controller.signal)) {
                events.push(event);
                if (event.kind === 'text') setTimeout(() => controller.abort(), 100);
            }
            expect(textOf(events)).not.toBe('');
            expect(lastOf(events)).toEqual(cancelled);
            await nothingHeld(subject);
        });

        it('[ROUTE-03] gives everything back while its caller is busy', async () => {
            const controller = new AbortController();
            const stream = subject.agent.run(subject.stage('hang'), controller.signal);
            const events = stream[Symbol.asyncIterator]();
            expect(await events.next()).toMatchObject({value: {kind: 'text'}});
            controller.abort();
            await nothingHeld(subject);
            expect(await events.next()).toEqual({done: false, value: cancelled});
            expect(await events.next()).toEqual({done: true, value: undefined});
        });

        it('[ROUTE-03] gives everything back when its caller leaves early', async () => {
            const turn = subject.stage('hang');
            for await (const event of subject.agent.run(turn, new AbortController().signal)) {
                if (event.kind === 'text') break;
            }
            await nothingHeld(subject);
        });

        it('[ROUTE-03] keeps runs at the same time apart', async () => {
            const hanging = new AbortController();
            const first = collect(subject.agent, subject.stage('hang'), hanging.signal);
            await new Promise((resolve) => setTimeout(resolve, 100));
            const second = collect(subject.agent, subject.stage('answer'));
            expect(lastOf(await second)).toMatchObject({kind: 'done'});
            hanging.abort();
            expect(lastOf(await first)).toEqual(cancelled);
        });

        it('[ROUTE-03] never throws, whatever the conversation is', async () => {
            const messages = fc.array(
                fc.record({
                    role: fc.constantFrom('user' as const, 'assistant' as const),
                    text: fc.string({unit: 'binary', maxLength: 40}),
                }),
                {maxLength: 4},
            );
            await fc.assert(
                fc.asyncProperty(messages, fc.string({unit: 'binary'}), async (said, system) => {
                    const turn = {...subject.stage('answer'), messages: said, system};
                    lastOf(await collect(subject.agent, turn));
                }),
                {numRuns: 40},
            );
        });
    });
}

const cancelled = expect.objectContaining({kind: 'failed', code: 'cancelled', retryable: true});

/** Waits until nothing is held; a limit of the agent itself would come much later than this one. */
async function nothingHeld(subject: AgentSubject): Promise<void> {
    const start = performance.now();
    while (subject.held() > 0 && performance.now() - start < 20_000) {
        await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(subject.held()).toBe(0);
}
