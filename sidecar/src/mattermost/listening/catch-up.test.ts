import {silentLog} from '../../contract/log.ts';
import {PlatformError} from '../errors.ts';
import type {Channel, PlatformEvent, Post} from '../platform.ts';
import {createCatchUp} from './catch-up.ts';
import {createProgress} from './progress.ts';
import {memoryMarks} from '../rest/rest-world.contract.ts';
import {DEFAULT_LIMITS, DEFAULT_TIMINGS} from '../rest/timings.ts';
import {aPost} from '../../../test/a-post.ts';

const BOT = 'bot';
const MINUTE = 60_000;
const NOW = 100 * MINUTE;

describe('catch-up', () => {
    let posts: Map<string, Post[]>;
    let broken: Map<string, PlatformError>;
    const never = new AbortController().signal;

    beforeEach(() => {
        posts = new Map();
        broken = new Map();
    });

    const say = (
        channelId: string,
        id: string,
        createAt: number,
        fields: Partial<Post> = {},
    ): void => {
        const post = aPost({id, createAt, channelId, ...fields});
        posts.set(channelId, [...(posts.get(channelId) ?? []), post]);
    };

    const make = async () => {
        const progress = createProgress({
            marks: memoryMarks(),
            timings: DEFAULT_TIMINGS,
            limits: DEFAULT_LIMITS,
            log: silentLog,
        });
        await progress.load(async () => 1_000);
        const events: PlatformEvent[] = [];
        const reads: string[] = [];
        const catchUp = createCatchUp({
            server: {
                channels: async () =>
                    [...posts].map(([id, list]): Channel => ({
                        id,
                        type: 'O',
                        teamId: 't',
                        name: id,
                        displayName: id,
                        lastPostAt: Math.max(...list.map((post) => post.createAt)),
                        deleteAt: 0,
                    })),
                newest: async (channelId) => {
                    reads.push(channelId);
                    const error = broken.get(channelId);
                    if (error !== undefined) throw error;
                    const list = [...(posts.get(channelId) ?? [])];
                    list.sort((a, b) => a.createAt - b.createAt);
                    return {posts: list, hasOlder: false};
                },
                before: () => Promise.reject(new Error('not needed')),
                after: () => Promise.reject(new Error('not needed')),
                serverNow: () => NOW,
            },
            progress,
            botId: () => BOT,
            maxAgeMinutes: 60,
            timings: DEFAULT_TIMINGS,
            log: silentLog,
            give: async (event, handled) => {
                if (event !== undefined) events.push(event);
                handled();
            },
        });
        const round = async (): Promise<string[]> => {
            events.length = 0;
            reads.length = 0;
            await catchUp.run('catch-up', never);
            return events.map((event) =>
                event.kind === 'posted'
                    ? event.post.id
                    : `${event.kind} ${'count' in event ? event.count : ''}`,
            );
        };
        return {round, reads, progress};
    };

    it('[CON-04] gives a post that became visible after a newer one was handled', async () => {
        const {round} = await make();
        say('c', 'p1', NOW - 50_000);
        say('c', 'p3', NOW - 40_000);
        expect(await round()).toEqual(['p1', 'p3']);
        say('c', 'p2', NOW - 45_000);
        say('c', 'p4', NOW - 30_000);
        expect(await round()).toEqual(['p2', 'p4']);
    });

    it('[CON-04] gives the second of two posts of one millisecond, and then reads no more', async () => {
        const {round, reads} = await make();
        say('c', 'p1', NOW - 5_000);
        expect(await round()).toEqual(['p1']);
        say('c', 'p2', NOW - 5_000);
        expect(await round()).toEqual(['p2']);
        await round();
        expect(await round()).toEqual([]);
        expect(reads).toEqual([]);
    });

    it("[CON-04] counts old posts once, and neither its own nor the system's", async () => {
        const {round} = await make();
        say('c', 'old 1', NOW - 70 * MINUTE);
        say('c', 'old 2', NOW - 61 * MINUTE);
        say('c', 'old own', NOW - 61 * MINUTE + 1, {userId: BOT});
        say('c', 'old join', NOW - 61 * MINUTE + 2, {type: 'system_join_channel'});
        say('c', 'young', NOW - 59 * MINUTE);
        say('quiet', 'old 3', NOW - 90 * MINUTE);
        expect(await round()).toEqual(['skipped 1', 'skipped 2', 'young']);
        say('c', 'next', NOW - 1_000);
        expect(await round()).toEqual(['next']);
    });

    it('[CON-04] does not count what was posted before the bot came', async () => {
        const {round} = await make();
        say('c', 'old', NOW - 70 * MINUTE);
        say('c', 'added', NOW - 5_000, {type: 'system_add_to_channel', props: {addedUserId: BOT}});
        say('c', 'hello', NOW - 4_000);
        expect(await round()).toEqual(['added', 'hello']);
    });

    it.each([
        ['forbidden', 403],
        ['not-found', 404],
        ['server-error', 500],
        ['too-large', 0],
    ] as const)(
        '[CON-04] reads the other channels although one answers %s',
        async (code, status) => {
            const {round} = await make();
            say('bad', 'unread', NOW - 3_000);
            say('good', 'read', NOW - 2_000);
            broken.set('bad', new PlatformError(code, 'x', {status}));
            expect(await round()).toEqual(['read']);
        },
    );

    it.each(['unreachable', 'unavailable', 'rate-limited', 'unauthorized'] as const)(
        '[CON-04] is not done while the server is %s, and gives the rest later',
        async (code) => {
            const {round} = await make();
            say('a', 'first', NOW - 3_000);
            say('b', 'second', NOW - 2_000);
            broken.set('b', new PlatformError(code, 'x'));
            await expect(round()).rejects.toMatchObject({code});
            broken.clear();
            expect(await round()).toEqual(['second']);
        },
    );
});
