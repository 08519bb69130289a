import {spawnSync} from 'node:child_process';
import {
    copyFileSync,
    cpSync,
    existsSync,
    mkdirSync,
    mkdtempSync,
    readFileSync,
    rmSync,
    statSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';

/** A bundle that `make dist` made for this machine; without one these tests are skipped. */
const bundle = process.env['GANGWAY_BUNDLE'] ?? '';
const describeBundle = bundle === '' ? describe.skip : describe;

/** The parts of glibc that a bare image has (Debian's names, amd64). */
const GLIBC = ['libc.so.6', 'libm.so.6', 'libdl.so.2', 'libpthread.so.0'];
const LIBRARIES = '/lib/x86_64-linux-gnu';
const LOADER = '/lib64/ld-linux-x86-64.so.2';

describeBundle('the bundle', () => {
    let folder = '';
    const plugin = () => path.join(folder, 'gangway');
    beforeAll(() => {
        folder = mkdtempSync(path.join(tmpdir(), 'gangway-bundle-'));
        expect(spawnSync('tar', ['-xzf', bundle, '-C', folder]).status).toBe(0);
    });
    afterAll(() => {
        rmSync(folder, {recursive: true, force: true});
    });

    it('[INS-01] is under the server’s default limit, with a manifest that names what is in it', () => {
        expect(statSync(bundle).size).toBeLessThan(100 * 1024 * 1024);
        const manifest = JSON.parse(readFileSync(path.join(plugin(), 'plugin.json'), 'utf8')) as {
            id: string;
            server: {executables: Record<string, string>};
            webapp: {bundle_path: string};
            icon_path: string;
        };
        expect(manifest.id).toBe('gangway');
        const named = [
            ...Object.values(manifest.server.executables),
            manifest.webapp.bundle_path,
            manifest.icon_path,
            'LICENSE',
            'NOTICE',
        ];
        for (const name of named) expect(existsSync(path.join(plugin(), name))).toBe(true);
        const [executable = ''] = Object.values(manifest.server.executables);
        expect(statSync(path.join(plugin(), executable)).mode & 0o111).toBe(0o111);
    });

    it('[INS-01] starts in a root that holds nothing but glibc', () => {
        const root = path.join(folder, 'root');
        mkdirSync(path.join(root, LIBRARIES), {recursive: true});
        mkdirSync(path.join(root, 'lib64'));
        mkdirSync(path.join(root, 'proc'));
        for (const name of GLIBC) {
            copyFileSync(path.join(LIBRARIES, name), path.join(root, LIBRARIES, name));
        }
        copyFileSync(LOADER, path.join(root, LOADER));
        cpSync(path.join(plugin(), 'server'), path.join(root, 'server'), {recursive: true});
        const start = `mount -t proc proc ${root}/proc && exec chroot ${root} /server/gangway --version`;
        const {status, stdout} = spawnSync('unshare', ['--mount', 'sh', '-c', start], {
            encoding: 'utf8',
        });
        // What it says of certificates that are not there is no fault.
        expect({status, version: stdout}).toEqual({
            status: 0,
            version: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
        });
    }, 60_000);
});
