import {mkdtemp, readdir, readFile, rm, stat} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {gzipSync} from 'node:zlib';
import * as fc from 'fast-check';
import {bundleOf} from '../../test/test-bundles.ts';
import {ApiError} from '../api-error.ts';
import {fnv1a64, unpackBundle} from './bundle.ts';
import {clientManifest, meetsMinimum} from './manifest.ts';
import {readTar, writeTar} from './tar.ts';

const manifest = (more: Record<string, unknown> = {}): string =>
    JSON.stringify({id: 'test-plugin', name: 'Test', version: '1.0.0', ...more});

describe('unpacking a bundle', () => {
    let home: string;
    beforeEach(async () => {
        home = await mkdtemp(path.join(tmpdir(), 'bundle-test-'));
    });
    afterEach(() => rm(home, {recursive: true, force: true}));

    it.each([
        ['in the root', ''],
        ['in its only folder', 'some-folder/'],
        ['in a root that is named', './'],
    ])('finds the manifest %s, keeps modes, and can be undone', async (_name, top) => {
        const bundle = await unpackBundle(
            bundleOf({
                [`${top}plugin.json`]: manifest(),
                [`${top}server/run`]: 'run',
                [`${top}deep/er/file.txt`]: 'text',
            }),
            home,
        );
        expect(bundle.manifest).toMatchObject({id: 'test-plugin', version: '1.0.0'});
        expect((await stat(path.join(bundle.folder, 'server/run'))).mode & 0o777).toBe(0o755);
        expect(await readFile(path.join(bundle.folder, 'deep/er/file.txt'), 'utf8')).toBe('text');
        await bundle.remove();
        expect(await readdir(home)).toEqual([]);
    });

    it('skips links', async () => {
        const tar = writeTar([
            {name: 'plugin.json', mode: 0o644, bytes: Buffer.from(manifest())},
            {name: 'link', mode: 0o777, bytes: Buffer.alloc(0)},
        ]);
        const at = tar.indexOf('link');
        // A symbolic link to /etc/passwd, with the sum of its header made good.
        tar.write('2', at + 156);
        tar.write('/etc/passwd', at + 157);
        tar.write(' '.repeat(8), at + 148);
        const sum = tar.subarray(at, at + 512).reduce((total, byte) => total + byte, 0);
        tar.write(`${sum.toString(8).padStart(6, '0')}\0 `, at + 148);
        const bundle = await unpackBundle(gzipSync(tar), home);
        expect(await readdir(bundle.folder)).toEqual(['plugin.json']);
    });

    it('names the main file of the webapp half after its content, beside its neighbours', async () => {
        const bundle = await unpackBundle(
            bundleOf({
                'plugin.json': manifest({webapp: {bundle_path: 'webapp/dist/main.js'}}),
                'webapp/dist/main.js': 'hello',
                'webapp/dist/chunk.js': 'chunk',
            }),
            home,
        );
        expect(bundle.webappHash).toBe('a430d84680aabd0b');
        expect((await readdir(bundle.webappFolder ?? '')).sort()).toEqual([
            'chunk.js',
            'test-plugin_a430d84680aabd0b_bundle.js',
        ]);
    });

    it.each([
        ['no archive', () => Buffer.from('hello'), 'app.plugin.extract.app_error'],
        ['no tar in it', () => gzipSync(Buffer.alloc(2000, 'x')), 'app.plugin.extract.app_error'],
        [
            'an entry outside',
            () => bundleOf({'plugin.json': manifest(), '../evil': 'x'}),
            'app.plugin.extract.app_error',
        ],
        [
            'an absolute entry',
            () => bundleOf({'plugin.json': manifest(), '/tmp/evil': 'x'}),
            'app.plugin.extract.app_error',
        ],
        ['no manifest', () => bundleOf({'a/b.txt': 'x'}), 'app.plugin.manifest.app_error'],
        [
            'a manifest two folders deep',
            () => bundleOf({'a/b/plugin.json': manifest()}),
            'app.plugin.manifest.app_error',
        ],
        [
            'a broken manifest',
            () => bundleOf({'plugin.json': '{'}),
            'app.plugin.manifest.app_error',
        ],
        [
            'a bad id',
            () => bundleOf({'plugin.json': manifest({id: 'a/../b'})}),
            'app.plugin.invalid_id.app_error',
        ],
        [
            'a short id',
            () => bundleOf({'plugin.json': manifest({id: 'ab'})}),
            'app.plugin.invalid_id.app_error',
        ],
        [
            'a version that is none',
            () => bundleOf({'plugin.json': manifest({version: '1.0'})}),
            'app.plugin.invalid_version.app_error',
        ],
        [
            'a minimum that is none',
            () => bundleOf({'plugin.json': manifest({min_server_version: 'new'})}),
            'app.plugin.invalid_version.app_error',
        ],
        [
            'a webapp half that is not there',
            () => bundleOf({'plugin.json': manifest({webapp: {bundle_path: 'main.js'}})}),
            'app.plugin.webapp_bundle.app_error',
        ],
    ])('refuses %s and leaves nothing behind', async (_name, make, code) => {
        const refused = expect(unpackBundle(make(), home)).rejects;
        await refused.toMatchObject({code, status: 400});
        expect(await readdir(home)).toEqual([]);
    });

    it('ends in an error whatever the bytes are', async () => {
        await fc.assert(
            fc.asyncProperty(fc.uint8Array({maxLength: 2000}), async (bytes) => {
                await expect(
                    unpackBundle(gzipSync(Buffer.from(bytes)), home),
                ).rejects.toBeInstanceOf(ApiError);
            }),
            {numRuns: 50},
        );
    });
});

describe('archives', () => {
    it('come out as they went in', () => {
        const file = fc.record({
            name: fc.stringMatching(/^[a-z]{1,20}(\/[a-z]{1,20}){0,3}$/),
            mode: fc.constantFrom(0o644, 0o755),
            bytes: fc.uint8Array({maxLength: 1500}).map((bytes) => Buffer.from(bytes)),
        });
        fc.assert(
            fc.property(fc.array(file, {maxLength: 5}), (files) => {
                const read = [...readTar(writeTar(files))];
                expect(read).toEqual(files.map((one) => ({...one, kind: 'file'})));
            }),
        );
    });
});

describe('manifests', () => {
    it('are shown to clients without the server half, the description and the settings', () => {
        const shown = clientManifest(
            {
                id: 'test-plugin',
                name: 'Test',
                description: 'secret',
                version: '1.0.0',
                server: {executable: 'run'},
                settings_schema: {settings: []},
                webapp: {bundle_path: 'webapp/main.js'},
                props: {a: 1},
            },
            'abc',
        );
        expect(shown).toEqual({
            id: 'test-plugin',
            name: 'Test',
            version: '1.0.0',
            webapp: {bundle_path: '/static/test-plugin/test-plugin_abc_bundle.js'},
            props: {a: 1},
        });
    });

    it.each([
        ['11.6.0', undefined, true],
        ['11.6.0', '11.6.0', true],
        ['11.6.0', '11.10.0', false],
        ['11.6.0', '10.11.12', true],
        ['11.6.0', '11.6.1', false],
        ['11.6.0', '12.0.0', false],
    ])('server %s, minimum %s: %s', (version, minimum, meets) => {
        expect(meetsMinimum(version, minimum)).toBe(meets);
    });

    it('hash as Go does', () => {
        expect(fnv1a64(Buffer.from(''))).toBe('cbf29ce484222325');
        expect(fnv1a64(Buffer.from('a'))).toBe('af63dc4c8601ec8c');
        expect(fnv1a64(Buffer.from('foobar'))).toBe('85944171f73967e8');
    });
});
