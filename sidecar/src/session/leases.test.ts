import fc from 'fast-check';
import {silentLog} from '../contract/log.ts';
import {createMemoryStore} from '../store/memory-store.ts';
import type {Company, CompanyDuties} from './company.ts';
import {createLeases} from './leases.ts';
import {createFleet, type Fleet, type Runner} from '../../test/fleet.ts';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

/** Lets `ms` pass; runners recover what was left every five seconds, as accounts do. */
async function pass(fleet: Fleet, ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 250) {
        await jest.advanceTimersByTimeAsync(Math.min(left, 250));
        if (Math.floor(left / 250) % 20 === 0) {
            for (const runner of fleet.runners) {
                if (!runner.dead) void runner.recover().catch(() => undefined);
            }
        }
    }
}

async function begin(fleet: Fleet, ...ids: string[]): Promise<Runner[]> {
    const runners: Runner[] = [];
    for (const id of ids) runners.push(await fleet.start(id));
    return runners;
}

/** Lets time pass until all of it is done; what hangs fails, however fast the machine is. */
async function settle(what: string, work: readonly Promise<unknown>[]): Promise<void> {
    const limit = Promise.withResolvers<'hangs'>();
    const state: {end?: 'done' | 'hangs'} = {};
    const done = Promise.all(work).then(() => 'done' as const);
    const first = Promise.race([done, limit.promise]);
    const watching = first.then(
        (end) => (state.end = end),
        () => (state.end = 'done'),
    );
    for (let left = 60_000; left > 0 && state.end === undefined; left -= 250) {
        await jest.advanceTimersByTimeAsync(250);
    }
    limit.resolve('hangs');
    await watching;
    if ((await first) === 'hangs') throw new Error(`${what} hangs`);
}

async function end(fleet: Fleet): Promise<void> {
    for (const runner of fleet.runners) {
        runner.down = false;
        runner.slowMs = 0;
    }
    await settle(
        'the end',
        fleet.runners.filter(({dead}) => !dead).map((runner) => runner.stop()),
    );
}

describe('a session that several runners may run', () => {
    it('[SES-09] costs a runner that is alone not one call of the store', async () => {
        const fleet = createFleet(100);
        const [a] = await begin(fleet, 'a');
        await pass(fleet, 1_000);
        const before = a!.calls;
        const taken = a!.leases.tryTake('session/s');
        expect(taken?.done()).toBe(false);
        const again = a!.leases.tryTake('session/s');
        expect(again?.done({at: 1, urgent: false})).toBe(false);
        expect(a!.calls).toBe(before);
        expect(await fleet.store.list('lease/')).toEqual([]);
        await end(fleet);
    });

    it('[SES-09] is run by one at a time, by the order of the posts', async () => {
        const fleet = createFleet(1_000);
        const [a, b, c] = await begin(fleet, 'a', 'b', 'c');
        await pass(fleet, 1_000);
        for (const [n, runner] of [a!, b!, c!, a!, c!, b!, b!, a!].entries()) {
            await runner.accept(`t${n}`, 's');
            await pass(fleet, 50);
        }
        await pass(fleet, 15_000);
        expect(fleet.collisions).toEqual([]);
        expect(fleet.answered).toEqual(['t0', 't1', 't2', 't3', 't4', 't5', 't6', 't7']);
        // Other sessions do not wait.
        await Promise.all([a!.accept('x', 'x'), b!.accept('y', 'y')]);
        await pass(fleet, 1_250);
        expect(fleet.answered.slice(8).toSorted()).toEqual(['x', 'y']);
        expect(await fleet.store.list('lease/')).toEqual([]);
        await end(fleet);
        expect(await fleet.store.list('0turn/')).toEqual([]);
        expect(jest.getTimerCount()).toBe(0);
    });

    it('[SES-09] waits on a newcomer for what runs already', async () => {
        const fleet = createFleet(8_000);
        const [a] = await begin(fleet, 'a');
        await a!.accept('old', 's');
        await pass(fleet, 500);
        const [b] = await begin(fleet, 'b');
        await b!.accept('new', 's');
        await b!.accept('other', 'o');
        await pass(fleet, 1_000);
        // The hint of the store is enough to be let in.
        expect(fleet.begun).toEqual(['a s old', 'b o other']);
        await pass(fleet, 20_000);
        expect(fleet.collisions).toEqual([]);
        expect(fleet.begun.at(-1)).toBe('b s new');
        expect(fleet.answered.toSorted()).toEqual(['new', 'old', 'other']);
        await end(fleet);
    });

    it('[SES-09] goes to another within 21 seconds of its runner’s death, with what that had in hand', async () => {
        const fleet = createFleet(30_000);
        const [a, b] = await begin(fleet, 'a', 'b');
        await pass(fleet, 1_000);
        await a!.accept('left', 's');
        await pass(fleet, 500);
        await b!.accept('waits', 's');
        await pass(fleet, 2_000);
        a!.kill();
        await pass(fleet, 21_000);
        expect(fleet.begun.slice(1)).toEqual(['b s waits']);
        await pass(fleet, 62_000);
        expect(fleet.answered).toEqual(['waits', 'left']);
        expect(b!.company.alone()).toBe(true);
        await end(fleet);
    });

    it('[SES-09] is given back by a runner whose store was away, before others have it', async () => {
        const fleet = createFleet(60_000);
        const [a, b] = await begin(fleet, 'a', 'b');
        await pass(fleet, 1_000);
        await a!.accept('one', 's');
        await pass(fleet, 500);
        await b!.accept('two', 's');
        a!.down = true;
        await pass(fleet, 40_000);
        expect(fleet.collisions).toEqual([]);
        expect(fleet.begun).toEqual(['a s one', 'b s two']);
        a!.down = false;
        await pass(fleet, 200_000);
        expect(fleet.collisions).toEqual([]);
        expect(fleet.answered.toSorted()).toEqual(['one', 'two']);
        expect([a!.company.alone(), b!.company.alone()]).toEqual([false, false]);
        await end(fleet);
    });

    it('[CON-06] is no more listened for by a runner that lost its lease', async () => {
        const fleet = createFleet(1_000);
        const [a] = await begin(fleet, 'a');
        await pass(fleet, 1_000);
        const wish = {at: 0, urgent: false};
        const never = new AbortController().signal;
        const listening = await a!.leases.take('account/deck', {wish: () => wish, signal: never});
        expect(listening?.lost.aborted).toBe(false);
        a!.down = true;
        await pass(fleet, 20_000);
        expect(listening?.lost.aborted).toBe(true);
        await listening?.done();
        await end(fleet);
    });

    type Step =
        | {readonly kind: 'message'; readonly session: string; readonly runner: number}
        | {readonly kind: 'kill' | 'stop' | 'restore'; readonly runner: number}
        | {readonly kind: 'down'; readonly runner: number}
        | {readonly kind: 'slow'; readonly runner: number; readonly ms: number}
        | {readonly kind: 'start'}
        | {readonly kind: 'pass'; readonly ms: number};
    const who = fc.nat({max: 2});
    const weight = <T>(n: number, arbitrary: fc.Arbitrary<T>) => ({weight: n, arbitrary});
    const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
        weight(
            8,
            fc.record({
                kind: fc.constant('message' as const),
                session: fc.constantFrom('s', 's', 't'),
                runner: who,
            }),
        ),
        weight(
            6,
            fc.record({
                kind: fc.constant('pass' as const),
                ms: fc.constantFrom(10, 300, 2_000, 7_000, 14_000),
            }),
        ),
        weight(
            1,
            fc.record({kind: fc.constantFrom('kill' as const, 'stop' as const), runner: who}),
        ),
        weight(
            2,
            fc.record({kind: fc.constantFrom('down' as const, 'restore' as const), runner: who}),
        ),
        weight(
            2,
            fc.record({
                kind: fc.constant('slow' as const),
                runner: who,
                ms: fc.constantFrom(20, 400, 3_000, 9_000),
            }),
        ),
        weight(2, fc.record({kind: fc.constant('start' as const)})),
    );

    /** Hands a message to a runner, to another when that is dead, until one has it. */
    async function deliver(
        fleet: Fleet,
        turnId: string,
        session: string,
        n: number,
    ): Promise<void> {
        for (let tries = 0; ; tries++) {
            const alive = fleet.runners.filter(({dead}) => !dead);
            const runner = alive[n % Math.max(1, alive.length)];
            const limit = new Promise<'late'>((resolve) =>
                setTimeout(() => resolve('late'), 20_000),
            );
            if (runner !== undefined) {
                const taken = runner.accept(turnId, session).catch(() => 'failed' as const);
                const result = await Promise.race([taken, limit]);
                if (typeof result === 'boolean') return;
            }
            await new Promise((resolve) => setTimeout(resolve, 500));
            if (tries > 300) throw new Error(`${turnId} was never accepted`);
        }
    }

    it('[SES-09] is never run by two at once, whatever happens, and each message is answered once', async () => {
        await fc.assert(
            fc.asyncProperty(
                fc.array(stepArbitrary, {minLength: 10, maxLength: 40, size: 'max'}),
                async (steps) => {
                    const fleet = createFleet(2_500);
                    const delivering: Promise<void>[] = [];
                    const asked: string[] = [];
                    let made = 0;
                    const start = (): void => {
                        delivering.push(fleet.start(`r${made++}`).then(() => undefined));
                    };
                    start();
                    await jest.advanceTimersByTimeAsync(5);
                    for (const step of steps) {
                        const alive = fleet.runners.filter(({dead}) => !dead);
                        const runner =
                            'runner' in step
                                ? alive[step.runner % Math.max(1, alive.length)]
                                : undefined;
                        if (step.kind === 'start' && alive.length < 3) start();
                        if (step.kind === 'pass') await pass(fleet, step.ms);
                        if (step.kind === 'message') {
                            const turnId = `t${asked.length}`;
                            asked.push(turnId);
                            delivering.push(deliver(fleet, turnId, step.session, step.runner));
                        }
                        if (runner === undefined) continue;
                        if (step.kind === 'kill') runner.kill();
                        if (step.kind === 'stop') delivering.push(runner.stop());
                        if (step.kind === 'down') runner.down = true;
                        if (step.kind === 'restore') {
                            runner.down = false;
                            runner.slowMs = 0;
                        }
                        if (step.kind === 'slow') runner.slowMs = step.ms;
                    }
                    for (const runner of fleet.runners) {
                        runner.down = false;
                        runner.slowMs = 0;
                    }
                    start();
                    await pass(fleet, 120_000 + 2_500 * asked.length);
                    await settle('a delivery, a start or a stop', delivering);
                    expect(fleet.collisions).toEqual([]);
                    // One that could not say so has left its claim.
                    const claims = await fleet.store.list('claim/');
                    expect(claims).toEqual(asked.map((id) => `claim/${id}`).toSorted());
                    expect([...new Set(fleet.answered)]).toEqual(fleet.answered);
                    await end(fleet);
                    expect(await fleet.store.list('0turn/')).toEqual([]);
                },
            ),
            {numRuns: 30},
        );
    }, 90_000);

    it('[SES-09] keeps its order when one runner accepts, whoever else comes and goes', async () => {
        await fc.assert(
            fc.asyncProperty(
                fc.array(stepArbitrary, {minLength: 5, maxLength: 30}),
                async (steps) => {
                    const fleet = createFleet(700);
                    const [first] = await begin(fleet, 'first');
                    const asked: string[] = [];
                    let made = 0;
                    for (const step of steps) {
                        const others = fleet.runners.filter((one) => one !== first && !one.dead);
                        const runner =
                            'runner' in step
                                ? others[step.runner % Math.max(1, others.length)]
                                : undefined;
                        if (step.kind === 'start' && others.length < 2)
                            void fleet.start(`r${made++}`);
                        if (step.kind === 'pass') await pass(fleet, step.ms);
                        if (step.kind === 'message') {
                            asked.push(`first s t${asked.length}`);
                            await first!.accept(`t${asked.length - 1}`, 's');
                        }
                        if (step.kind === 'kill') runner?.kill();
                        if (step.kind === 'stop') void runner?.stop();
                        if (step.kind === 'slow' && runner !== undefined) runner.slowMs = step.ms;
                    }
                    await pass(fleet, 60_000 + 1_000 * asked.length);
                    expect(fleet.begun).toEqual(asked);
                    await end(fleet);
                },
            ),
            {numRuns: 15},
        );
    }, 60_000);
});

describe('the leases of a runner in company', () => {
    const HOUR = 3600_000;
    const wish = {at: 0, urgent: false};
    const never = new AbortController().signal;

    /** Two runners over one store, whose company goes by what the test says. */
    function couple() {
        const store = createMemoryStore();
        return (['a', 'b'] as const).map((runnerId) => {
            const served: {duties?: CompanyDuties} = {};
            const company: Company = {
                member: () => `${runnerId}.1`,
                alone: () => false,
                isGone: () => false,
                admitted: () => Promise.resolve(),
                serve: (duties) => void (served.duties = duties),
                lost: () => served.duties?.lost(),
                leave: () => Promise.resolve(),
            };
            return {leases: createLeases({store, company, runnerId, log: silentLog}), served};
        });
    }

    it('[SES-09] hold a name that is in hand for days, also where nobody else looks', async () => {
        const [a, b] = couple();
        const pass = await a!.leases.take('account/deck', {wish: () => wish, signal: never});
        for (let hour = 0; hour < 96; hour++) {
            jest.setSystemTime(Date.now() + HOUR);
            await a!.served.duties?.tend();
        }
        const holders = new Set<string>();
        let taken = false;
        const taking = b!.leases.take('account/deck', {
            wish: () => wish,
            onHeld: (runner) => void holders.add(runner),
            signal: never,
        });
        void taking.then(() => (taken = true));
        await jest.advanceTimersByTimeAsync(5_000);
        expect({taken, holders: [...holders]}).toEqual({taken: false, holders: ['a']});
        await pass?.done();
        await settle("the name's way to the next", [taking]);
        expect(taken).toBe(true);
    });

    it.each([
        ['when it has ended', 4_000],
        ['15 s after it was told to end, when it hangs', undefined],
    ])('[SES-09] are quiet after a loss: work is over %s', async (_when, endsAfter) => {
        const [a] = couple();
        const pass = await a!.leases.take('session/s', {wish: () => wish, signal: never});
        a!.served.duties?.lost();
        expect(pass?.lost.aborted).toBe(true);
        let isQuiet = false;
        void a!.served.duties?.quiet().then(() => (isQuiet = true));
        await jest.advanceTimersByTimeAsync(3_900);
        expect(isQuiet).toBe(false);
        await jest.advanceTimersByTimeAsync(100);
        if (endsAfter !== undefined) await pass?.done();
        await jest.advanceTimersByTimeAsync(endsAfter === undefined ? 10_900 : 0);
        expect(isQuiet).toBe(endsAfter !== undefined);
        await jest.advanceTimersByTimeAsync(200);
        expect(isQuiet).toBe(true);
        expect(jest.getTimerCount()).toBe(0);
    });
});
