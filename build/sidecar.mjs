// The plugin's server executable: the sidecar and Node 24 in one file (Node's single executable
// application), with the two C++ libraries beside it. Usage: node build/sidecar.mjs [linux-amd64 …]
import {
    chmodSync,
    copyFileSync,
    cpSync,
    existsSync,
    mkdirSync,
    readdirSync,
    rmSync,
    statSync,
    writeFileSync,
} from 'node:fs';
import path from 'node:path';
import {createRequire} from 'node:module';
import {cache, dist, fail, has, nodeVersion, root, run, targets} from './paths.mjs';
import {bundleSidecar} from './webpack.sidecar.mjs';
import {runtimeLibraries} from './runtime-libraries.mjs';

const require = createRequire(import.meta.url);

/** Makes `dist/server/<target>/…` for each target and gives the folders. */
export async function buildExecutables(names) {
    const missing = missingTools(names);
    if (missing.length > 0)
        fail(`To build for ${names.join(' and ')} install: ${missing.join(', ')}`);
    const script = await bundleSidecar(path.join(dist, 'sidecar'));
    return names.map((name) => [name, buildExecutable(name, script)]);
}

function missingTools(names) {
    const tools = names.map((name) => [
        targets[name].strip,
        name === 'linux-arm64' ? 'binutils-aarch64-linux-gnu' : 'binutils',
    ]);
    const missing = tools
        .filter(([choices]) => !choices.some(has))
        .map(([, packageName]) => packageName);
    if (!has('patchelf')) missing.push('patchelf');
    return missing;
}

function buildExecutable(name, script) {
    const target = targets[name];
    const folder = path.join(dist, 'server', name);
    rmSync(folder, {recursive: true, force: true});
    mkdirSync(folder, {recursive: true});
    const executable = path.join(folder, 'gangway');

    // Order matters: stripping after the injection, or setting the search path before it, breaks the file.
    copyFileSync(nodeBinary(name), executable);
    chmodSync(executable, 0o755);
    run(target.strip.find(has), ['--strip-unneeded', executable]);
    run(path.join(root, 'node_modules/.bin/postject'), [
        executable,
        'NODE_SEA_BLOB',
        makeBlob(name, script),
        '--sentinel-fuse',
        'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2',
    ]);
    const page = name === 'linux-arm64' ? ['--page-size', '65536'] : [];
    run('patchelf', [...page, '--set-rpath', '$ORIGIN/lib', executable]);
    cpSync(runtimeLibraries(name), path.join(folder, 'lib'), {recursive: true});
    const size = statSync(executable).size;
    console.log(`${name}: ${(size / 1e6).toFixed(1)} MB`);
    return folder;
}

function makeBlob(name, script) {
    const work = path.join(cache, `sea-${name}`);
    mkdirSync(work, {recursive: true});
    const blob = path.join(work, 'sidecar.blob');
    const config = path.join(work, 'sea.json');
    const host = nodeBinary(`linux-${process.arch === 'x64' ? 'amd64' : process.arch}`);
    writeFileSync(
        config,
        JSON.stringify({
            main: script,
            output: blob,
            disableExperimentalSEAWarning: true,
            // The cache holds machine code: only for the architecture that makes it.
            useCodeCache: targets[name].node === process.arch,
            execArgv: [
                '--use-system-ca',
                '--disable-sigusr1',
                '--max-old-space-size=512',
                // Young objects, of which most memory under load is made, get 12 MB instead of 48.
                '--max-semi-space-size=4',
            ],
            execArgvExtension: 'none',
        }),
    );
    run(host, ['--experimental-sea-config', config]);
    return blob;
}

/** The official Node build for a target, from npm: the installed one, or fetched into the cache. */
function nodeBinary(name) {
    const {npm} = targets[name];
    try {
        const found = path.join(path.dirname(require.resolve(`${npm}/package.json`)), 'bin/node');
        if (existsSync(found)) return found;
    } catch {
        // Not installed: npm takes only the package that fits this machine.
    }
    const folder = path.join(cache, `${npm}-${nodeVersion}`);
    const binary = path.join(folder, 'package/bin/node');
    if (!existsSync(binary)) {
        mkdirSync(folder, {recursive: true});
        // npm checks the package against the registry's integrity hash.
        run('npm', ['pack', `${npm}@${nodeVersion}`, '--pack-destination', folder]);
        const archive = readdirSync(folder).find((file) => file.endsWith('.tgz'));
        if (archive === undefined) fail(`npm gave no archive of ${npm}.`);
        run('tar', [
            '-xzf',
            path.join(folder, archive),
            '-C',
            folder,
            'package/bin/node',
            'package/LICENSE',
        ]);
    }
    return binary;
}

if (process.argv[1] === import.meta.filename) {
    const wanted = process.argv.slice(2);
    await buildExecutables(wanted.length > 0 ? wanted : Object.keys(targets));
}
