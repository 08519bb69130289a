import {mkdir, mkdtemp, readFile, rename, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {promisify} from 'node:util';
import {gunzip} from 'node:zlib';
import {ApiError} from '../api-error.ts';
import {bundleName, type Manifest, parseManifest} from './manifest.ts';
import {readTar, type TarEntry, TarError} from './tar.ts';

/** A bundle on the disk. */
export interface Bundle {
    readonly manifest: Manifest;
    readonly folder: string;
    /** FNV-1a of the webapp half's main file, hexadecimal; '' when there is no webapp half. */
    readonly webappHash: string;
    /** What is served under `/static/plugins/<id>/`; undefined when there is no webapp half. */
    readonly webappFolder: string | undefined;
    remove(): Promise<void>;
}

/** What unpacked bundles may come to, bytes: an archive of 100 MiB holds several times that. */
const maxUnpacked = 1024 * 1024 * 1024;

/**
 * Unpacks an uploaded archive into a fresh folder of `parent`.
 * @throws ApiError 400 for what is no bundle
 */
export async function unpackBundle(archive: Buffer, parent: string): Promise<Bundle> {
    const entries = await entriesOf(archive);
    const top = topFolderOf(entries);
    const found = entries.find(({name, kind}) => kind === 'file' && name === `${top}plugin.json`);
    if (found === undefined) {
        throw new ApiError(400, 'app.plugin.manifest.app_error');
    }
    const manifest = parseManifest(found.bytes.toString('utf8'));
    const root = await mkdtemp(path.join(parent, `${manifest.id}-`));
    const remove = (): Promise<void> => rm(root, {recursive: true, force: true});
    const folder = path.join(root, manifest.id);
    try {
        await writeEntries(entries, top, folder);
        return {manifest, folder, remove, ...(await unpackWebapp(manifest, folder))};
    } catch (error) {
        await remove();
        throw error;
    }
}

async function entriesOf(archive: Buffer): Promise<readonly TarEntry[]> {
    try {
        const tar = await promisify(gunzip)(archive, {maxOutputLength: maxUnpacked});
        return [...readTar(tar)].map((entry) => ({...entry, name: cleanName(entry.name)}));
    } catch (error) {
        throw new ApiError(400, 'app.plugin.extract.app_error', {}, {cause: error});
    }
}

/** @throws TarError for a name that leads out of the archive */
function cleanName(name: string): string {
    const clean = path.posix.normalize(name.replaceAll('\\', '/')).replace(/\/$/, '');
    if (clean.startsWith('/') || clean === '..' || clean.startsWith('../')) {
        throw new TarError('an entry of the archive leads out of it');
    }
    return clean;
}

/** Where the manifest is: in the root (''), or in the archive's only folder. */
function topFolderOf(entries: readonly TarEntry[]): string {
    const tops = new Set(entries.map(({name}) => name.split('/')[0] ?? ''));
    tops.delete('.');
    const [only = ''] = tops;
    const isFolder = entries.some(({name}) => name.startsWith(`${only}/`));
    return tops.size === 1 && isFolder ? `${only}/` : '';
}

async function writeEntries(
    entries: readonly TarEntry[],
    top: string,
    folder: string,
): Promise<void> {
    await mkdir(folder, {recursive: true});
    for (const {name, kind, mode, bytes} of entries) {
        const target = path.join(folder, name.slice(top.length));
        if (!name.startsWith(top) || target === folder) {
            continue;
        }
        if (kind === 'folder') {
            await mkdir(target, {recursive: true});
        } else if (kind === 'file') {
            await mkdir(path.dirname(target), {recursive: true});
            await writeFile(target, bytes, {mode: mode | 0o600});
        }
    }
}

/** Names the main file after its content, so that clients load each version anew. */
async function unpackWebapp(
    {id, webapp}: Manifest,
    folder: string,
): Promise<Pick<Bundle, 'webappHash' | 'webappFolder'>> {
    if (webapp === undefined) {
        return {webappHash: '', webappFolder: undefined};
    }
    const main = path.join(folder, cleanName(webapp.bundle_path));
    try {
        const webappHash = fnv1a64(await readFile(main));
        const webappFolder = path.dirname(main);
        await rename(main, path.join(webappFolder, bundleName(id, webappHash)));
        return {webappHash, webappFolder};
    } catch (error) {
        throw new ApiError(400, 'app.plugin.webapp_bundle.app_error', {}, {cause: error});
    }
}

/** The 64-bit FNV-1a hash, as Go's `hash/fnv` prints it. */
export function fnv1a64(bytes: Uint8Array): string {
    // In halves: a BigInt for each byte would take seconds for a large bundle.
    let high = 0xcbf29ce4;
    let low = 0x84222325;
    for (const byte of bytes) {
        low = (low ^ byte) >>> 0;
        // The prime is 2^40 + 0x1b3.
        const product = low * 0x1b3;
        const carry = Math.floor(product / 2 ** 32);
        high = (Math.imul(high, 0x1b3) + carry + (low << 8)) >>> 0;
        low = product >>> 0;
    }
    return [high, low].map((half) => half.toString(16).padStart(8, '0')).join('');
}
