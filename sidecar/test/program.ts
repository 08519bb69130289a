import {spawn} from 'node:child_process';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';

/** The real program in a process of its own. */
export interface Program {
    readonly pid: number;
    /** Its lines on standard error: the log. */
    readonly lines: readonly string[];
    stderr(): string;
    stdout(): string;
    kill(signal: NodeJS.Signals): void;
    /** Resolves when it has ended. */
    readonly ended: Promise<{readonly code: number | null; readonly signal: string | null}>;
    /** Waits (60 s at most) until its log has a line with that message. */
    said(message: string): Promise<string>;
}

/** A folder for one test's programs; all of them are killed at the end. */
export interface Workshop extends AsyncDisposable {
    readonly folder: string;
    /** Writes a settings file; its path. */
    settings(name: string, settings: unknown): Promise<string>;
    start(args: readonly string[], env?: Readonly<Record<string, string>>): Program;
}

const MAIN = path.join(__dirname, '../src/main.ts');

/** Makes a folder in which programs can be started. */
export async function openWorkshop(): Promise<Workshop> {
    const folder = await mkdtemp(path.join(tmpdir(), 'gangway-program-'));
    const programs: Program[] = [];
    return {
        folder,
        async settings(name, settings) {
            const file = path.join(folder, name);
            await writeFile(file, JSON.stringify(settings));
            return file;
        },
        start(args, env = {}) {
            const program = startProgram(folder, args, env);
            programs.push(program);
            return program;
        },
        async [Symbol.asyncDispose]() {
            for (const program of programs) program.kill('SIGKILL');
            await Promise.all(programs.map(({ended}) => ended));
            await rm(folder, {recursive: true, force: true});
        },
    };
}

function startProgram(
    folder: string,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
): Program {
    const child = spawn(process.execPath, [MAIN, ...args], {
        cwd: folder,
        env: {PATH: process.env['PATH'] ?? '', ...env},
        stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    let err = '';
    let over = false;
    child.stdout.on('data', (chunk) => (out += String(chunk)));
    child.stderr.on('data', (chunk) => (err += String(chunk)));
    const ended = new Promise<{code: number | null; signal: string | null}>((resolve) => {
        child.once('close', (code, signal) => {
            over = true;
            resolve({code, signal});
        });
    });
    const lines = (): string[] => err.split('\n').filter((line) => line !== '');
    return {
        pid: child.pid ?? 0,
        get lines() {
            return lines();
        },
        stderr: () => err,
        stdout: () => out,
        kill: (signal) => void child.kill(signal),
        ended,
        async said(message) {
            const deadline = Date.now() + 60_000;
            for (;;) {
                const line = lines().find((one) => one.includes(`"msg":"${message}"`));
                if (line !== undefined) return line;
                if (over || Date.now() > deadline)
                    throw new Error(`never said ${message}:\n${err}`);
                await new Promise((resolve) => setTimeout(resolve, 10));
            }
        },
    };
}
