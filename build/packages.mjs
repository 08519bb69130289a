// Which npm packages a bundle holds, as webpack tells.
import {mkdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {dist, root} from './paths.mjs';

/** Writes `dist/<name>.packages.json`: the folders of the packages whose modules are in the bundle. */
export function writePackages(name, stats) {
    const folders = new Set();
    const visit = (modules) => {
        for (const module of modules ?? []) {
            const match = /node_modules\/(?:@[^/]+\/)?[^/]+/.exec(
                relative(module.nameForCondition),
            );
            if (match !== null)
                folders.add(
                    relative(module.nameForCondition).slice(0, match.index + match[0].length),
                );
            visit(module.modules);
        }
    };
    visit(
        stats.toJson({
            all: false,
            modules: true,
            nestedModules: true,
            modulesSpace: Infinity,
            nestedModulesSpace: Infinity,
        }).modules,
    );
    mkdirSync(dist, {recursive: true});
    writeFileSync(
        path.join(dist, `${name}.packages.json`),
        JSON.stringify([...folders].sort(), null, 2),
    );
}

const relative = (file) => (file ? path.relative(root, file) : '');
