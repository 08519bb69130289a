// `make check`: format, lint, types, dependencies, unused code. All are run, then the verdict.
import {spawnSync} from 'node:child_process';

const steps = [
    ['format', 'prettier', ['--check', '--log-level', 'warn', '.']],
    ['types', 'tsc', ['-p', '.']],
    ['lint', 'eslint', ['--cache', '--cache-location', 'node_modules/.cache/eslint/', '.']],
    [
        'dependencies',
        'depcruise',
        ['--config', '.dependency-cruiser.cjs', 'sidecar/src', 'webapp/src', 'playground/src'],
    ],
    ['unused code', 'knip', []],
];

const only = process.argv.slice(2);
const failed = [];
for (const [name, command, args] of steps) {
    if (only.length > 0 && !only.includes(name)) continue;
    const started = Date.now();
    const {status} = spawnSync(command, args, {stdio: 'inherit'});
    console.log(
        `${status === 0 ? 'ok    ' : 'FAILED'} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`,
    );
    if (status !== 0) failed.push(name);
}
process.exit(failed.length === 0 ? 0 : 1);
