// Which npm packages a bundle holds, as webpack tells.
import {mkdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {dist, root} from './paths.mjs';

/** Writes `dist/<name>.packages.json`: the folders of the packages whose modules are in the bundle. */
export function writePackages(name, stats) {
    const folders = new Set();
    const visit = (module) => {
        // Concatenated modules hold others.
        for (const inner of module.modules ?? []) visit(inner);
        const file = module.nameForCondition?.();
        const match = file
            ? /^node_modules\/.*(?<=node_modules\/)(?:@[^/]+\/)?[^/]+/.exec(
                  path.relative(root, file),
              )
            : null;
        if (match !== null) folders.add(match[0]);
    };
    for (const module of stats.compilation.modules) visit(module);
    mkdirSync(dist, {recursive: true});
    writeFileSync(
        path.join(dist, `${name}.packages.json`),
        JSON.stringify([...folders].sort(), null, 2),
    );
}
