import type {Agent, AgentEvent, AgentTurn} from '../agent/agent.ts';
import {silentLog} from '../contract/log.ts';
import type {AnswerEnd, DeliveryResult} from '../delivery/delivery.ts';
import type {Platform} from '../mattermost/platform.ts';
import {createContextLimits} from '../session/context-limits.ts';
import {createPendingContext} from '../session/context.ts';
import {createFreshStarts} from '../session/fresh-start.ts';
import {createJournal, type NewTurn} from '../session/journal.ts';
import {createParticipation} from '../session/participation.ts';
import {createQuotes} from '../session/quotes.ts';
import {TurnAbortedError, type RunContext} from '../session/turn-queue.ts';
import {createTranscripts} from '../session/transcript.ts';
import {createMemoryStore} from '../store/memory-store.ts';
import {accountDefaults} from '../../test/account-defaults.ts';
import {aTurn} from '../../test/a-turn.ts';
import type {RunHandle, TurnControl} from './control.ts';
import type {TurnDeps} from './deps.ts';
import {runTurn} from './run.ts';
import type {Work} from './work.ts';

const DELIVERED: DeliveryResult = {postIds: ['draft'], text: 'ten fathoms', delivered: true};

/** One turn on a store of its own; what is around it does as the test says. */
class Bench {
    readonly store = createMemoryStore();
    readonly ends: AnswerEnd[] = [];
    readonly written: AgentEvent[] = [];
    readonly abort = new AbortController();
    held = true;
    serverIsAway = false;
    result = DELIVERED;
    readonly journal = createJournal({
        store: this.store,
        runner: {id: 'me', held: () => this.held, isAlive: () => Promise.resolve(true)},
        log: silentLog,
    });
    readonly transcripts = createTranscripts({store: this.store});

    now = 0;

    async run(agent: Agent['run'], given: Partial<NewTurn> = {}): Promise<void> {
        const accepted = await this.journal.accept(aTurn({turnId: 'question', ...given}));
        if (accepted.kind !== 'accepted') throw new Error('not accepted');
        const items: Work[] = [{entry: accepted.entry, wanted: undefined}];
        const steering = {
            async *[Symbol.asyncIterator]() {
                await new Promise(() => undefined);
                yield* items;
            },
        };
        const context: RunContext<Work> = {signal: this.abort.signal, items, steering};
        const handle: RunHandle = {
            posts: [],
            postCreated: () => undefined,
            changes: new Map(),
            [Symbol.dispose]: () => undefined,
        };
        const control = {running: () => handle} as unknown as TurnControl;
        await runTurn(this.#deps(agent), control, context);
    }

    #deps(run: Agent['run']): TurnDeps {
        const settings = accountDefaults();
        const ask = async <T>(answer: T): Promise<T> => {
            if (this.serverIsAway) throw new Error('the server is away');
            return answer;
        };
        const platform = {
            bot: {userId: 'bot', username: 'gangway'},
            channel: () => ask({id: 'deck', type: 'O', displayName: 'Deck', deleteAt: 0}),
            user: (id: string) => ask({id, username: id, roles: [], timeZone: 'Europe/Berlin'}),
            getPost: () => ask({deleteAt: 0}),
            isMember: () => ask(true),
        };
        const deps: Partial<TurnDeps> = {
            account: 'default',
            platform: platform as unknown as Platform,
            settings: () => settings,
            agents: () => [{id: 'main', agent: {kind: 'test', run}}],
            store: this.store,
            journal: this.journal,
            transcripts: this.transcripts,
            freshStarts: createFreshStarts({store: this.store}),
            pending: createPendingContext({store: this.store, log: silentLog}),
            contextLimits: createContextLimits(),
            quotes: createQuotes(this),
            participation: createParticipation({store: this.store}),
            delivery: {
                open: () => ({
                    write: (event) => void this.written.push(event),
                    end: async (end) => {
                        this.ends.push(end);
                        return this.result;
                    },
                }),
            },
            buttons: {attachments: () => []},
            log: silentLog,
            now: () => this.now,
        };
        return deps as TurnDeps;
    }

    /** Turns that are open, and those of them that recovery may take. */
    async state(): Promise<{open: number; free: number}> {
        const [open, free] = [await this.journal.open(), await this.journal.orphans()];
        return {open: open.length, free: free.length};
    }
}

const answer: Agent['run'] = async function* () {
    yield {kind: 'text', text: 'ten fathoms'};
    yield {kind: 'done', reason: 'stop'};
};
const untilAborted: Agent['run'] = async function* (_turn, signal) {
    yield {kind: 'text', text: 'ten'};
    await new Promise((resolve) => signal.addEventListener('abort', resolve, {once: true}));
    yield {kind: 'failed', code: 'cancelled', message: '', retryable: true};
};

describe('the run of a turn', () => {
    let bench: Bench;
    beforeEach(() => {
        bench = new Bench();
    });

    it('[SES-06] ends with its answer, and remembers what was said', async () => {
        await bench.run(answer);
        expect(bench.ends).toEqual([{kind: 'done'}]);
        expect(await bench.state()).toEqual({open: 0, free: 0});
        const {messages} = await bench.transcripts.load('s');
        expect(messages.map(({role, text}) => [role, text])).toEqual([
            ['user', 'how deep?'],
            ['assistant', 'ten fathoms'],
        ]);
    });

    it('[SES-12] tells the time anew in each turn, and the instructions as they were', async () => {
        const asked: AgentTurn[] = [];
        for (const [turnId, minute] of [
            ['one', 58],
            ['two', 62],
        ] as const) {
            bench.now = Date.UTC(2026, 11, 31, 22, minute);
            await bench.run(
                (turn, signal) => {
                    asked.push(turn);
                    return answer(turn, signal);
                },
                {turnId},
            );
        }
        expect(asked.map(({now}) => now)).toEqual([
            'Thursday, 31 December 2026 at 23:58 (Europe/Berlin, UTC+01:00)',
            'Friday, 1 January 2027 at 00:02 (Europe/Berlin, UTC+01:00)',
        ]);
        expect(asked[0]?.system).toBe(asked[1]?.system);
        expect(asked[1]?.messages.slice(0, 1)).toEqual(asked[0]?.messages);
    });

    it('[DEL-15] says how a cut answer goes on where there are no buttons', async () => {
        await bench.run(async function* () {
            yield {kind: 'text', text: 'ten'};
            yield {kind: 'done', reason: 'length'};
        });
        expect(bench.ends).toMatchObject([
            {
                kind: 'cut',
                note: expect.stringMatching(/ Write `@gangway continue` for the rest\.$/),
            },
        ]);
        expect((await bench.transcripts.load('s')).messages.at(-1)).toMatchObject({
            broken: 'length',
        });
    });

    it('[DEL-09] leaves its posts alone and its turn to recovery when it cannot even begin', async () => {
        bench.serverIsAway = true;
        await bench.run(answer);
        expect(bench.ends).toEqual([{kind: 'abandoned'}]);
        expect(await bench.state()).toEqual({open: 1, free: 1});
    });

    it('[DEL-09] leaves its turn to recovery when its answer was not taken, and the place is still there', async () => {
        bench.result = {...DELIVERED, postIds: [], delivered: false};
        await bench.run(answer);
        expect(await bench.state()).toEqual({open: 1, free: 1});
        expect((await bench.transcripts.load('s')).messages).toEqual([]);
    });

    it('[DEL-09] shows nothing without the lease', async () => {
        const run = bench.run(async function* (turn, signal) {
            bench.held = false;
            yield* answer(turn, signal);
        });
        await run;
        expect(bench.ends).toEqual([{kind: 'abandoned'}]);
        bench.held = true;
        expect(await bench.state()).toEqual({open: 1, free: 1});
    });

    it('[DEL-09] leaves its posts to the runner that takes over when the lease is lost', async () => {
        const run = bench.run(untilAborted);
        await new Promise((resolve) => setImmediate(resolve));
        bench.abort.abort(new TurnAbortedError('lease-lost'));
        await run;
        expect(bench.ends).toEqual([{kind: 'abandoned'}]);
        expect(await bench.state()).toEqual({open: 1, free: 1});
    });

    it('[DEL-09] says at a shutdown that it goes on afterwards', async () => {
        const run = bench.run(untilAborted);
        await new Promise((resolve) => setImmediate(resolve));
        bench.abort.abort(new TurnAbortedError('shutdown'));
        await run;
        expect(bench.ends).toMatchObject([{kind: 'stopped', attachments: []}]);
        expect(await bench.state()).toEqual({open: 1, free: 1});
    });

    it('[SES-10] is over when a person stopped it', async () => {
        const run = bench.run(untilAborted);
        await new Promise((resolve) => setImmediate(resolve));
        bench.abort.abort(new TurnAbortedError('stopped-by-user', 'alice'));
        await run;
        expect(bench.ends).toMatchObject([
            {kind: 'stopped', note: '_Stopped._ React with 🔁 to try again.'},
        ]);
        expect(await bench.state()).toEqual({open: 0, free: 0});
    });

    it('notes that a tool with effects was run before anybody sees it', async () => {
        let noted: boolean | undefined;
        await bench.run(async function* () {
            yield {kind: 'tool-start', id: '1', name: 'search', repeatable: true};
            yield {kind: 'tool-end', id: '1', ok: true};
            noted = (await bench.journal.open())[0]?.sideEffects;
            yield {kind: 'tool-start', id: '2', name: 'cannon'};
            yield {kind: 'text', text: 'Fire!'};
            expect(noted).toBe(false);
            noted = (await bench.journal.open())[0]?.sideEffects;
            yield {kind: 'done', reason: 'stop'};
        });
        expect(noted).toBe(true);
        expect(bench.ends).toEqual([{kind: 'done'}]);
    });
});
