// The two C++ libraries that Node needs and a bare glibc image lacks, to be shipped beside the executable.
// They come from Debian 11: those ask only for glibc 2.18, while newer ones would demand a newer glibc
// than many servers have. Fetched by apt, so its signatures guard them; nothing is installed.
import {
    existsSync,
    mkdirSync,
    readdirSync,
    readFileSync,
    rmSync,
    writeFileSync,
    copyFileSync,
} from 'node:fs';
import path from 'node:path';
import {cache, fail, has, run, targets} from './paths.mjs';

const SUITE = 'bullseye';
// gcc-10-base holds the licence texts of the two.
const PACKAGES = ['libstdc++6', 'libgcc-s1', 'gcc-10-base'];
const LIBRARIES = ['libstdc++.so.6', 'libgcc_s.so.1'];

/** Gives the folder with both libraries and their licence for a target; fetches them once. */
export function runtimeLibraries(target) {
    const folder = path.join(cache, `lib-${target}`);
    if ([...LIBRARIES, 'COPYRIGHT'].every((name) => existsSync(path.join(folder, name))))
        return folder;
    for (const tool of ['apt-get', 'dpkg-deb']) {
        if (!has(tool))
            fail(
                `"${tool}" is missing: the bundle's C++ libraries come from Debian ${SUITE}; build on Debian or Ubuntu.`,
            );
    }
    const apt = privateApt(targets[target].debian);
    const downloads = path.join(apt.folder, 'downloads');
    rmSync(downloads, {recursive: true, force: true});
    mkdirSync(downloads, {recursive: true});
    run('apt-get', [...apt.options, 'update']);
    run(
        'apt-get',
        [
            ...apt.options,
            'download',
            ...PACKAGES.map((name) => `${name}:${targets[target].debian}`),
        ],
        {cwd: downloads},
    );

    const unpacked = path.join(apt.folder, 'unpacked');
    rmSync(unpacked, {recursive: true, force: true});
    for (const file of readdirSync(downloads))
        run('dpkg-deb', ['-x', path.join(downloads, file), unpacked]);
    mkdirSync(folder, {recursive: true});
    for (const name of LIBRARIES) {
        const found = ['usr/lib', 'lib']
            .map((base) => path.join(unpacked, base, targets[target].triplet, name))
            .find(existsSync);
        if (found === undefined) fail(`The Debian packages hold no ${name}.`);
        copyFileSync(found, path.join(folder, name)); // follows the link to the real file
    }
    copyFileSync(
        path.join(unpacked, 'usr/share/doc/gcc-10-base/copyright'),
        path.join(folder, 'COPYRIGHT'),
    );
    return folder;
}

/** An apt that uses the machine's own mirror and keys, and writes nowhere but into our cache. */
function privateApt(architecture) {
    const folder = path.join(cache, `apt-${architecture}`);
    for (const part of ['lists/partial', 'archives/partial', 'etc'])
        mkdirSync(path.join(folder, part), {recursive: true});
    const list = path.join(folder, 'sources.list');
    const keyring = ['/usr/share/keyrings/debian-archive-keyring.gpg'].find(existsSync);
    if (keyring === undefined) fail('The package "debian-archive-keyring" is missing.');
    writeFileSync(
        list,
        `deb [arch=${architecture} signed-by=${keyring}] ${mirror()} ${SUITE} main\n`,
    );
    writeFileSync(path.join(folder, 'status'), '');
    const option = (name, value) => ['-o', `${name}=${value}`];
    return {
        folder,
        options: [
            ...option('Dir::Etc::sourcelist', list),
            ...option('Dir::Etc::sourceparts', '/dev/null'),
            ...option('Dir::State', folder),
            ...option('Dir::State::lists', path.join(folder, 'lists')),
            ...option('Dir::State::status', path.join(folder, 'status')),
            ...option('Dir::Cache', folder),
            ...option('APT::Architecture', architecture),
            ...option('APT::Architectures::', architecture),
            ...option('APT::Sandbox::User', 'root'),
            ...option('Acquire::Languages', 'none'),
            '-q',
        ],
    };
}

/** The Debian mirror that this machine uses. */
function mirror() {
    const files = [
        '/etc/apt/sources.list',
        ...(existsSync('/etc/apt/sources.list.d')
            ? readdirSync('/etc/apt/sources.list.d').map((f) => `/etc/apt/sources.list.d/${f}`)
            : []),
    ];
    for (const file of files.filter(existsSync)) {
        const match = /^(?:URIs:\s*|deb\s+(?:\[[^\]]*\]\s+)?)(\S+\/debian)\/?(?:\s|$)/m.exec(
            readFileSync(file, 'utf8'),
        );
        if (match !== null) return match[1];
    }
    return fail('No Debian mirror is set up on this machine: see its apt sources.');
}
