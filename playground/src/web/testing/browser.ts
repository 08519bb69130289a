import {execFile} from 'node:child_process';
import {existsSync} from 'node:fs';
import {mkdir, mkdtemp, rename, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {promisify} from 'node:util';
import {chromium} from 'playwright-core';
import type {Browser} from 'playwright-core';

/** Where the browser of the npm package is unpacked, once for all runs on a machine. */
const folder = path.join(tmpdir(), `gangway-test-browser-${process.getuid?.() ?? 0}`);

/** The package unpacks its libraries and fonts only where it believes to be in such a place. */
const likeLambda = {AWS_LAMBDA_JS_RUNTIME: 'nodejs24.x'};

const unpacker =
    "import('@sparticuz/chromium').then(async (found) => console.log(await found.default.executablePath()))";

/**
 * Starts the Chromium of the package `@sparticuz/chromium`, headless. It brings the libraries that
 * a bare machine lacks; no browser has to be installed. The caller closes it.
 */
export async function launchBrowser(): Promise<Browser> {
    if (!existsSync(folder)) {
        await unpack();
    }
    return chromium.launch({
        executablePath: path.join(folder, 'chromium'),
        args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
        env: {
            ...process.env,
            LD_LIBRARY_PATH: [process.env['LD_LIBRARY_PATH'], path.join(folder, 'al2023', 'lib')]
                .filter((one) => one !== undefined && one !== '')
                .join(':'),
            FONTCONFIG_FILE: path.join(folder, 'fonts.conf'),
        },
    });
}

/** Unpacks beside the final place and renames, so that two runs do not see half a browser. */
async function unpack(): Promise<void> {
    await mkdir(path.dirname(folder), {recursive: true});
    const fresh = await mkdtemp(`${folder}-`);
    try {
        await promisify(execFile)(process.execPath, ['--eval', unpacker], {
            cwd: process.cwd(),
            env: {...process.env, ...likeLambda, TMPDIR: fresh},
        });
        await writeFile(path.join(fresh, 'fonts.conf'), fontConfiguration());
        await rename(fresh, folder);
    } catch (cause) {
        // Somebody else was first.
        if (!existsSync(folder)) {
            throw cause;
        }
    } finally {
        await rm(fresh, {recursive: true, force: true});
    }
}

function fontConfiguration(): string {
    return (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>' +
        `<dir>/usr/share/fonts</dir><dir>${folder}/fonts</dir>` +
        `<cachedir>${folder}/font-cache</cachedir></fontconfig>`
    );
}
