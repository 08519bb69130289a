// `make dist`: one dist/gangway-<version>-<platform>.tar.gz per platform.
// Usage: node build/bundle.mjs [linux-amd64 …]
import {cpSync, mkdirSync, rmSync, statSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {manifestFor, pluginId, version} from './manifest.mjs';
import {dist, fail, has, root, run, targets} from './paths.mjs';
import {writeNotice} from './notice.mjs';
import {buildExecutables} from './sidecar.mjs';
import {bundleWebapp} from './webpack.webapp.mjs';

/** The server's default limit for uploads, bytes; ours is far below. */
const MAX_BUNDLE = 100 * 1024 * 1024;

const wanted = process.argv.slice(2);
for (const name of wanted) {
    if (!(name in targets))
        fail(`There is no platform "${name}"; there are ${Object.keys(targets).join(', ')}.`);
}
if (!has('tar') || !has('gzip')) fail('The programs "tar" and "gzip" are needed.');

const executables = await buildExecutables(wanted.length > 0 ? wanted : Object.keys(targets));
const webapp = await bundleWebapp(path.join(dist, 'webapp'));
for (const [target, folder] of executables) pack(target, folder);

function pack(target, folder) {
    const stage = path.join(dist, 'bundle', target);
    const plugin = path.join(stage, pluginId);
    rmSync(stage, {recursive: true, force: true});
    mkdirSync(plugin, {recursive: true});
    writeFileSync(
        path.join(plugin, 'plugin.json'),
        `${JSON.stringify(manifestFor(target), null, 2)}\n`,
    );
    cpSync(folder, path.join(plugin, 'server'), {recursive: true});
    cpSync(webapp, path.join(plugin, 'webapp/dist/main.js'));
    for (const image of ['icon.svg', 'avatar.png']) {
        cpSync(path.join(root, 'assets', image), path.join(plugin, 'assets', image));
    }
    cpSync(path.join(root, 'LICENSE'), path.join(plugin, 'LICENSE'));
    writeNotice(path.join(plugin, 'NOTICE'));

    const archive = path.join(dist, `${pluginId}-${version}-${target}.tar.gz`);
    // The same input gives the same bytes: sorted, without owners and times.
    run('tar', [
        '-C',
        stage,
        '--sort=name',
        '--mtime=@0',
        '--owner=0',
        '--group=0',
        '--numeric-owner',
        '-I',
        'gzip -9n',
        '-cf',
        archive,
        pluginId,
    ]);
    const {size} = statSync(archive);
    console.log(`${path.relative(root, archive)} ${(size / 1e6).toFixed(1)} MB`);
    if (size > MAX_BUNDLE) fail('The bundle is larger than a server takes by default.');
}
