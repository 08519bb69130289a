import {readFileSync} from 'node:fs';
import * as z from 'zod';

/** A real Mattermost server, named by the environment. */
export interface RealServer {
    /** Calls the REST API as the admin (or as nobody); `undefined` body: none is sent. */
    call(
        method: string,
        path: string,
        body?: unknown,
    ): Promise<{readonly status: number; readonly json: unknown}>;
    upload(bundle: string): Promise<number>;
    readonly url: string;
    readonly token: string;
    readonly userId: string;
}

const {
    MATTERMOST_URL: url,
    MATTERMOST_ADMIN_USER: user,
    MATTERMOST_ADMIN_PASSWORD: password,
    GANGWAY_BUNDLE: bundle,
} = process.env;

/** What the environment names; undefined = the tests are skipped. */
export const named =
    url === undefined || user === undefined || password === undefined || bundle === undefined
        ? undefined
        : {url: url.replace(/\/+$/, ''), user, password, bundle};

/** Why the tests are skipped. */
export const SKIPPED =
    'skipped: MATTERMOST_URL, MATTERMOST_ADMIN_USER, MATTERMOST_ADMIN_PASSWORD and GANGWAY_BUNDLE (the .tar.gz) name no server';

/** Logs in as the admin. */
export async function signIn(there: NonNullable<typeof named>): Promise<RealServer> {
    const login = await fetch(`${there.url}/api/v4/users/login`, {
        method: 'POST',
        body: JSON.stringify({login_id: there.user, password: there.password}),
    });
    const token = login.headers.get('Token') ?? '';
    const {id: userId} = z.object({id: z.string()}).parse(await login.json());
    const headers = {Authorization: `Bearer ${token}`};
    return {
        url: there.url,
        token,
        userId,
        async call(method, path, body) {
            const response = await fetch(there.url + path, {
                method,
                headers: {...headers, 'Content-Type': 'application/json'},
                ...(body === undefined ? {} : {body: JSON.stringify(body)}),
            });
            const text = await response.text();
            return {status: response.status, json: text === '' ? undefined : JSON.parse(text)};
        },
        async upload(file) {
            const form = new FormData();
            form.append('plugin', new Blob([readFileSync(file)]), 'gangway.tar.gz');
            form.append('force', 'true');
            const response = await fetch(`${there.url}/api/v4/plugins`, {
                method: 'POST',
                headers,
                body: form,
            });
            await response.text();
            return response.status;
        },
    };
}

/** Asks again and again until something is there. */
export async function until<T>(
    what: string,
    look: () => Promise<T | undefined>,
    ms = 20_000,
): Promise<T> {
    const deadline = Date.now() + ms;
    for (;;) {
        const found = await look();
        if (found !== undefined) return found;
        if (Date.now() > deadline) throw new Error(`${what} did not come within ${ms} ms`);
        await new Promise((resolve) => setTimeout(resolve, 200));
    }
}
