import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {readFile, stat, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {createPlayground, type Playground} from '../../playground/src/playground.ts';
import {seedHarbor, type Harbor} from '../../playground/src/seed-harbor.ts';
import type {PostRow} from '../../playground/src/world/records.ts';
import {gangwayOf} from './aboard.ts';
import {peopleOf} from './people.ts';
import {openWorkshop, type Program} from './program.ts';
import {startSlowModel} from './slow-model.ts';

interface Port extends AsyncDisposable {
    readonly playground: Playground;
    readonly harbor: Harbor;
    readonly bot: {readonly userId: string; readonly token: string};
    readonly directId: string;
    ask(text: string): PostRow;
    /** The finished answer to a post. */
    answer(post: PostRow): Promise<PostRow>;
    /** The first post of an answer, whatever its state. */
    draft(post: PostRow): Promise<PostRow>;
}

async function openPort(): Promise<Port> {
    const playground = await createPlayground();
    const harbor = seedHarbor(playground);
    const bot = playground.addBot('gangway', {teams: [harbor.teamId], channels: [harbor.deckId]});
    const {alice} = harbor.users;
    const directId = playground.direct(alice, bot.userId).id;
    const find = async (post: PostRow, finished: boolean): Promise<PostRow> => {
        const deadline = Date.now() + 60_000;
        for (;;) {
            const found = playground.world.posts.table
                .ofChannel(post.channel_id)
                .find((one) => one.delete_at === 0 && gangwayOf(one)?.turn === post.id);
            if (found !== undefined) {
                if (!finished || gangwayOf(found)?.state !== 'streaming') return found;
            }
            if (Date.now() > deadline) throw new Error('no answer');
            await new Promise((resolve) => setTimeout(resolve, 10));
        }
    };
    return {
        playground,
        harbor,
        bot,
        directId,
        ask: (text) => playground.post(alice, directId, text),
        answer: (post) => find(post, true),
        draft: (post) => find(post, false),
        [Symbol.asyncDispose]: () => playground.close(),
    };
}

/** A port that somebody else has. */
async function occupyPort(): Promise<{readonly port: number} & AsyncDisposable> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return {
        port: (server.address() as AddressInfo).port,
        async [Symbol.asyncDispose]() {
            await new Promise((resolve) => server.close(resolve));
        },
    };
}

/** What a settings file must say for the port. */
const mattermost = (port: Port, more: object = {}): object => ({
    baseUrl: port.playground.url,
    botToken: port.bot.token,
    dmPolicy: 'open',
    allowFrom: ['*'],
    network: {dangerouslyAllowPrivateNetwork: true},
    ...more,
});

const listeningAt = async (program: Program): Promise<string> => {
    const line = JSON.parse(await program.said('listening')) as {host: string; port: number};
    return `http://${line.host}:${line.port}`;
};

describe('gangway serve', () => {
    it('[INS-07][DEL-01] serves by a settings file, tells how it is, and stops cleanly when it is told to', async () => {
        await using port = await openPort();
        await using workshop = await openWorkshop();
        const file = await workshop.settings('gangway.json5', {
            channels: {mattermost: mattermost(port, {streaming: 'off'})},
            agents: {main: {kind: 'demo', delayMs: 0}},
            http: {port: 0},
        });
        const program = workshop.start(['serve', '--config', file]);
        await program.said('connected');
        const url = await listeningAt(program);
        expect((await fetch(`${url}/healthz`)).status).toBe(200);
        expect(await (await fetch(`${url}/readyz`)).json()).toMatchObject({
            status: 'ready',
            accounts: [{account: 'default', state: 'ready'}],
        });
        const created: string[] = [];
        port.playground.tap((event) => {
            if (event.kind === 'post-updated') created.push(event.post.id);
        });
        const answer = await port.answer(port.ask('table'));
        expect(answer.message).toContain('|');
        // The old form of the setting: one post, no edits.
        expect(created).not.toContain(answer.id);
        program.kill('SIGTERM');
        expect(await program.ended).toEqual({code: 0, signal: null});
        expect(program.lines.at(-1)).toContain('"msg":"stopped"');
        // The store is where the default says, for its owner only.
        expect((await stat(path.join(workshop.folder, '.gangway/gangway.db'))).mode & 0o077).toBe(
            0,
        );
    });

    it('[INS-07][DEL-09] ends soon in the middle of an answer, which the next one finishes', async () => {
        await using port = await openPort();
        await using workshop = await openWorkshop();
        await using model = await startSlowModel(
            ['Ten ', 'fathoms, ', 'no ', 'more, ', 'no less.'],
            5,
        );
        const file = await workshop.settings('gangway.json5', {
            channels: {mattermost: mattermost(port, {streaming: {minInitialChars: 1}})},
            agents: {main: {kind: 'openai-compatible', baseUrl: model.url, model: 'slow'}},
            http: {port: 0},
        });
        const first = workshop.start(['serve', '-c', file]);
        await first.said('connected');
        model.endless = true;
        const post = port.ask('how deep?');
        const draft = await port.draft(post);
        first.kill('SIGINT');
        expect(await first.ended).toEqual({code: 0, signal: null});
        const now = (): PostRow | undefined => port.playground.world.posts.table.get(draft.id);
        expect(now()?.message).toMatch(/^Ten .*\n\n_Gangway is restarting/s);
        model.endless = false;
        const second = workshop.start(['serve', '-c', file]);
        await second.said('answered');
        expect(now()?.message).toBe('Ten fathoms, no more, no less.');
        expect(model.questions).toEqual(['how deep?', 'how deep?']);
    });

    it('[INS-09] serves by the environment alone, for the people it names', async () => {
        await using port = await openPort();
        await using workshop = await openWorkshop();
        const {alice} = port.harbor.users;
        const program = workshop.start(['serve'], {
            MATTERMOST_URL: port.playground.url,
            MATTERMOST_TOKEN: port.bot.token,
            MATTERMOST_ALLOWED_USERS: alice,
        });
        await program.said('connected');
        const {bob} = port.harbor.users;
        const bobs = port.playground.direct(bob, port.bot.userId).id;
        port.playground.post(bob, bobs, 'table');
        expect((await port.answer(port.ask('help'))).message).toContain('Write to me directly');
        const toBob = port.playground.world.posts.table
            .ofChannel(bobs)
            .filter(({user_id: userId}) => userId === port.bot.userId);
        expect(toBob.filter((post) => gangwayOf(post) !== undefined)).toEqual([]);
    });

    it('[INS-09] takes from the environment only what the file leaves open, and secrets from where it says', async () => {
        await using port = await openPort();
        await using workshop = await openWorkshop();
        const secret = path.join(workshop.folder, 'token');
        await writeFile(secret, `${port.bot.token}\n`);
        const file = await workshop.settings('gangway.json5', {
            channels: {
                mattermost: {
                    ...mattermost(port),
                    botToken: {source: 'file', id: secret},
                },
            },
            store: {kind: 'memory'},
            http: {port: 0},
        });
        const program = workshop.start(['serve', '-c', file], {
            MATTERMOST_URL: 'http://127.0.0.1:9',
            MATTERMOST_BOT_TOKEN: 'a-token-that-is-wrong',
        });
        await program.said('connected');
        await port.answer(port.ask('help'));
    });

    it('[CON-02][INS-07] goes on when its token is refused, and says so', async () => {
        await using port = await openPort();
        await using workshop = await openWorkshop();
        const file = await workshop.settings('gangway.json5', {
            channels: {mattermost: mattermost(port, {botToken: 'notatokenofthatserver00000'})},
            store: {kind: 'memory'},
            http: {port: 0},
        });
        const program = workshop.start(['serve', '-c', file]);
        const url = await listeningAt(program);
        await program.said(
            'the server refuses the bot token of the account default: check MATTERMOST_BOT_TOKEN, or botToken in the settings file; `gangway doctor` says more; it is tried again about every 30 seconds',
        );
        const ready = await fetch(`${url}/readyz`);
        expect(ready.status).toBe(503);
        expect(await ready.json()).toMatchObject({accounts: [{state: 'bad-token'}]});
        program.kill('SIGTERM');
        expect((await program.ended).code).toBe(0);
        expect(program.stderr()).not.toContain('notatokenofthatserver');
    });

    it('[INS-07][SET-03] refuses what it cannot work with, each with its own exit code', async () => {
        await using workshop = await openWorkshop();
        await using taken = await occupyPort();
        const wrong = await workshop.settings('wrong.json5', {
            channels: {
                mattermost: {baseUrl: 'http://127.0.0.1:9', botToken: 'x', chatMode: 'oncall'},
            },
        });
        const good = (change: object): object => ({
            channels: {mattermost: {baseUrl: 'http://127.0.0.1:9', botToken: 'abcdefghijk'}},
            store: {kind: 'memory'},
            http: {port: 0},
            ...change,
        });
        const busy = await workshop.settings('busy.json5', good({http: {port: taken.port}}));
        const broken = path.join(workshop.folder, 'broken.db');
        await writeFile(
            broken,
            'this is no database, but long enough to be looked at as one. '.repeat(99),
        );
        const unreadable = await workshop.settings(
            'unreadable.json5',
            good({store: {kind: 'sqlite', path: broken}}),
        );
        const cases: [string[], number, RegExp][] = [
            [['serve', '-c', wrong], 3, /channels\.mattermost.*chatMode.*chatmode/s],
            [['serve', '-c', busy], 1, /EADDRINUSE.*cannot run/],
            [['serve', '-c', unreadable], 1, /not a database.*cannot run/],
            [['sail'], 2, /sail/],
        ];
        const runs = cases.map(async ([args, code, says]) => {
            const program = workshop.start(args);
            expect({args, ...(await program.ended)}).toEqual({args, code, signal: null});
            expect(program.stderr()).toMatch(says);
        });
        await Promise.all(runs);
        expect(await readFile(broken, 'utf8')).toContain('this is no database');
    });

    it('[INS-11] logs a whole run without a token, a signature or a word that anybody said', async () => {
        await using port = await openPort();
        await using workshop = await openWorkshop();
        await using model = await startSlowModel(['The ', 'word ', 'is ', 'XYLOPHONE.'], 5);
        const key = 'sk-verysecretkeyofthemodel';
        const file = await workshop.settings('gangway.json5', {
            channels: {
                mattermost: mattermost(port, {streaming: {minInitialChars: 1, throttleMs: 250}}),
            },
            agents: {
                main: {
                    kind: 'openai-compatible',
                    baseUrl: model.url,
                    model: 'm',
                    apiKey: key,
                    maxRetries: 0,
                },
            },
            http: {port: 0},
            log: {level: 'debug'},
        });
        const program = workshop.start(['serve', '-c', file]);
        await program.said('connected');
        const {playground, harbor} = port;
        const {alice, bob} = harbor.users;
        const people = peopleOf(playground);
        await port.answer(port.ask('what is a QUINCUNX?'));
        playground.post(bob, harbor.deckId, 'nobody asked about my ZEPPELIN');
        model.fail = {status: 503, body: JSON.stringify({error: {message: `bad key ${key}`}})};
        const failed = await port.answer(port.ask('and a BASSOON?'));
        expect(failed.message).not.toContain(key);
        const [attachment] = structuredClone(failed.props['attachments']) as {
            actions: {integration: {url: string; context: {_token: string}}}[];
        }[];
        const forged = attachment!.actions[0]!.integration;
        await people.press(alice, failed, 'Try again');
        // Faults, so that errors are logged too.
        await playground.faults.inject({
            kind: 'answer',
            status: 503,
            match: {method: 'POST', times: 3},
        });
        await port.answer(port.ask('once more, the DULCIMER'));
        await playground.faults.inject({kind: 'cut'});
        await people.edit(alice, port.ask('!status'), 'not that GLOCKENSPIEL');
        await fetch(forged.url, {
            method: 'POST',
            body: JSON.stringify({
                user_id: alice,
                context: {...forged.context, turn: 'forged'},
            }),
        });
        await port.answer(port.ask('help'));
        program.kill('SIGTERM');
        expect((await program.ended).code).toBe(0);

        const log = program.stderr();
        for (const line of program.lines) expect(() => JSON.parse(line) as unknown).not.toThrow();
        expect(log.split('"msg":"answered"').length).toBeGreaterThan(3);
        expect(log).toContain('"msg":"button with a wrong signature"');
        expect(log).toContain('"msg":"decided"');
        const words = ['QUINCUNX', 'ZEPPELIN', 'BASSOON', 'DULCIMER', 'GLOCKENSPIEL', 'XYLOPHONE'];
        const secrets = [port.bot.token, key, forged.context._token];
        expect([...words, ...secrets].filter((word) => log.includes(word))).toEqual([]);
        expect(program.stdout()).toBe('');
    });
});
