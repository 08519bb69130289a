import path from 'node:path';
import {gzipSync} from 'node:zlib';
import {writeTar} from '../src/plugins/tar.ts';

/** A bundle from texts by path; those under `server/` may be executed. */
export function bundleOf(files: Readonly<Record<string, string>>): Buffer {
    const entries = Object.entries(files).map(([name, text]) => ({
        name,
        mode: name.includes('server/') ? 0o755 : 0o644,
        bytes: Buffer.from(text),
    }));
    return gzipSync(writeTar(entries), {level: 1});
}

/** The bundle of the test plugin, with changes of its manifest and files besides. */
export function testBundle(
    manifest: Readonly<Record<string, unknown>> = {},
    files: Readonly<Record<string, string>> = {},
): Buffer {
    const program = path.join(__dirname, 'test-plugin/main.ts');
    return bundleOf({
        'plugin.json': JSON.stringify({
            id: 'test-plugin',
            name: 'Test plugin',
            description: 'For tests',
            version: '1.0.0',
            server: {executable: 'server/run'},
            ...manifest,
        }),
        'server/run': `#!/bin/sh\nexec '${process.execPath}' '${program}'\n`,
        ...files,
    });
}
