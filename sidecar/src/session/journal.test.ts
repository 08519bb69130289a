import fc from 'fast-check';

import {silentLog} from '../contract/log.ts';
import {createMemoryStore} from '../store/memory-store.ts';
import type {Store} from '../store/store.ts';
import {createJournal} from './journal.ts';
import type {Journal, NewTurn, TurnEntry} from './journal.ts';
import {aTurn} from '../../test/a-turn.ts';

const turn = (turnId: string): NewTurn =>
    aTurn({turnId, sessionId: 'f00', text: `question ${turnId}`});

/** Whether a runner is alive, as the tests say. */
class Fleet {
    readonly gone = new Set<string>();
    now = 1000;

    journal(store: Store, id: string): Journal {
        const runner = {
            id,
            held: () => !this.gone.has(id),
            isAlive: async (other: string) => !this.gone.has(other),
        };
        return createJournal({store, runner, log: silentLog, now: () => this.now});
    }
}

describe('the journal', () => {
    let fleet: Fleet;
    let store: Store;
    beforeEach(() => {
        fleet = new Fleet();
        store = createMemoryStore({now: () => fleet.now});
    });

    it('[DEL-09] writes a turn down before anything else, and keeps its progress', async () => {
        const a = fleet.journal(store, 'a');
        const accepted = await a.accept(turn('p1'));
        expect(accepted).toMatchObject({
            kind: 'accepted',
            entry: {...turn('p1'), runner: 'a', state: 'accepted', drafts: [], attempts: 1},
        });
        await a.progress('p1', () => ({state: 'running'}));
        await Promise.all([
            a.progress('p1', ({drafts}) => ({drafts: [...drafts, 'd1']})),
            a.progress('p1', ({drafts}) => ({drafts: [...drafts, 'd2']})),
            a.progress('p1', () => ({sideEffects: true})),
        ]);
        expect(await fleet.journal(store, 'b').open()).toMatchObject([
            {turnId: 'p1', state: 'running', drafts: ['d1', 'd2'], sideEffects: true},
        ]);
    });

    it('asks the store no more than it must: each call is a round trip that an answer waits for', async () => {
        const get = jest.spyOn(store, 'get');
        const set = jest.spyOn(store, 'compareAndSet');
        const calls = (): number => get.mock.calls.length + set.mock.calls.length;
        const a = fleet.journal(store, 'a');
        await a.accept(turn('p1'));
        expect(calls()).toBe(2);
        await a.progress('p1', () => ({state: 'running'}));
        await a.progress('p1', () => ({drafts: ['d1']}));
        expect(calls()).toBe(4);
        await a.close('p1');
        expect(calls()).toBe(7);
    });

    it('accepts a post once, however often and wherever it comes, also after it was answered', async () => {
        const [a, b] = [fleet.journal(store, 'a'), fleet.journal(store, 'b')];
        const all = await Promise.all([
            a.accept(turn('p1')),
            a.accept(turn('p1')),
            b.accept(turn('p1')),
        ]);
        expect(all.map(({kind}) => kind).sort()).toEqual([
            'accepted',
            'already-claimed',
            'already-claimed',
        ]);
        expect(await a.close('p1')).toBe('closed');
        for (const journal of [a, b]) {
            expect(await journal.accept(turn('p1'))).toEqual({kind: 'already-claimed'});
        }
        expect(await store.list('0turn/')).toEqual([]);
        expect(await a.close('p1')).toBe('lost');
    });

    it('remembers a settled turn for seven days, without its text', async () => {
        const a = fleet.journal(store, 'a');
        await a.accept(turn('p1'));
        await a.progress('p1', () => ({drafts: ['d1']}));
        expect(await a.settled('p1')).toBeUndefined();
        await a.close('p1');
        expect(await a.settled('p1')).toMatchObject({agent: 'main', drafts: ['d1']});
        expect(await a.settled('p1')).not.toHaveProperty('text');
        fleet.now += 7 * 24 * 3600 * 1000 - 1;
        expect(await a.accept(turn('p1'))).toEqual({kind: 'already-claimed'});
        fleet.now += 2;
        expect(await a.settled('p1')).toBeUndefined();
    });

    it("[DEL-09] finds the open turns of runners that are gone, and no living one's", async () => {
        const [a, b, c] = ['a', 'b', 'c'].map((id) => fleet.journal(store, id));
        await a?.accept(turn('p1'));
        await a?.accept(turn('p2'));
        await b?.accept(turn('p3'));
        fleet.gone.add('a');
        const orphans = (await c?.orphans()) ?? [];
        expect(orphans.map(({turnId}) => turnId)).toEqual(['p1', 'p2']);
        expect(await c?.open()).toHaveLength(3);
    });

    it('[DEL-09] gives an orphan to one of the runners that want it, counting the attempts', async () => {
        await fleet.journal(store, 'a').accept(turn('p1'));
        fleet.gone.add('a');
        const [b, c] = [fleet.journal(store, 'b'), fleet.journal(store, 'c')];
        const got = await Promise.all([b.adopt('p1', 'a'), c.adopt('p1', 'a'), c.adopt('p1', 'a')]);
        expect(got.map(({kind}) => kind).sort()).toEqual(['adopted', 'taken', 'taken']);
        const winner = got.find((adoption) => adoption.kind === 'adopted');
        expect(winner).toMatchObject({entry: {attempts: 2, text: 'question p1'}});
        expect(await b.orphans()).toEqual([]);
    });

    it('refuses everything to a runner whose turn was adopted while it slept', async () => {
        const [a, b] = [fleet.journal(store, 'a'), fleet.journal(store, 'b')];
        await a.accept(turn('p1'));
        fleet.gone.add('a');
        await b.adopt('p1', 'a');
        fleet.gone.delete('a');
        expect(await a.progress('p1', () => ({drafts: ['late']}))).toEqual({kind: 'lost'});
        expect(await a.close('p1')).toBe('lost');
        expect(await b.progress('p1', () => ({drafts: ['d1']}))).toMatchObject({
            entry: {drafts: ['d1']},
        });
        expect(await b.close('p1')).toBe('closed');
    });

    it('[DEL-09] neither goes on with a turn nor settles it while the lease is lost, when another may be answering', async () => {
        const a = fleet.journal(store, 'a');
        await a.accept(turn('p1'));
        fleet.gone.add('a');
        expect(await a.progress('p1', () => ({state: 'running'}))).toEqual({kind: 'lost'});
        expect(await a.close('p1')).toBe('lost');
        expect(await a.settled('p1')).toBeUndefined();
    });

    it('hands a released turn to recovery, its own runner included', async () => {
        const a = fleet.journal(store, 'a');
        await a.accept(turn('p1'));
        await a.progress('p1', () => ({state: 'running'}));
        expect(await a.orphans()).toEqual([]);
        expect(await a.adopt('p1', 'a')).toEqual({kind: 'taken'});
        a.release('p1');
        expect(await a.progress('p1', () => ({}))).toEqual({kind: 'lost'});
        expect(await a.accept(turn('p1'))).toEqual({kind: 'already-claimed'});
        expect(await a.orphans()).toHaveLength(1);
        expect(await a.adopt('p1', 'a')).toMatchObject({kind: 'adopted', entry: {attempts: 2}});
    });

    it('reads past one page of open turns', async () => {
        const small: Store = {
            ...store,
            list: async (prefix, after) => await store.list(prefix, after, 3),
        };
        const a = fleet.journal(small, 'a');
        for (let i = 0; i < 10; i++) await a.accept(turn(`p${i}`));
        expect(await a.open()).toHaveLength(10);
    });

    it('sets an unreadable entry aside, and leaves one of a newer Gangway alone', async () => {
        const a = fleet.journal(store, 'a');
        const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
        await store.compareAndSet('0turn/p1', undefined, encode('{"v":1'));
        await store.compareAndSet('0turn/p2', undefined, encode('{"v":2,"turn":{}}'));
        expect(await a.accept(turn('p2'))).toEqual({kind: 'already-claimed'});
        expect(await a.open()).toEqual([]);
        expect(await a.adopt('p2', 'b')).toEqual({kind: 'taken'});
        expect(await store.list('0turn/')).toEqual(['0turn/p2']);
        expect(await store.list('broken/')).toHaveLength(1);
        expect(await a.accept(turn('p1'))).toMatchObject({kind: 'accepted'});
    });
});

/** Thrown at the step at which a simulated process dies; nothing of it happens after. */
class Died extends Error {}

/** Where a process dies: at its n-th step, which was done before it died or was not. */
interface Death {
    readonly step: number;
    readonly done: boolean;
}

/** The server as people see it, and a store; both outlive the processes. */
class World {
    readonly fleet = new Fleet();
    readonly store = createMemoryStore({now: () => this.fleet.now});
    readonly answers: {turnId: string; id: string; final: boolean}[] = [];
    #runs = 0;

    /** One process: recovers what its predecessors left, then gets the posts that come (again). */
    async live(posts: readonly string[], death: Death | undefined, recoverFirst: boolean) {
        const id = `runner${++this.#runs}`;
        let steps = 0;
        const step = async <T>(work: () => Promise<T> | T): Promise<T> => {
            steps++;
            if (death !== undefined && steps > death.step) throw new Died();
            if (steps === death?.step && !death.done) throw new Died();
            const result = await work();
            if (steps === death?.step) throw new Died();
            return result;
        };
        const journal = this.fleet.journal(this.#stepping(step), id);
        try {
            if (recoverFirst) await this.#recover(journal, step);
            for (const post of posts) {
                const acceptance = await journal.accept(turn(post));
                // Accepted for the first time: nothing can be there yet, so nothing is looked for.
                if (acceptance.kind === 'accepted')
                    await this.#run(journal, step, acceptance.entry, false);
            }
            if (!recoverFirst) await this.#recover(journal, step);
        } catch (error) {
            if (!(error instanceof Died)) throw error;
        }
        this.fleet.gone.add(id);
        return steps;
    }

    async #recover(journal: Journal, step: Step): Promise<void> {
        for (const {turnId, runner} of await journal.orphans()) {
            const adoption = await journal.adopt(turnId, runner);
            if (adoption.kind === 'adopted') await this.#run(journal, step, adoption.entry, true);
        }
    }

    async #run(journal: Journal, step: Step, entry: TurnEntry, again: boolean): Promise<void> {
        const {turnId} = entry;
        const running = await journal.progress(turnId, () => ({state: 'running'}));
        if (running.kind === 'lost') return;
        let draft = again ? this.answers.find((answer) => answer.turnId === turnId) : undefined;
        if (draft === undefined) {
            const made = {turnId, id: `d${this.answers.length}`, final: false};
            await step(() => void this.answers.push(made));
            draft = made;
        }
        const {id} = draft;
        const noted = await journal.progress(turnId, () => ({drafts: [id], state: 'delivering'}));
        if (noted.kind === 'lost') return;
        await step(() => {
            const shown = this.answers.find((answer) => answer.id === id);
            if (shown !== undefined) shown.final = true;
        });
        await journal.close(turnId);
    }

    #stepping(step: Step): Store {
        const {store} = this;
        return {
            ...store,
            get: async (key) => await step(async () => await store.get(key)),
            list: async (...args) => await step(async () => await store.list(...args)),
            compareAndSet: async (...args) =>
                await step(async () => await store.compareAndSet(...args)),
        };
    }
}

type Step = <T>(work: () => Promise<T> | T) => Promise<T>;

async function expectAllAnsweredOnce(world: World, posts: readonly string[]): Promise<void> {
    const answered = world.answers.filter(({final}) => final).map(({turnId}) => turnId);
    expect(answered.sort()).toEqual([...posts].sort());
    expect(world.answers).toHaveLength(posts.length);
    expect(await world.store.list('0turn/')).toEqual([]);
    expect(await world.store.list('claim/')).toHaveLength(posts.length);
}

describe('a crash at any step', () => {
    it('[DEL-09] neither loses nor doubles an accepted message, nor leaves a draft', async () => {
        const posts = ['p1', 'p2'];
        const steps = await new World().live(posts, undefined, true);
        expect(steps).toBeGreaterThan(15);
        for (let at = 1; at <= steps; at++) {
            for (const done of [true, false]) {
                for (const recoverFirst of [true, false]) {
                    const world = new World();
                    await world.live(posts, {step: at, done}, true);
                    await world.live(posts, undefined, recoverFirst);
                    await world.live(posts, undefined, recoverFirst);
                    await expectAllAnsweredOnce(world, posts);
                }
            }
        }
    });

    it('[DEL-09] nor do crashes in the recoveries from crashes', async () => {
        const death = fc.record({step: fc.integer({min: 1, max: 30}), done: fc.boolean()});
        const lives = fc.array(fc.record({death, recoverFirst: fc.boolean()}), {maxLength: 6});
        await fc.assert(
            fc.asyncProperty(lives, async (crashes) => {
                const world = new World();
                const posts = ['p1', 'p2', 'p3'];
                for (const crash of crashes) {
                    await world.live(posts, crash.death, crash.recoverFirst);
                }
                await world.live(posts, undefined, true);
                await expectAllAnsweredOnce(world, posts);
            }),
            {numRuns: 500},
        );
    });

    it('[DEL-09] nor does a store whose acknowledgements get lost while the process lives on', async () => {
        for (let failAt = 1; failAt <= 8; failAt++) {
            for (const done of [true, false]) {
                const world = new World();
                const journal = world.fleet.journal(failingOnce(world.store, failAt, done), 'a');
                let shown = 0;
                const attempt = async (): Promise<void> => {
                    const acceptance = await journal.accept(turn('p1'));
                    // Whoever accepts a message believes that nothing of an answer is there.
                    if (acceptance.kind === 'accepted') expect(shown).toBe(0);
                    const mine =
                        acceptance.kind === 'accepted' ||
                        ((await journal.orphans()).length > 0 &&
                            (await journal.adopt('p1', 'a')).kind === 'adopted');
                    if (!mine) return;
                    expect(await world.store.get('claim/p1')).toBeUndefined();
                    await journal.progress('p1', () => ({state: 'running'}));
                    shown++;
                    await journal.close('p1');
                };
                for (let tries = 0; tries < 6; tries++) {
                    await attempt().catch((error: unknown) => {
                        if (!(error instanceof Died)) throw error;
                        // As at the end of a turn whose store failed.
                        journal.release('p1');
                    });
                }
                expect(shown).toBeGreaterThan(0);
                expect(await world.store.list('claim/')).toEqual(['claim/p1']);
                expect(await world.store.list('0turn/')).toEqual([]);
            }
        }
    });
});

/** A store whose n-th write fails, after it was `done` or before. */
function failingOnce(store: Store, failAt: number, done: boolean): Store {
    let writes = 0;
    return {
        ...store,
        compareAndSet: async (...args) => {
            const fails = ++writes === failAt;
            if (fails && !done) throw new Died();
            const result = await store.compareAndSet(...args);
            if (fails) throw new Died();
            return result;
        },
    };
}

describe('racing runners', () => {
    it('[DEL-09] accept a message once, in whatever order their store calls are carried out', async () => {
        await fc.assert(
            fc.asyncProperty(fc.scheduler(), async (scheduler) => {
                const fleet = new Fleet();
                const inner = createMemoryStore();
                const slow: Store = {
                    ...inner,
                    get: scheduler.scheduleFunction(inner.get),
                    list: scheduler.scheduleFunction(inner.list),
                    compareAndSet: scheduler.scheduleFunction(inner.compareAndSet),
                };
                let running = 0;
                let answered = 0;
                const serve = async (journal: Journal): Promise<void> => {
                    const acceptance = await journal.accept(turn('p1'));
                    if (acceptance.kind !== 'accepted') return;
                    expect(++running).toBe(1);
                    await journal.progress('p1', () => ({state: 'running'}));
                    answered++;
                    running--;
                    await journal.close('p1');
                };
                const [a, b] = [fleet.journal(slow, 'a'), fleet.journal(slow, 'b')];
                const work = Promise.all([serve(a), serve(b), serve(a), serve(b), serve(b)]);
                await scheduler.waitFor(work);
                expect(answered).toBe(1);
            }),
            {numRuns: 500},
        );
    });
});
