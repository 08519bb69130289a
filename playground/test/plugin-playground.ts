import {setTimeout as sleep} from 'node:timers/promises';
import * as z from 'zod';
import type {Log, LogFields} from '../../sidecar/src/contract/log.ts';
import {createPlayground, type Playground, type PlaygroundOptions} from '../src/playground.ts';
import {testBundle} from './test-bundles.ts';

const statusesSchema = z.tuple([
    z.object({state: z.number(), error: z.string(), version: z.string()}),
]);

/** A line that the playground logged. */
export interface LogLine {
    readonly level: 'debug' | 'info' | 'warn' | 'error';
    readonly message: string;
    readonly fields: LogFields;
}

/** As of `fetch`, but `headers` is a plain object; `token` '' = as nobody. */
export type RequestOptions = Omit<RequestInit, 'headers'> & {
    readonly token?: string;
    readonly headers?: Record<string, string>;
};

/** A playground with an admin, for tests of plugins. */
export interface PluginPlayground {
    readonly playground: Playground;
    readonly adminId: string;
    readonly token: string;
    readonly lines: LogLine[];
    /** A request as the admin, unless `token` says otherwise; '' = as nobody. */
    request(path: string, init?: RequestOptions): Promise<Response>;
    upload(bundle: Buffer, force?: boolean): Promise<Response>;
    /** Uploads and enables the test plugin. */
    start(manifest?: Record<string, unknown>, files?: Record<string, string>): Promise<void>;
    /** What GET /plugins/statuses says of the test plugin. */
    status(): Promise<{state: number; error: string; version: string}>;
}

function logInto(lines: LogLine[], base: LogFields = {}): Log {
    const at =
        (level: LogLine['level']) =>
        (message: string, fields: LogFields = {}): void =>
            void lines.push({level, message, fields: {...base, ...fields}});
    return {
        debug: at('debug'),
        info: at('info'),
        warn: at('warn'),
        error: at('error'),
        child: (fields) => logInto(lines, {...base, ...fields}),
    };
}

function authorization(headers: Record<string, string>, token: string): Record<string, string> {
    return token === '' || 'Authorization' in headers ? {} : {Authorization: `Bearer ${token}`};
}

/** No limit, and no check that a test did not ask for, may come in between on a busy machine. */
const PATIENT = {startTimeoutMs: 60_000, exitTimeoutMs: 30_000, healthCheckMs: 600_000};

/** Starts one; close its `playground` after the test. */
export async function startPluginPlayground(
    options: PlaygroundOptions & {mode?: string; admin?: string} = {},
): Promise<PluginPlayground> {
    const lines: LogLine[] = [];
    const env = {...process.env, TEST_PLUGIN_MODE: options.mode ?? 'normal'};
    const playground = await createPlayground({
        log: logInto(lines),
        ...options,
        plugins: {env, ...PATIENT, ...options.plugins},
    });
    const admin = playground.addUser(options.admin ?? 'admin', {roles: 'system_admin system_user'});
    const token = playground.login(admin.id);
    const request: PluginPlayground['request'] = (
        path,
        {token: own = token, headers = {}, ...init} = {},
    ) =>
        fetch(`${playground.url}${path}`, {
            ...init,
            headers: {...headers, ...authorization(headers, own)},
        });
    const upload: PluginPlayground['upload'] = (bundle, force = false) => {
        const body = new FormData();
        body.set('plugin', new Blob([new Uint8Array(bundle)]), 'plugin.tar.gz');
        if (force) {
            body.set('force', 'true');
        }
        return request('/api/v4/plugins', {method: 'POST', body});
    };
    return {
        playground,
        adminId: admin.id,
        token,
        lines,
        request,
        upload,
        async start(manifest, files) {
            expect((await upload(testBundle(manifest, files))).status).toBe(201);
            const answer = await request('/api/v4/plugins/test-plugin/enable', {method: 'POST'});
            expect(await answer.json()).toEqual({status: 'OK'});
        },
        async status() {
            const answer = await request('/api/v4/plugins/statuses');
            return statusesSchema.parse(await answer.json())[0];
        },
    };
}

/** The answer as JSON that fits `schema`. */
export async function jsonOf<T>(schema: z.ZodType<T>, answer: Promise<Response>): Promise<T> {
    return schema.parse(await (await answer).json());
}

/** Waits for a condition, thirty seconds at most unless said. */
export async function until(
    condition: () => boolean | Promise<boolean>,
    limitMs = 30_000,
): Promise<void> {
    const end = Date.now() + limitMs;
    while (!(await condition())) {
        if (Date.now() > end) {
            throw new Error('it did not happen');
        }
        await sleep(20);
    }
}
