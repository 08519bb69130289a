// `make test`: runs jest over the workspaces and ends with the line "N passed, N failed, N skipped".
import {spawn} from 'node:child_process';
import {existsSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';

const folder = mkdtempSync(path.join(tmpdir(), 'gangway-test-'));
const report = path.join(folder, 'report.json');
const args = ['--json', '--outputFile', report, ...process.argv.slice(2)];
/** What jest gets to end by itself once its report is written, ms. */
const END_MS = 60_000;

/** Jest's exit code, and whether it had to be ended: --forceExit would hide a handle that a test leaves open. */
async function runJest() {
    const jest = spawn('jest', args, {stdio: 'inherit', detached: true});
    const end = (signal) => {
        try {
            process.kill(-jest.pid, signal);
        } catch {
            // It has ended, or never began.
        }
    };
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => end(signal));
    let hangs = false;
    let reportedAt;
    const look = setInterval(() => {
        if (reportedAt === undefined && existsSync(report)) reportedAt = Date.now();
        if (reportedAt === undefined || Date.now() - reportedAt < END_MS) return;
        hangs = true;
        end('SIGKILL');
    }, 1000);
    try {
        const status = await new Promise((resolve, reject) => {
            jest.once('error', reject);
            jest.once('exit', resolve);
        });
        return {status, hangs};
    } finally {
        clearInterval(look);
    }
}

const {status, hangs} = await runJest();

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
if (hangs) console.log('\nJest did not end by itself: a test left something open.');
console.log(
    `\n${counts.numPassedTests} passed, ${failed} failed, ${counts.numPendingTests} skipped`,
);
process.exit((status === 0 || hangs) && failed === 0 && counts.numPassedTests > 0 ? 0 : 1);
