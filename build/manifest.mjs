// The manifest of a bundle: plugin.json with the version of package.json and the executable of one platform.
import {readFileSync} from 'node:fs';
import path from 'node:path';
import {root} from './paths.mjs';

const read = (name) => JSON.parse(readFileSync(path.join(root, name), 'utf8'));

/** The version that everything carries. */
export const version = read('package.json').version;

/** The plugin's id, from its one place. */
export const pluginId = read('plugin.json').id;

/** The manifest for one platform; the server refuses to start a plugin without its executable. */
export function manifestFor(target) {
    const {server, ...manifest} = read('plugin.json');
    const executable = server.executables[target];
    return {...manifest, version, server: {executables: {[target]: executable}}};
}
