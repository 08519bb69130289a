import {Readable} from 'node:stream';
import {ROUTES} from '../contract/routes.ts';
import {silentLog} from '../contract/log.ts';
import {createLiveDrafts} from '../delivery/live-drafts.ts';
import {createAnswersApi} from './answers-api.ts';
import {createHttpApp} from './app.ts';
import {createInMemoryServer} from './in-memory.ts';

const POST = 'p'.repeat(26);
const CHANNEL = 'c'.repeat(26);

function open(canRead: (userId: string, channelId: string) => Promise<boolean>) {
    const drafts = createLiveDrafts();
    const server = createInMemoryServer(
        createHttpApp({
            accounts: () => [],
            press: () => Promise.resolve(undefined),
            routes: [
                {path: ROUTES.answers, router: createAnswersApi({find: drafts.find, canRead})},
            ],
            trustsUserHeader: true,
            log: silentLog,
        }),
    );
    const ask = async (userId: string, postId = POST, method = 'GET') => {
        let status = 0;
        let headers: Readonly<Record<string, readonly string[]>> = {};
        const chunks: Buffer[] = [];
        await server.handle(
            {
                method,
                url: `${ROUTES.answers}/${postId}`,
                host: 'chat.example.com',
                headers: userId === '' ? {} : {'Mattermost-User-Id': [userId]},
                remoteAddress: '10.0.0.1',
                body: Readable.from([]),
            },
            {
                async head(code, sent) {
                    status = code;
                    headers = sent;
                },
                write: async (chunk) => void chunks.push(Buffer.from(chunk)),
                flush: async () => undefined,
            },
        );
        const json: unknown = JSON.parse(Buffer.concat(chunks).toString() || 'null');
        return {status, headers, json};
    };
    return {drafts, ask};
}

const onlyAlice = async (userId: string, channelId: string): Promise<boolean> =>
    userId === 'alice' && channelId === CHANNEL;

describe('the draft of a growing answer', () => {
    it('[DEL-04] is given as it stands to who may read the channel', async () => {
        const {drafts, ask} = open(onlyAlice);
        let draft = {stream: 'abc', n: 1, message: 'The'};
        using _held = drafts.hold(POST, CHANNEL, () => draft);
        expect((await ask('alice')).json).toEqual(draft);
        draft = {stream: 'abc', n: 2, message: 'The tide'};
        const {status, json, headers} = await ask('alice');
        expect([status, json]).toEqual([200, draft]);
        expect(headers['Cache-Control']).toEqual(['no-store']);
    });

    it('[DEL-04] is not told apart from nothing for who may not, nor given to who is nobody', async () => {
        const {drafts, ask} = open(onlyAlice);
        const nothing = await ask('mallory');
        using _held = drafts.hold(POST, CHANNEL, () => ({stream: 'abc', n: 1, message: 'secret'}));
        const refused = await ask('mallory');
        expect(refused.status).toBe(404);
        expect(refused.json).toEqual(nothing.json);
        expect((await ask('')).status).toBe(401);
    });

    it('[DEL-04] is not given when nobody knows whether it may be', async () => {
        const {drafts, ask} = open(() => Promise.reject(new Error('the server is away')));
        using _held = drafts.hold(POST, CHANNEL, () => ({stream: 'abc', n: 1, message: 'secret'}));
        const {status, json} = await ask('alice');
        expect(status).toBe(500);
        expect(JSON.stringify(json)).not.toContain('secret');
    });

    it('[DEL-04] is gone when the answer has ended, also while the server was asked', async () => {
        const held: Disposable[] = [];
        const {drafts, ask} = open(async () => {
            for (const one of held) one[Symbol.dispose]();
            return true;
        });
        held.push(drafts.hold(POST, CHANNEL, () => ({stream: 'abc', n: 1, message: 'old'})));
        expect((await ask('alice')).status).toBe(404);
        expect((await ask('alice')).status).toBe(404);
    });

    it.each(['x', 'P'.repeat(26), '..%2f..%2fsettings', '%00', `${POST}%0a`, '__proto__'])(
        '[DEL-04] is not found by the name %j',
        async (name) => {
            const {ask} = open(() => Promise.resolve(true));
            expect((await ask('alice', name)).status).toBe(404);
        },
    );

    it('[DEL-04] is only read', async () => {
        const {ask} = open(() => Promise.resolve(true));
        for (const method of ['POST', 'PUT', 'DELETE']) {
            expect((await ask('alice', POST, method)).status).toBe(405);
        }
    });

    it('[DEL-04] is given sixty times a minute to one user, whatever the others do', async () => {
        let checks = 0;
        const {drafts, ask} = open(async () => ++checks > 0);
        using _held = drafts.hold(POST, CHANNEL, () => ({stream: 'abc', n: 1, message: 'x'}));
        for (let n = 0; n < 60; n++) expect((await ask('alice')).status).toBe(200);
        expect((await ask('alice')).status).toBe(429);
        expect(checks).toBe(60);
        expect((await ask('bob')).status).toBe(200);
    });
});

describe('the streams of a runner', () => {
    it('[DEL-04] have names of three letters that do not come again soon', () => {
        const {newStream} = createLiveDrafts();
        const names = Array.from({length: 5_000}, newStream);
        expect(new Set(names).size).toBe(5_000);
        expect(names.every((name) => /^[0-9a-z]{3}$/.test(name))).toBe(true);
    });
});
