import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {promisify} from 'node:util';
import {gzip} from 'node:zlib';
import {build, type Plugin} from 'esbuild';
import * as z from 'zod';
import {writeTar} from './plugins/tar.ts';

const executable = 'server/gangway';
const webappMain = 'webapp/dist/main.js';

/** What the web client shares with plugins, by the names that it has on `window`. */
const sharedSchema = z.record(z.string(), z.string());

/**
 * Gangway's bundle, made in a second: as the real one, but its executable is a script that runs the
 * sources under `root`, beginning with `main`, with this Node. It works on this machine only, and is what an upload takes. Throws
 * esbuild's `BuildFailure` when the webapp half does not compile.
 */
export async function createDevBundle(
    root: string,
    version?: string,
    main = 'sidecar/src/main.ts',
): Promise<Buffer> {
    const [manifest, webapp, icon, avatar] = await Promise.all([
        manifestText(root, version),
        bundleWebapp(root),
        readFile(path.join(root, 'assets/icon.svg')),
        readFile(path.join(root, 'assets/avatar.png')),
    ]);
    const files = [
        {name: 'plugin.json', mode: 0o644, bytes: Buffer.from(manifest)},
        {name: executable, mode: 0o755, bytes: Buffer.from(launcher(path.join(root, main)))},
        {name: webappMain, mode: 0o644, bytes: webapp},
        {name: 'assets/icon.svg', mode: 0o644, bytes: icon},
        {name: 'assets/avatar.png', mode: 0o644, bytes: avatar},
    ];
    const inFolder = files.map((file) => ({...file, name: `gangway/${file.name}`}));
    // The fastest level: nobody keeps this archive.
    return promisify(gzip)(writeTar(inFolder), {level: 1});
}

async function manifestText(root: string, version: string | undefined): Promise<string> {
    const read = async (name: string): Promise<Record<string, unknown>> =>
        z
            .record(z.string(), z.unknown())
            .parse(JSON.parse(await readFile(path.join(root, name), 'utf8')));
    const manifest = await read('plugin.json');
    return JSON.stringify({
        ...manifest,
        version: version ?? (await read('package.json'))['version'],
        server: {executable},
        webapp: {bundle_path: webappMain},
    });
}

/** `exec`, so that the process that the server knows is the one that works. */
function launcher(main: string): string {
    const quoted = [process.execPath, main].map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
    return `#!/bin/sh\nexec ${quoted.join(' ')}\n`;
}

async function bundleWebapp(root: string): Promise<Uint8Array> {
    const text = await readFile(path.join(root, 'webapp/shared_libraries.json'), 'utf8');
    const shared = sharedSchema.parse(JSON.parse(text));
    const {outputFiles} = await build({
        entryPoints: [path.join(root, 'webapp/src/index.tsx')],
        bundle: true,
        write: false,
        format: 'iife',
        target: 'es2022',
        // The classic transform: the automatic one would bundle a jsx-runtime of its own.
        jsx: 'transform',
        legalComments: 'none',
        logLevel: 'silent',
        define: {'process.env.NODE_ENV': '"production"'},
        plugins: [sharedModules(shared)],
    });
    return outputFiles[0]?.contents ?? new Uint8Array();
}

const sharedModules = (shared: z.infer<typeof sharedSchema>): Plugin => ({
    name: 'shared-modules',
    setup(builder) {
        const names = Object.keys(shared).join('|');
        builder.onResolve({filter: new RegExp(`^(?:${names})$`)}, ({path: name}) => ({
            path: name,
            namespace: 'shared',
        }));
        builder.onLoad({filter: /.*/, namespace: 'shared'}, ({path: name}) => ({
            contents: `module.exports = window.${shared[name] ?? ''};`,
        }));
    },
});
