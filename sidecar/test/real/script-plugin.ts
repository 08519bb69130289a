import {execFileSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';

import type {RestUser} from '../../src/mattermost/rest/rest-world.contract.ts';

/** A plugin whose program is a script of this source tree, run by this Node. */
export interface ScriptPlugin {
    readonly id: string;
    /** Below `sidecar/test`; its argument is the folder of the unpacked bundle. */
    readonly script: string;
    /** Put into the bundle. */
    readonly files?: Readonly<Record<string, string>>;
}

/** Uploads and enables a plugin on a server on this machine. */
export async function installScript(admin: RestUser, plugin: ScriptPlugin): Promise<void> {
    const form = new FormData();
    form.append('plugin', new Blob([Uint8Array.from(bundle(plugin))]), 'bundle.tar.gz');
    form.append('force', 'true');
    await admin.call('POST', '/plugins', form);
    await admin.call('POST', `/plugins/${plugin.id}/enable`);
}

function bundle({id, script, files = {}}: ScriptPlugin): Buffer {
    const folder = mkdtempSync(path.join(tmpdir(), 'script-plugin-'));
    const inside = path.join(folder, id);
    const program = path.resolve(__dirname, '..', script);
    const run = `#!/bin/sh\nexec '${process.execPath}' '${program}' "$(dirname "$0")"\n`;
    try {
        mkdirSync(inside);
        writeFileSync(path.join(inside, 'run.sh'), run, {mode: 0o755});
        for (const [name, text] of Object.entries(files)) {
            writeFileSync(path.join(inside, name), text);
        }
        writeFileSync(
            path.join(inside, 'plugin.json'),
            JSON.stringify({id, name: id, version: '0.0.1', server: {executable: 'run.sh'}}),
        );
        const file = path.join(folder, 'bundle.tar.gz');
        execFileSync('tar', ['czf', file, '-C', folder, id]);
        return readFileSync(file);
    } finally {
        rmSync(folder, {recursive: true});
    }
}
