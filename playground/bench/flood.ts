import {existsSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {bringAboard} from '../src/aboard.ts';
import {createPlayground} from '../src/playground.ts';
import {seedHarbor} from '../src/seed-harbor.ts';
import {children, cpuMs} from './process.ts';
import type {Figures} from './scenarios.ts';

const ROOT = path.join(import.meta.dirname, '../..');
const PLATFORM = process.arch === 'arm64' ? 'linux-arm64' : 'linux-amd64';

/** Rounds of so many posts; the first ones are what a new process makes of them. */
const ROUNDS = 4;
const POSTS = 10_000;
/** So many are on their way at once. */
const CROWD = 50;

/**
 * How many posts that are not for the bot go through hook and gate a second, when they come as fast as can
 * be: the executable of the bundle inside the playground. Undefined where there is no bundle (`make dist`).
 */
export async function floodPlugin(): Promise<[string, Figures] | undefined> {
    const {version} = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
        version: string;
    };
    const bundle = path.join(ROOT, 'dist', `gangway-${version}-${PLATFORM}.tar.gz`);
    if (!existsSync(bundle)) {
        console.log('No bundle to flood: make dist.');
        return undefined;
    }
    const playground = await createPlayground();
    try {
        const harbor = seedHarbor(playground);
        const before = new Set(children());
        await bringAboard(playground, harbor, readFileSync(bundle));
        const pid = children().find((one) => !before.has(one)) ?? 0;
        const rounds: string[] = [];
        for (let round = 0; round < ROUNDS; round++) {
            const cpu = cpuMs(pid);
            const begun = performance.now();
            for (let n = 0; n < POSTS; n += CROWD) {
                for (let i = 0; i < CROWD; i++) {
                    playground.post(harbor.users.alice, harbor.deckId, 'nothing for you');
                }
                await sleep(1);
            }
            await quiet(pid);
            const each = (cpuMs(pid) - cpu) / POSTS;
            const came = (POSTS * 1_000) / (performance.now() - begun);
            rounds.push(`${each.toFixed(3)} ms, ${Math.round(came)} a second`);
        }
        return [
            'plugin, playground',
            {'ignored posts in a flood: CPU each, and how many came': rounds.join('; ')},
        ];
    } finally {
        await playground.close();
    }
}

/** Until a process does nothing any more. */
async function quiet(pid: number): Promise<void> {
    for (let last = -1; last !== cpuMs(pid);) {
        last = cpuMs(pid);
        await sleep(200);
    }
}
