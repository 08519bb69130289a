// `make test`: runs jest over the workspaces and ends with the line "N passed, N failed, N skipped".
import {spawnSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';

const folder = mkdtempSync(path.join(tmpdir(), 'gangway-test-'));
const report = path.join(folder, 'report.json');
const args = ['--json', '--outputFile', report, ...process.argv.slice(2)];
// --forceExit is not given on purpose: a handle that a test leaves open is a fault to be seen.
const {status} = spawnSync('jest', args, {stdio: 'inherit'});

let counts;
try {
    counts = JSON.parse(readFileSync(report, 'utf8'));
} catch {
    console.log('0 passed, 1 failed');
    process.exit(1);
} finally {
    rmSync(folder, {recursive: true, force: true});
}

const skipped = counts.testResults.flatMap((file) =>
    file.assertionResults.filter((test) => test.status === 'pending').map((test) => test.fullName),
);
if (skipped.length > 0) {
    console.log(`\nSkipped (${skipped.length}):`);
    for (const name of skipped.slice(0, 40)) console.log(`  ${name}`);
    if (skipped.length > 40) console.log(`  … and ${skipped.length - 40} more`);
}
// A file that could not be loaded counts as one failure.
const failed = counts.numFailedTests + counts.numRuntimeErrorTestSuites;
console.log(
    `\n${counts.numPassedTests} passed, ${failed} failed, ${counts.numPendingTests} skipped`,
);
process.exit(status === 0 && failed === 0 && counts.numPassedTests > 0 ? 0 : 1);
