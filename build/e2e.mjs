// `make e2e`: the tests that need a real Mattermost. It is named by MATTERMOST_URL (it runs already) or by
// MATTERMOST_DIR (a server folder with bin/mattermost and a configured database: it is started for the
// tests and stopped afterwards); both with MATTERMOST_ADMIN_USER and MATTERMOST_ADMIN_PASSWORD.
import {spawn, spawnSync} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {pluginId, version} from './manifest.mjs';
import {dist, fail, root} from './paths.mjs';

const {MATTERMOST_URL, MATTERMOST_DIR, MATTERMOST_ADMIN_USER, MATTERMOST_ADMIN_PASSWORD} =
    process.env;
if (!MATTERMOST_URL && !MATTERMOST_DIR) {
    console.log(
        'Skipped: no real server. Set MATTERMOST_URL or MATTERMOST_DIR, with MATTERMOST_ADMIN_USER and MATTERMOST_ADMIN_PASSWORD.',
    );
    console.log('0 passed, 0 failed');
    process.exit(0);
}
if (!MATTERMOST_ADMIN_USER || !MATTERMOST_ADMIN_PASSWORD)
    fail('Set MATTERMOST_ADMIN_USER and MATTERMOST_ADMIN_PASSWORD.');

// The bundle that `make dist` made is what is uploaded, unless another one is named.
const made = path.join(dist, `${pluginId}-${version}-linux-amd64.tar.gz`);
const bundle = process.env.GANGWAY_BUNDLE ?? (existsSync(made) ? made : undefined);
if (bundle === undefined)
    console.log('No bundle: the plugin itself is not tried; run `make dist` first.');

const server = MATTERMOST_URL ? undefined : await startServer(MATTERMOST_DIR);
const {status} = spawnSync(
    process.execPath,
    [
        path.join(root, 'build/test.mjs'),
        '--selectProjects',
        'sidecar',
        // They share one server and its settings.
        '--runInBand',
        '--testPathPatterns',
        'test/real/',
        'real-server',
    ],
    {
        stdio: 'inherit',
        cwd: root,
        env: {
            ...process.env,
            MATTERMOST_URL: MATTERMOST_URL ?? server.url,
            ...(bundle === undefined ? {} : {GANGWAY_BUNDLE: bundle}),
        },
    },
);
server?.process.kill('SIGTERM');
process.exitCode = status ?? 1;

async function startServer(folder) {
    const binary = path.join(folder, 'bin/mattermost');
    const file = path.join(folder, 'config/config.json');
    if (!existsSync(binary) || !existsSync(file))
        fail(`${folder} is no server folder: it needs bin/mattermost and config/config.json.`);
    const {ServiceSettings: {ListenAddress: address = ':8065'} = {}} = JSON.parse(
        readFileSync(file, 'utf8'),
    );
    const url = `http://127.0.0.1:${address.split(':').at(-1)}`;
    const child = spawn(binary, ['server'], {
        cwd: folder,
        stdio: 'ignore',
        env: {...process.env, MM_PLUGINSETTINGS_ENABLEUPLOADS: 'true'},
    });
    for (let tries = 0; tries < 120; tries++) {
        const up = await fetch(`${url}/api/v4/system/ping`, {
            signal: AbortSignal.timeout(2_000),
        }).then(
            (r) => r.ok,
            () => false,
        );
        if (up) return {url, process: child};
        if (child.exitCode !== null)
            fail(`The server in ${folder} ended with code ${child.exitCode}.`);
        await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
    child.kill('SIGTERM');
    return fail(`The server in ${folder} did not answer within two minutes.`);
}
