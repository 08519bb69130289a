import {cpuMs, memoryMb} from './process.ts';
import type {ModelStub} from './model-stub.ts';
import type {BenchServer, Seen} from './server.ts';

/** Figures by the names of design's budgets. */
export type Figures = Record<string, string>;

export interface Bench {
    readonly server: BenchServer;
    readonly model: ModelStub;
    /** The process that is measured. */
    readonly pid: number;
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The value below which `share` of the values lie. */
function quantile(values: readonly number[], share: number): number {
    const sorted = [...values].sort((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

const ms = (value: number): string => (value < 10 ? value.toFixed(1) : value.toFixed(0));
const pair = (values: readonly number[]): string =>
    `${ms(quantile(values, 0.5))} / ${ms(quantile(values, 0.95))} ms`;

async function waitFor<T>(what: string, limitMs: number, look: () => T | undefined): Promise<T> {
    const until = performance.now() + limitMs;
    for (;;) {
        const found = look();
        if (found !== undefined) return found;
        if (performance.now() > until) throw new Error(`nothing for ${limitMs} ms: ${what}`);
        await sleep(2);
    }
}

let orders = 0;
function order(tokens: number, rate: number, delay = 0): {name: string; text: string} {
    const name = `n${++orders}`;
    return {name, text: `bench:${name}:${tokens}:${rate}:${delay}`};
}

function finished(server: BenchServer, turn: string): Seen | undefined {
    return server.viewer.seen.find((one) => one.turn === turn && one.state === 'done');
}

async function ask(server: BenchServer, text: string): Promise<{turn: string; at: number}> {
    const at = performance.now();
    const turn = await server.post(`@${server.botName} ${text}`);
    return {turn, at};
}

/**
 * Mention to first visible text, one after the other, and the CPU of a whole answer; in turn with the least
 * that a reply takes there at the time.
 */
export async function firstText({server, pid}: Bench): Promise<Figures> {
    const times: number[] = [];
    const least: number[] = [];
    let cpu = 0;
    for (let n = 0; n < 60; n++) {
        const before = cpuMs(pid);
        const {turn, at} = await ask(server, order(12, 0).text);
        const first = await waitFor('first text', 10_000, () =>
            server.viewer.seen.find((one) => one.turn === turn && one.text !== ''),
        );
        await waitFor('the end', 10_000, () => finished(server, turn));
        await sleep(20);
        least.push(await server.bareReply());
        await sleep(20);
        // The first ten warm the program up.
        if (n >= 10) {
            times.push(first.at - at);
            cpu += cpuMs(pid) - before;
        }
    }
    return {
        'mention → first visible text, p50 / p95': pair(times),
        'post → reply of a bare program over REST at the same time': pair(least.slice(10)),
        'CPU per answered message': `${(cpu / times.length).toFixed(1)} ms`,
    };
}

/** A 12 kB answer at 50 tokens a second: how far viewers are behind, what it costs them. */
export async function longAnswer(
    {server, model}: Bench,
    tokens: number,
    rate: number,
): Promise<Figures> {
    server.viewer.reset();
    const {name, text} = order(tokens, rate);
    const {turn} = await ask(server, text);
    const limit = (tokens / rate) * 1_000 + 30_000;
    const last = await waitFor('the end', limit, () => finished(server, turn));
    await sleep(300);
    const versions = server.viewer.seen.filter((one) => one.turn === turn);
    const lags = model.emissions(name).map(({length, at}) => {
        const shown = versions.find((one) => one.text.length >= length || one === last);
        return (shown?.at ?? Number.NaN) - at;
    });
    const stored = versions.filter(({by}) => by !== 'delta').length;
    const seconds = tokens / rate;
    const {cost} = server.viewer;
    const bytes = Object.values(cost).reduce((sum, kind) => sum + kind.bytes, 0);
    const parts = Object.entries(cost)
        .filter(([, kind]) => kind.frames > 0)
        .map(([by, kind]) => `${by} ${kind.frames} × ${Math.round(kind.bytes / kind.frames)}`);
    return {
        [`${(last.text.length / 1_000).toFixed(0)} kB answer at ${rate} tokens a second: lag p50 / p95`]:
            pair(lags),
        [`${(last.text.length / 1_000).toFixed(0)} kB answer at ${rate}: bytes to one viewer per byte of answer`]: `${(bytes / last.text.length).toFixed(2)} (${parts.join(', ')})`,
        [`stored writes for a ${seconds.toFixed(0)} s answer`]: String(stored),
    };
}

/** 50 mentions in 2 s; the model takes 900 ms for each. */
export async function burst({server}: Bench): Promise<Figures> {
    server.viewer.reset();
    const asked: Promise<{turn: string; at: number}>[] = [];
    for (let n = 0; n < 50; n++) {
        asked.push(ask(server, order(20, 50, 500).text));
        await sleep(40);
    }
    return await overModel(server, await Promise.all(asked), 'burst of 50 mentions in 2 s');
}

/** 8 mentions a second for 30 s. */
export async function steady({server, pid}: Bench): Promise<Figures> {
    server.viewer.reset();
    const asked: Promise<{turn: string; at: number}>[] = [];
    let peak = 0;
    for (let n = 0; n < 240; n++) {
        asked.push(ask(server, order(20, 50, 500).text));
        peak = Math.max(peak, memoryMb(pid));
        await sleep(125);
    }
    const figures = await overModel(
        server,
        await Promise.all(asked),
        '8 mentions a second for 30 s',
    );
    return {...figures, 'peak memory under 8 messages a second': `${peak.toFixed(0)} MB`};
}

/** The model's own time: 500 ms and 20 tokens at 50 a second. */
const MODEL_MS = 900;

async function overModel(
    server: BenchServer,
    asked: readonly {turn: string; at: number}[],
    name: string,
): Promise<Figures> {
    const times: number[] = [];
    for (const {turn, at} of asked) {
        const end = await waitFor('an answer', 60_000, () => finished(server, turn)).catch(
            () => undefined,
        );
        if (end !== undefined) times.push(end.at - at - MODEL_MS);
    }
    return {
        [`${name}: p50 / p95 over the model's own time`]: pair(times),
        [`${name}: answered`]: `${times.length} of ${asked.length}`,
    };
}

/** Posts that are not for the bot, as many as go through: how much CPU each costs. */
export async function ignored({server, pid}: Bench, posts: number): Promise<Figures> {
    const before = cpuMs(pid);
    const begun = performance.now();
    for (let n = 0; n < posts; n += 20) {
        await Promise.all(Array.from({length: 20}, () => server.post('nothing for you')));
    }
    const {turn} = await ask(server, order(1, 0).text);
    await waitFor('the answer behind them', 60_000, () => finished(server, turn));
    const seconds = (performance.now() - begun) / 1_000;
    const cpu = cpuMs(pid) - before;
    return {
        'ignored posts: CPU each, one by one': `${(cpu / posts).toFixed(2)} ms at ${Math.round(posts / seconds)} a second`,
    };
}
