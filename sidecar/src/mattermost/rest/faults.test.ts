import {createPlayground, type Playground} from '../../../../playground/src/playground.ts';
import {silentLog, type Log} from '../../contract/log.ts';
import {directOutbound} from '../../net/direct.fixture.ts';
import type {Outbound} from '../../net/outbound.ts';
import {listenTo, stopAllLogs, untilTrue, type EventLog} from '../event-log.contract.ts';
import type {ConnectionState, Platform} from '../platform.ts';
import {memoryMarks, QUICK, restDeps} from './rest-world.contract.ts';
import {createRestPlatform, type RestPlatformDeps} from './rest-platform.ts';
import type {Timings} from './timings.ts';

const numbers = (count: number, word: string): string[] =>
    Array.from({length: count}, (_, n) => `${word} ${n}`);

describe('the REST platform under faults', () => {
    let playground: Playground;
    let alice: string;
    let channelId: string;
    let bot: {userId: string; token: string};
    let adminToken: string;
    let states: ConnectionState[];

    beforeEach(async () => {
        playground = await createPlayground();
        const team = playground.addTeam('faults');
        alice = playground.addUser('alice').id;
        const admin = playground.addUser('admin', {roles: 'system_admin system_user'}).id;
        adminToken = playground.login(admin);
        playground.joinTeam(team.id, alice, admin);
        const channel = playground.addChannel(team.id, 'deck');
        channelId = channel.id;
        playground.joinChannel(channelId, alice);
        bot = playground.addBot('helper', {teams: [team.id], channels: [channelId]});
        states = [];
    });
    afterEach(async () => {
        await playground.faults.inject({kind: 'clear'});
        await stopAllLogs();
        await playground.close();
    });

    const make = (
        timings: Partial<Timings> = {},
        deps: Partial<RestPlatformDeps> = {},
    ): Platform => {
        const platform = createRestPlatform({
            ...restDeps(playground.url, bot.token, memoryMarks()),
            ...deps,
            timings: {...QUICK, ...timings},
        });
        platform.onStatus((status) => {
            if (states.at(-1) !== status.state) states.push(status.state);
        });
        return platform;
    };
    const listening = async (
        timings: Partial<Timings> = {},
        deps: Partial<RestPlatformDeps> = {},
    ): Promise<{platform: Platform; log: EventLog}> => {
        const platform = make(timings, deps);
        await platform.connect(AbortSignal.timeout(60_000));
        return {platform, log: await listenTo(platform)};
    };
    const say = async (...texts: string[]): Promise<void> => {
        for (const text of texts) {
            playground.post(alice, channelId, text);
            // Two posts of one millisecond have no order on any server.
            await new Promise((resolve) => setTimeout(resolve, 2));
        }
    };
    const texts = (log: EventLog): string[] => log.posts(channelId).map((post) => post.message);
    const asAdmin = async (method: string, path: string): Promise<void> => {
        const response = await fetch(`${playground.url}/api/v4${path}`, {
            method,
            headers: {Authorization: `Bearer ${adminToken}`},
        });
        expect(response.status).toBe(200);
    };

    it('[CON-01] takes up a cut connection where it was: all by the socket, nothing by REST', async () => {
        // After three upgrades in vain it would poll.
        const {platform, log} = await listening({backoffMinMs: 2_000, backoffMaxMs: 60_000});
        await say('before');
        await log.message('before');
        await playground.faults.inject({kind: 'refuse-upgrades', status: 503});
        await playground.faults.inject({kind: 'cut'});
        await untilTrue(() => platform.status.state !== 'ready');
        await say(...numbers(20, 'while cut'));
        await fetch(`${playground.url}/api/v4/reactions`, {
            method: 'POST',
            headers: {Authorization: `Bearer ${playground.login(alice)}`},
            body: JSON.stringify({
                user_id: alice,
                post_id: log.posts(channelId)[0]?.id,
                emoji_name: 'tada',
            }),
        });
        await playground.faults.inject({kind: 'clear'});
        await log.until((event) => event.kind === 'reaction-added');
        expect(texts(log)).toEqual(['before', ...numbers(20, 'while cut')]);
        // The first one may still have come with the catch-up of the start.
        const sources = log.posted(channelId).map((event) => event.source);
        expect(sources.slice(1)).toEqual(Array(20).fill('socket'));
        expect(platform.status.reconnects).toBe(1);
    });

    it('[CON-04] reads by REST what the server kept no longer for the cut connection', async () => {
        const {platform, log} = await listening({backoffMinMs: 2_000, backoffMaxMs: 60_000});
        await say('before');
        await log.message('before');
        await playground.faults.inject({kind: 'refuse-upgrades', status: 503});
        await playground.faults.inject({kind: 'cut'});
        await untilTrue(() => platform.status.state !== 'ready');
        for (let n = 0; n < 600; n++) playground.post(alice, channelId, `many ${n}`);
        await playground.faults.inject({kind: 'clear'});
        await log.message('many 599');
        expect(texts(log)).toEqual(['before', ...numbers(600, 'many')]);
        expect(log.posted(channelId).at(-1)?.source).toBe('catch-up');
    });

    it('[CON-04] loses and doubles nothing when the server is restarted while people write', async () => {
        const {log} = await listening();
        await say('before');
        await log.message('before');
        await playground.restart(300);
        await say(...numbers(20, 'after'));
        await log.message('after 19');
        expect(texts(log)).toEqual(['before', ...numbers(20, 'after')]);
    });

    it('[CON-04] forgets what it knew of channels when events about them may be lost', async () => {
        const {platform, log} = await listening();
        expect((await platform.channel(channelId))?.displayName).toBe('deck');
        await playground.faults.inject({kind: 'refuse-upgrades', status: 503});
        await playground.restart();
        await untilTrue(() => platform.status.state !== 'ready');
        const renamed = await fetch(`${playground.url}/api/v4/channels/${channelId}/patch`, {
            method: 'PUT',
            headers: {Authorization: `Bearer ${adminToken}`},
            body: JSON.stringify({display_name: 'Upper deck'}),
        });
        expect(renamed.status).toBe(200);
        await playground.faults.inject({kind: 'clear'});
        await say('there again');
        await log.message('there again');
        expect((await platform.channel(channelId))?.displayName).toBe('Upper deck');
    });

    it('[CON-04] loses and doubles nothing over many short cuts', async () => {
        const {log} = await listening({backoffMinMs: 5, backoffMaxMs: 30});
        const all = numbers(150, 'steady');
        for (const [n, text] of all.entries()) {
            if (n % 10 === 5) await playground.faults.inject({kind: 'cut'});
            await say(text);
        }
        await log.message('steady 149');
        expect(texts(log)).toEqual(all);
    });

    it('[CON-04] reads the gap again until it has read it, through a storm of 429 and 503', async () => {
        const {log, platform} = await listening({totalMs: 100});
        await say('before');
        await log.message('before');
        for (const status of [429, 503]) {
            await playground.faults.inject({
                kind: 'answer',
                status,
                retryAfterSeconds: 0,
                match: {path: '/posts', times: 10},
            });
        }
        await playground.restart();
        await say('meanwhile');
        await log.message('meanwhile');
        await untilTrue(() => platform.status.state === 'ready');
        expect(texts(log)).toEqual(['before', 'meanwhile']);
    });

    it('[CON-02] shows a refused token as such, and tries it slowly', async () => {
        let token = 'wrong';
        const platform = make({badTokenMs: 4_000}, {token: async () => token});
        const connecting = platform.connect(AbortSignal.timeout(60_000));
        await untilTrue(() => platform.status.state === 'bad-token');
        const before = playground.faults.requests;
        await new Promise((resolve) => setTimeout(resolve, 200));
        expect(playground.faults.requests).toBe(before);
        token = bot.token;
        expect((await connecting).userId).toBe(bot.userId);
        expect(states).toEqual(['bad-token', 'connecting']);
    });

    it('[CON-02] says once per outage whose token is refused and what to do, and once that it is taken', async () => {
        const lines: string[] = [];
        const say = (line: string): void => void lines.push(line);
        const log: Log = {...silentLog, info: say, warn: say, error: say, child: () => log};
        let asked = 0;
        const platform = make(
            {badTokenMs: 10},
            {
                account: 'harbor',
                tokenRemedy: 'look into the safe',
                token: async () => (++asked % 5 === 0 ? bot.token : 'wrong'),
                log,
            },
        );
        await platform.connect(AbortSignal.timeout(60_000));
        expect(asked).toBe(5);
        expect(lines).toEqual([
            expect.stringMatching(
                /refuses the bot token of the account harbor: look into the safe;/,
            ),
            'the server lets us in again',
        ]);
        // A server that is away is another outage, of another kind.
        await playground.faults.inject({kind: 'answer', status: 502, match: {times: 4}});
        await platform.connect(AbortSignal.timeout(60_000));
        expect(lines.slice(2)).toEqual([
            'the server cannot be reached',
            'the server lets us in again',
        ]);
    });

    it('[CON-02] finds that a running bot was disabled, and comes back when it is enabled', async () => {
        const {platform, log} = await listening({healthMs: 50, badTokenMs: 100});
        await asAdmin('POST', `/bots/${bot.userId}/disable`);
        await untilTrue(() => platform.status.state === 'bad-token');
        await say('while disabled');
        await asAdmin('POST', `/bots/${bot.userId}/enable`);
        await log.message('while disabled');
        await say('live again');
        expect((await log.message('live again')).source).toBe('socket');
        expect(texts(log)).toEqual(['while disabled', 'live again']);
    });

    it('[CON-03] finds that the bot was disabled and enabled in between, which leaves a deaf socket', async () => {
        const {log} = await listening({healthMs: 60, pingMs: 60_000});
        await asAdmin('POST', `/bots/${bot.userId}/disable`);
        await say('not heard');
        await asAdmin('POST', `/bots/${bot.userId}/enable`);
        await log.message('not heard');
        await say('heard');
        await log.message('heard');
        expect(texts(log)).toEqual(['not heard', 'heard']);
    });

    it('[CON-03] finds a line that stands and carries nothing', async () => {
        const {platform, log} = await listening({pingMs: 50, pongMs: 80});
        await playground.faults.inject({kind: 'silence', silent: true});
        await say('into the void');
        await untilTrue(() => platform.status.state !== 'ready');
        expect(platform.status.lastError).toMatch(/did not answer/);
        await playground.faults.inject({kind: 'silence', silent: false});
        await log.message('into the void');
        expect(texts(log)).toEqual(['into the void']);
    });

    it('[CON-05] polls where there is no WebSocket, says so, and returns to the socket', async () => {
        await playground.faults.inject({kind: 'refuse-upgrades', status: 400});
        const {platform, log} = await listening({pollMs: 30});
        expect(platform.status.state).toBe('polling');
        await say(...numbers(5, 'polled'));
        expect(await log.message('polled 4')).toMatchObject({
            source: 'polling',
            mentionsBot: undefined,
        });
        await playground.faults.inject({kind: 'clear'});
        await untilTrue(() => platform.status.state === 'ready');
        await say('by socket');
        expect((await log.message('by socket')).source).toBe('socket');
        expect(texts(log)).toEqual([...numbers(5, 'polled'), 'by socket']);
    });

    it('[CON-05] does not read a quiet channel again and again while it polls', async () => {
        await playground.faults.inject({kind: 'refuse-upgrades', status: 400});
        const paths: string[] = [];
        const outbound: Outbound = {
            ...directOutbound,
            fetch: (input, init) => {
                if (typeof input === 'string') paths.push(new URL(input).pathname);
                return directOutbound.fetch(input, init);
            },
        };
        const {log} = await listening({pollMs: 20, backoffMinMs: 300}, {outbound});
        await say('one');
        await log.message('one');
        const lastRead = (): number => paths.findLastIndex((path) => path.endsWith('/posts'));
        await untilTrue(() => paths.length - lastRead() > 20);
    });

    it('loses nothing when the consumer is slow', async () => {
        const platform = make({}, {limits: {queue: 10}});
        await platform.connect(AbortSignal.timeout(60_000));
        const seen: string[] = [];
        const controller = new AbortController();
        const all = numbers(700, 'flood');
        const consuming = (async () => {
            for await (const event of platform.events(controller.signal)) {
                if (event.kind !== 'posted') continue;
                seen.push(event.post.message);
                if (seen.length % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 20));
                if (event.post.message === all.at(-1)) break;
            }
        })();
        await untilTrue(() => platform.status.state === 'ready');
        for (const text of all) playground.post(alice, channelId, text);
        await consuming;
        expect(seen).toEqual(all);
    });

    it('[CON-10] tells its listeners each state, and no longer once they are gone', async () => {
        const {platform, log} = await listening();
        await playground.faults.inject({kind: 'cut'});
        await untilTrue(() => platform.status.reconnects === 1);
        await log.stop();
        expect(states).toEqual(['ready', 'connecting', 'ready', 'disabled']);
        let told = 0;
        platform
            .onStatus(() => {
                told += 1;
            })
            [Symbol.dispose]();
        const again = await listenTo(platform);
        await again.stop();
        expect(told).toBe(0);
    });

    it('[CON-06] is not held up by another account whose server is down or slow', async () => {
        const dead = createRestPlatform({
            ...restDeps('http://127.0.0.1:9', 'token', memoryMarks()),
            account: 'dead',
        });
        const controller = new AbortController();
        const connecting = dead.connect(controller.signal).catch(() => 'given up');
        const {log} = await listening();
        await say('still here');
        await log.message('still here');
        await untilTrue(() => dead.status.state === 'error');
        controller.abort();
        expect(await connecting).toBe('given up');
    });

    it('[CON-07] makes one post although its first answer was lost', async () => {
        const {platform} = await listening();
        await playground.faults.inject({
            kind: 'reset',
            when: 'after',
            match: {method: 'POST', path: '/posts$', times: 1},
        });
        const post = await platform.createPost({channelId, message: 'exactly once'}, 'key-1');
        const posts = await platform.postsAfter(channelId, undefined);
        expect(posts.filter((one) => one.message === 'exactly once').map((one) => one.id)).toEqual([
            post.id,
        ]);
    });
});
