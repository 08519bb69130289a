// `make fuzz`: the property tests with new random cases, ROUNDS times [10]; a failure names its seed.
import {execFileSync, spawnSync} from 'node:child_process';
import {root} from './paths.mjs';

const rounds = Number(process.env.ROUNDS ?? 10);
const drawing = String.raw`'(fast-check|.*/(store\.contract|agent\.contract|model\.contract|random-gob)\.ts)'`;
const files = execFileSync('git', ['grep', '-lE', drawing, '--', '*.test.ts', '*.test.tsx'], {
    cwd: root,
    encoding: 'utf8',
});
const args = ['--testTimeout=120000', '--runTestsByPath', ...files.trim().split('\n')];
const env = {...process.env, GANGWAY_FUZZ: '1'};
let failed = 0;
for (let round = 1; round <= rounds; round++) {
    console.log(`round ${round} of ${rounds}`);
    if (spawnSync('jest', args, {cwd: root, stdio: 'inherit', env}).status !== 0) failed++;
}
console.log(`${rounds - failed} of ${rounds} rounds passed`);
process.exit(failed === 0 ? 0 : 1);
