import {createHash, randomUUID} from 'node:crypto';
import {once} from 'node:events';
import {existsSync, readFileSync} from 'node:fs';
import {request as httpRequest, type IncomingMessage} from 'node:http';
import {connect, type Socket} from 'node:net';
import {Readable} from 'node:stream';
import {text} from 'node:stream/consumers';
import {pipeline} from 'node:stream/promises';
import {setTimeout as sleep} from 'node:timers/promises';

import * as z from 'zod';

import {RestUser} from '../../src/mattermost/rest/rest-world.contract.ts';
import {nastyLines, piecesOf} from '../load-plugin/load.ts';
import {installScript} from './script-plugin.ts';
import {until} from './server.ts';

const MB = 1_000_000;
const HUNDRED = 100 * MB;

/** The most that the plugin's process may grow while bodies of 100 MB pass both ways, bytes. */
const GROWTH = 100 * MB;

/** Clients that read slowly. */
const READERS = 8;

/** The same while bodies stand still, bytes. */
const STANDING_GROWTH = 40 * MB;

const {
    MATTERMOST_URL: url,
    MATTERMOST_ADMIN_USER: user,
    MATTERMOST_ADMIN_PASSWORD: password,
} = process.env;

const stateSchema = z.object({pid: z.number(), open: z.number(), brokenOff: z.number()});
const takenSchema = z.object({bytes: z.number(), sha256: z.string()});

function hashOf(total: number): string {
    const hash = createHash('sha256');
    for (const piece of piecesOf(total)) hash.update(piece);
    return hash.digest('hex');
}

/** A line of `/proc/<pid>/status`, in bytes. */
function memory(pid: number, line: 'VmRSS' | 'VmHWM'): number {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(new RegExp(`${line}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024;
}

const inMb = (bytes: number): string => `${Math.round(bytes / MB)} MB`;

/** Says a figure, for docs/performance.md. */
function say(line: string): void {
    process.stdout.write(`${line}\n`);
}

jest.setTimeout(180_000);

if (url === undefined || user === undefined || password === undefined) {
    describe('streams through a plugin on a real server', () => {
        it.skip('skipped: MATTERMOST_URL, MATTERMOST_ADMIN_USER, MATTERMOST_ADMIN_PASSWORD name none', () => {});
    });
} else {
    describe('streams through a plugin on a real server', () => {
        const id = `load${randomUUID().slice(0, 8)}`;
        const {hostname, port} = new URL(url);
        let admin: RestUser;
        let pid: number;
        const sockets: Socket[] = [];

        const ask = async (
            method: string,
            route: string,
            body?: () => Iterable<Buffer>,
        ): Promise<IncomingMessage> => {
            // Not fetch, which would take a whole body in at once.
            const sent = httpRequest({
                hostname,
                port,
                path: `/plugins/${id}${route}`,
                method,
                headers: {Authorization: `Bearer ${admin.token}`},
            });
            const answered = new Promise<IncomingMessage>((resolve, reject) => {
                sent.once('response', resolve);
                sent.once('error', reject);
            });
            await pipeline(Readable.from(body?.() ?? []), sent);
            return answered;
        };
        const json = async (method: string, route: string, body?: () => Iterable<Buffer>) =>
            JSON.parse(await text(await ask(method, route, body))) as unknown;
        const state = async () => stateSchema.parse(await json('GET', '/state'));
        const upload = async (total: number, after = 0) =>
            takenSchema.parse(await json('POST', `/take?after=${after}`, () => piecesOf(total)));
        const download = async (total: number) => {
            const hash = createHash('sha256');
            let bytes = 0;
            for await (const chunk of await ask('GET', `/give?bytes=${total}`)) {
                hash.update(chunk as Buffer);
                bytes += (chunk as Buffer).length;
            }
            return {bytes, sha256: hash.digest('hex')};
        };
        /** A request of which the rest is up to the test. */
        const raw = async (head: string): Promise<Socket> => {
            const socket = connect(Number(port), hostname);
            socket.on('error', () => undefined);
            sockets.push(socket);
            await once(socket, 'connect');
            const authorization = `Authorization: Bearer ${admin.token}`;
            socket.write(`${head} HTTP/1.1\r\nHost: ${hostname}\r\n${authorization}\r\n`);
            return socket;
        };
        const running = async (count: number): Promise<void> => {
            await until(`a state of ${count} requests`, async () =>
                (await state()).open === count ? true : undefined,
            );
        };
        /** The most memory that the plugin's process had while `work` ran, beyond what it had before. */
        const growth = async (what: string, work: () => Promise<void>): Promise<number> => {
            const before = memory(pid, 'VmRSS');
            let most = before;
            const watch = setInterval(() => {
                most = Math.max(most, memory(pid, 'VmRSS'));
            }, 50);
            try {
                await work();
            } finally {
                clearInterval(watch);
            }
            say(`${what}: resident memory ${inMb(before)} before, at most ${inMb(most)}`);
            return most - before;
        };

        beforeAll(async () => {
            admin = await RestUser.login(url, user, password);
            await installScript(admin, {id, script: 'load-plugin/main.ts'});
            const started = () => state().catch(() => undefined);
            ({pid} = await until('the plugin', started));
            say(`idle: resident memory ${inMb(memory(pid, 'VmRSS'))}`);
            if (!existsSync(`/proc/${pid}`)) {
                throw new Error('The server must run on this machine: its memory is looked at.');
            }
            // What is loaded and compiled on first use is no growth.
            await upload(20 * MB);
            await download(20 * MB);
        });
        afterEach(() => {
            for (const socket of sockets.splice(0)) socket.destroy();
        });
        afterAll(async () => {
            await admin.call('DELETE', `/plugins/${id}`);
        });

        it('[CON-10] carries 100 MB up and 100 MB down, whole, through bounded memory', async () => {
            const whole = {bytes: HUNDRED, sha256: hashOf(HUNDRED)};
            const timed = async (what: string, work: () => Promise<unknown>): Promise<void> => {
                const begun = performance.now();
                expect(await work()).toEqual(whole);
                const seconds = (performance.now() - begun) / 1000;
                say(`${what} of 100 MB: ${seconds.toFixed(1)} s`);
            };
            const grown = await growth('up, then down', async () => {
                await timed('upload', () => upload(HUNDRED));
                await timed('download', () => download(HUNDRED));
            });
            expect(grown).toBeLessThan(GROWTH);
            await running(0);
        });

        it('[CON-10] carries 100 MB each way at once, with 1,000 calls of the key-value store in flight', async () => {
            const whole = {bytes: HUNDRED, sha256: hashOf(HUNDRED)};
            const grown = await growth('both ways and 1,000 calls at once', async () => {
                const [up, down, storm] = await Promise.all([
                    upload(HUNDRED),
                    download(HUNDRED),
                    json('POST', '/storm?calls=1000'),
                ]);
                expect(up).toEqual(whole);
                expect(down).toEqual(whole);
                expect(storm).toEqual({own: 1000});
            });
            expect(grown).toBeLessThan(GROWTH);
            await running(0);
        });

        it('[CON-10] waits for clients that read slowly, serves others meanwhile, and lets go when they hang up', async () => {
            const {brokenOff} = await state();
            const clients = await Promise.all(
                Array.from({length: READERS}, async () => {
                    const socket = await raw(`GET /plugins/${id}/give?bytes=${HUNDRED}`);
                    socket.pause();
                    socket.write('\r\n');
                    return socket;
                }),
            );
            await running(READERS);
            let slowest = 0;
            let read = 0;
            const grown = await growth(`${READERS} slow readers`, async () => {
                const end = performance.now() + 5_000;
                while (performance.now() < end) {
                    // 64 kB a second each, an eighth at a time; the rest stays where it is.
                    for (const socket of clients) {
                        const piece = z.instanceof(Buffer).nullable().parse(socket.read(8_000));
                        read += piece?.length ?? 0;
                    }
                    const begun = performance.now();
                    expect((await state()).open).toBe(READERS);
                    slowest = Math.max(slowest, performance.now() - begun);
                    await sleep(125);
                }
                expect((await upload(MB)).bytes).toBe(MB);
                expect((await download(MB)).bytes).toBe(MB);
            });
            expect(read).toBeGreaterThan(READERS * 100_000);
            expect(grown).toBeLessThan(STANDING_GROWTH);
            say(`others, beside slow readers: ${slowest.toFixed(0)} ms at most`);
            expect(slowest).toBeLessThan(1_000);
            for (const client of clients) client.destroy();
            await running(0);
            expect((await state()).brokenOff).toBe(brokenOff + READERS);
        });

        it('[CON-10] leaves a body with the server until it is read', async () => {
            const whole = {bytes: HUNDRED, sha256: hashOf(HUNDRED)};
            let taken: unknown;
            const grown = await growth('an upload that nobody reads for 3 s', async () => {
                const uploading = upload(HUNDRED, 3_000);
                await sleep(2_500);
                expect((await state()).open).toBe(1);
                taken = uploading;
            });
            expect(grown).toBeLessThan(STANDING_GROWTH);
            expect(await taken).toEqual(whole);
        });

        it('[CON-10] lets go of uploads that break off, and takes the next one', async () => {
            const {brokenOff} = await state();
            const count = 20;
            const grown = await growth('uploads that break off', async () => {
                const clients = await Promise.all(
                    Array.from({length: count}, async () => {
                        const socket = await raw(`POST /plugins/${id}/take`);
                        socket.write(`Content-Length: ${HUNDRED}\r\n\r\n`);
                        for (const piece of piecesOf(3 * MB)) {
                            if (!socket.write(piece)) await once(socket, 'drain');
                        }
                        return socket;
                    }),
                );
                await running(count);
                for (const client of clients) client.destroy();
                await running(0);
            });
            expect(grown).toBeLessThan(GROWTH);
            expect((await state()).brokenOff).toBe(brokenOff + count);
            expect((await upload(MB)).sha256).toBe(hashOf(MB));
        });

        it('[INS-11] brings log lines of any kind to the server’s log, one line each, at their level', async () => {
            // The server tells its log over REST only where it keeps it in a file.
            const {LogSettings: before} = await admin.call('GET', '/config');
            const kept = {EnableFile: true, FileJson: true, FileLevel: 'INFO'};
            await admin.call('PUT', '/config/patch', {LogSettings: kept});
            try {
                const mark = randomUUID();
                await json('POST', `/log?mark=${mark}`);
                const lines = await until('the last line', async () => {
                    const all: unknown = await admin.call('GET', '/logs?logs_per_page=200');
                    const ours = z
                        .array(z.string())
                        .parse(all)
                        .filter((line) => line.includes(mark));
                    const last = ours.some((line) => line.includes('the last line of'));
                    return last ? ours : undefined;
                });
                const levels = lines.map(
                    (line) => z.object({level: z.string()}).parse(JSON.parse(line)).level,
                );
                expect(levels).toEqual([...nastyLines.map(() => 'warn'), 'error']);
            } finally {
                const {EnableFile, FileJson, FileLevel} = before;
                const LogSettings = {EnableFile, FileJson, FileLevel};
                await admin.call('PUT', '/config/patch', {LogSettings});
            }
            expect((await state()).pid).toBe(pid);
        });
    });
}
