import {createHash, randomBytes, timingSafeEqual} from 'node:crypto';
import * as z from 'zod';
import {createDocument, readDocument, removeDocument, updateDocument} from '../store/documents.ts';
import type {Store} from '../store/store.ts';

/** A token that lets a sidecar beside the server join as a runner; the secret is not kept. */
export interface RunnerToken {
    readonly id: string;
    readonly name: string;
    /** User id of the admin who made it. */
    readonly createdBy: string;
    /** Ms. */
    readonly createdAt: number;
    /** The access token of the bot that the runner works with: its id, and itself, sealed. */
    readonly botTokenId: string;
    readonly botToken: string;
}

/** The runner tokens of the shared store. */
export interface RunnerTokens {
    /** Makes a token; `secret` is shown now and never again. Undefined: the name is taken. */
    create(
        about: Omit<RunnerToken, 'id' | 'createdAt'>,
    ): Promise<{readonly token: RunnerToken; readonly secret: string} | undefined>;
    list(): Promise<readonly RunnerToken[]>;
    /**
     * Lets nobody in any more who shows a token of that name, and gives what there is of them. They stay
     * in the list until `remove`, so that what else belongs to them can be taken back in a second try.
     */
    revoke(name: string): Promise<readonly RunnerToken[]>;
    /** Forgets a token. */
    remove(id: string): Promise<void>;
    /** Puts what `renew` gives in the place of the bots' sealed tokens; undefined leaves one as it is. */
    reseal(renew: (sealed: string) => string | undefined): Promise<void>;
    /** The token that a runner shows, if it is one. */
    verify(secret: string): Promise<RunnerToken | undefined>;
    /**
     * Whether a token of this one's id is there, by a list of up to 10 s ago: costs the store nothing,
     * however often it is asked, and says nothing of the rest of the secret.
     */
    hasId(secret: string): Promise<boolean>;
}

/** Below it are the tokens; no runner may read or write there. */
export const RUNNER_TOKEN_PREFIX = 'runner-token/';

const schema = z.object({
    v: z.literal(1),
    id: z.string(),
    name: z.string(),
    createdBy: z.string(),
    createdAt: z.number(),
    botTokenId: z.string(),
    botToken: z.string(),
    /** SHA-256 of the secret, which has 256 bits of its own: no salt, no stretching needed. */
    hash: z.string(),
    /** Ms; nobody is let in since. */
    revokedAt: z.number().optional(),
});

/** How old the list of ids may be, ms. */
const LIST_MS = 10_000;

const SECRET = /^gwr_([0-9a-f]{16})_[\w-]{43}$/;

/** Runner tokens, hashed, one document each. */
export function createRunnerTokens(store: Store, now: () => number = Date.now): RunnerTokens {
    const read = async (key: string): Promise<z.output<typeof schema> | undefined> => {
        const document = await readDocument(store, key, schema);
        return document.kind === 'found' ? document.value : undefined;
    };
    const all = async (): Promise<z.output<typeof schema>[]> => {
        const keys = await store.list(RUNNER_TOKEN_PREFIX);
        const found = await Promise.all(keys.map(read));
        return found.filter((token) => token !== undefined);
    };
    let listed: {readonly at: number; readonly ids: Promise<ReadonlySet<string>>} | undefined;
    const listIds = async (): Promise<ReadonlySet<string>> => {
        const keys = await store.list(RUNNER_TOKEN_PREFIX);
        return new Set(keys.map((key) => key.slice(RUNNER_TOKEN_PREFIX.length)));
    };
    const ids = async (): Promise<ReadonlySet<string>> => {
        const at = now();
        if (listed === undefined || at - listed.at > LIST_MS) listed = {at, ids: listIds()};
        try {
            return await listed.ids;
        } catch (error) {
            listed = undefined;
            throw error;
        }
    };
    return {
        async create(about) {
            if ((await all()).some(({name}) => name === about.name)) return undefined;
            const id = randomBytes(8).toString('hex');
            const secret = `gwr_${id}_${randomBytes(32).toString('base64url')}`;
            const token = {...about, id, createdAt: now()};
            const hash = hashOf(secret).toString('hex');
            await createDocument(store, RUNNER_TOKEN_PREFIX + id, {v: 1, ...token, hash});
            listed = undefined;
            return {token, secret};
        },
        list: all,
        async revoke(name) {
            const named = (await all()).filter((one) => one.name === name);
            for (const {id} of named) {
                await updateDocument(store, RUNNER_TOKEN_PREFIX + id, schema, (token) =>
                    token === undefined ? undefined : {...token, revokedAt: now()},
                );
            }
            return named;
        },
        async remove(id) {
            await removeDocument(store, RUNNER_TOKEN_PREFIX + id, schema);
        },
        async reseal(renew) {
            for (const key of await store.list(RUNNER_TOKEN_PREFIX)) {
                await updateDocument(store, key, schema, (token) => {
                    const botToken = token === undefined ? undefined : renew(token.botToken);
                    if (token === undefined || botToken === undefined) return undefined;
                    return {...token, botToken};
                });
            }
        },
        async verify(secret) {
            const id = SECRET.exec(secret)?.[1];
            if (id === undefined) return undefined;
            const token = await read(RUNNER_TOKEN_PREFIX + id);
            if (token === undefined || token.revokedAt !== undefined) return undefined;
            const hash = Buffer.from(token.hash, 'hex');
            const given = hashOf(secret);
            return hash.length === given.length && timingSafeEqual(hash, given) ? token : undefined;
        },
        async hasId(secret) {
            const id = SECRET.exec(secret)?.[1];
            return id !== undefined && (await ids()).has(id);
        },
    };
}

function hashOf(secret: string): Buffer {
    return createHash('sha256').update(secret).digest();
}
