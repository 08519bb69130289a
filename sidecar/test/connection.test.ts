import {createPlayground} from '../../playground/src/playground.ts';
import type {PostRow} from '../../playground/src/world/records.ts';
import {comeAboard, questionOf, type Aboard} from './aboard.ts';
import {createConductor} from './conductor.ts';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Twenty questions of three people in three places; the numbers are their order. */
function twenty(aboard: Aboard): PostRow[] {
    const {harbor} = aboard;
    return Array.from({length: 20}, (_, n) => {
        if (n % 4 === 3) return aboard.direct('carol', `question ${n}`);
        const channelId = n % 4 === 2 ? harbor.townSquareId : harbor.deckId;
        return aboard.mention(n % 2 === 0 ? 'alice' : 'bob', `question ${n}`, {channelId});
    });
}

/** Fails unless the questions of each place reached the agent in their order. */
function expectOrder(aboard: Aboard, posts: readonly PostRow[]): void {
    const asked = aboard.asked.map(({turnId}) => turnId);
    const places = new Set(posts.map((post) => post.channel_id));
    for (const place of places) {
        const ids = posts.filter((post) => post.channel_id === place).map(({id}) => id);
        expect(asked.filter((id) => ids.includes(id))).toEqual(ids);
    }
}

const stateOf = (aboard: Aboard): string | undefined => aboard.app.accounts()[0]?.status.state;

describe('after a gap', () => {
    it('[CON-04] of the socket, what was asked meanwhile is answered, once and in order', async () => {
        await using aboard = await comeAboard({timings: {pollMs: 100}});
        const {faults} = aboard.playground;
        const before = aboard.mention('alice', 'before');
        await aboard.expectAnsweredOnce([before]);
        await faults.inject({kind: 'refuse-upgrades', status: 503});
        await faults.inject({kind: 'cut'});
        const posts = twenty(aboard);
        await pause(150);
        await faults.inject({kind: 'clear'});
        await aboard.expectAnsweredOnce([before, ...posts]);
        expectOrder(aboard, posts);
        expect(aboard.asked).toHaveLength(21);
        await aboard.until('the socket', () => stateOf(aboard) === 'ready');
        expect(aboard.app.accounts()[0]?.status.reconnects).toBeGreaterThan(0);
    });

    it('[CON-04] of the process too, through the same gate', async () => {
        await using aboard = await comeAboard();
        await aboard.expectAnsweredOnce([aboard.mention('alice', 'before')]);
        await aboard.stop();
        const posts = twenty(aboard);
        const unaddressed = aboard.say('alice', 'not for the bot');
        await aboard.start();
        await aboard.expectAnsweredOnce(posts);
        expectOrder(aboard, posts);
        await aboard.expectIgnored(unaddressed);
        await aboard.stop();
        await aboard.start();
        await aboard.expectIgnored();
        expect(new Set(aboard.asked.map(({turnId}) => turnId)).size).toBe(aboard.asked.length);
    });

    it('[CON-04] what is too old is not answered; one note says how much that was', async () => {
        let lagMs = 2 * 3_600_000;
        const playground = await createPlayground({now: () => Date.now() - lagMs});
        try {
            await using aboard = await comeAboard({
                playground,
                prepare: (server, {users, deckId}) => {
                    server.post(users.alice, deckId, 'before all');
                },
            });
            await aboard.stop();
            const old = [aboard.mention('alice', 'long ago'), aboard.mention('bob', 'and I')];
            lagMs = 0;
            const fresh = aboard.mention('alice', 'just now');
            await aboard.start();
            await aboard.expectAnsweredOnce([fresh]);
            await aboard.expectIgnored(...old);
            const others = aboard.answers().filter(({id}) => id !== aboard.answersTo(fresh)[0]?.id);
            expect(others.map(({message}) => message)).toEqual([
                '2 messages that were written while I was away are too old to be answered now. ' +
                    'Please write again what still matters.',
            ]);
        } finally {
            await playground.close();
        }
    });
});

describe('two runners over one store', () => {
    it('answer each question once between them', async () => {
        await using aboard = await comeAboard();
        await aboard.startAnother();
        const posts = twenty(aboard);
        await aboard.expectAnsweredOnce(posts);
        expect(aboard.asked).toHaveLength(20);
    });
});

describe('without a WebSocket', () => {
    it('[CON-05] it polls, says so, and goes back to the socket when it can', async () => {
        await using aboard = await comeAboard({timings: {pollMs: 50}});
        const {faults} = aboard.playground;
        await faults.inject({kind: 'refuse-upgrades', status: 403});
        await faults.inject({kind: 'cut'});
        await aboard.until('polling', () => stateOf(aboard) === 'polling');
        await aboard.expectAnsweredOnce([aboard.mention('alice', 'do you hear me?')]);
        expect((await fetch(`${aboard.httpUrl}/readyz`)).status).toBe(200);
        await faults.inject({kind: 'clear'});
        await aboard.until('the socket', () => stateOf(aboard) === 'ready');
        await aboard.expectAnsweredOnce([aboard.mention('alice', 'and now?')]);
    });
});

describe('a server in trouble', () => {
    it('[CON-07] refuses and stumbles for a while: every question is answered, once', async () => {
        await using aboard = await comeAboard();
        const {faults} = aboard.playground;
        for (const status of [429, 502, 503, 504]) {
            await faults.inject({
                kind: 'answer',
                status,
                retryAfterSeconds: 0,
                match: {path: '^/api/v4/(?:posts|users/me/typing|channels)', times: 8},
            });
        }
        const posts = twenty(aboard);
        await aboard.expectAnsweredOnce(posts);
        expectOrder(aboard, posts);
    });

    it('[CON-07] loses connections after it has done what it was asked: nothing is made twice', async () => {
        await using aboard = await comeAboard();
        const {faults} = aboard.playground;
        await faults.inject({
            kind: 'reset',
            when: 'after',
            match: {method: 'POST', path: '^/api/v4/posts$', times: 5},
        });
        await faults.inject({
            kind: 'reset',
            when: 'after',
            match: {method: 'PUT', path: '/patch$', times: 5},
        });
        const posts = twenty(aboard);
        await aboard.expectAnsweredOnce(posts);
        const texts = [
            aboard.harbor.deckId,
            aboard.harbor.townSquareId,
            aboard.directChannel('carol'),
        ]
            .flatMap((channelId) => aboard.answers(channelId))
            .map(({message}) => message);
        expect(texts).toHaveLength(20);
        expect(new Set(texts).size).toBe(20);
    });

    it('[CON-07] waits as long as the server says', async () => {
        await using aboard = await comeAboard();
        await aboard.playground.faults.inject({
            kind: 'answer',
            status: 429,
            retryAfterSeconds: 1,
            match: {method: 'POST', path: '^/api/v4/posts$', times: 1},
        });
        const asked = Date.now();
        const post = aboard.mention('alice', 'how deep?');
        await aboard.expectAnsweredOnce([post]);
        expect(Date.now() - asked).toBeGreaterThan(950);
    });

    it('[DEL-09] is restarted in the middle of an answer, which ends in the same post', async () => {
        const conductor = createConductor();
        await using aboard = await comeAboard({agent: conductor.agent});
        const post = aboard.mention('alice', 'how deep?');
        const run = await aboard.until('a run', () => conductor.runs[0]);
        run.text('Ten fathoms');
        const draft = await aboard.draftOf(post);
        const down = aboard.playground.restart(400);
        for (const word of [' at', ' the', ' pier,', ' and']) {
            run.text(word);
            await pause(50);
        }
        run.done(' more.');
        await down;
        const after = aboard.mention('alice', 'and now?');
        (await aboard.until('the next run', () => conductor.runs[1])).done('Still ten.');
        await aboard.expectAnsweredOnce([post, after]);
        expect(aboard.now(draft).message).toBe('Ten fathoms at the pier, and more.');
        expect(questionOf(conductor.runs[1]!.turn)).toBe('@alice: and now?');
    });

    it('[DEL-08] takes no answer for a while, for whatever reason: it is given when it does again', async () => {
        await using aboard = await comeAboard();
        const {faults} = aboard.playground;
        await faults.inject({
            kind: 'answer',
            status: 400,
            match: {method: 'POST', path: '^/api/v4/posts$'},
        });
        const post = aboard.mention('alice', 'how deep?');
        await aboard.until('the question to be asked', () => aboard.asked.length > 0);
        await pause(100);
        await faults.inject({kind: 'clear'});
        // Recovery looks each five seconds.
        await aboard.answerTo(post);
        await aboard.expectAnsweredOnce([post]);
        expect(aboard.answers()).toHaveLength(1);
    });

    it('[DEL-08] has no place for an answer any more: the turn is over, and not tried for ever', async () => {
        const conductor = createConductor();
        await using aboard = await comeAboard({agent: conductor.agent});
        const {playground, harbor, bot} = aboard;
        aboard.mention('alice', 'how deep?');
        const run = await aboard.until('a run', () => conductor.runs[0]);
        playground.world.memberships.leaveChannel(harbor.deckId, bot.userId, harbor.users.admin);
        run.done('Ten fathoms.');
        await aboard.settled();
        expect(conductor.runs).toHaveLength(1);
    });

    it('has everything go wrong at once, and nothing is lost, doubled or left behind', async () => {
        await using aboard = await comeAboard({timings: {pollMs: 100, tryMs: 300, totalMs: 5_000}});
        const {playground} = aboard;
        const troubles = [
            () => playground.faults.inject({kind: 'cut'}),
            () => playground.faults.inject({kind: 'refuse-upgrades', status: 502, ms: 60}),
            () =>
                playground.faults.inject({
                    kind: 'answer',
                    status: 503,
                    match: {path: '/posts', times: 3},
                }),
            () =>
                playground.faults.inject({
                    kind: 'reset',
                    when: 'after',
                    match: {method: 'POST', path: '/posts$', times: 1},
                }),
            () =>
                playground.faults.inject({
                    kind: 'hang',
                    when: 'before',
                    match: {method: 'PUT', times: 1},
                }),
            () => playground.restart(50),
        ];
        const posts: PostRow[] = [];
        for (let n = 0; n < 24; n++) {
            const {deckId, townSquareId} = aboard.harbor;
            const channelId = n % 2 === 0 ? deckId : townSquareId;
            posts.push(aboard.mention(n % 3 === 0 ? 'alice' : 'bob', `question ${n}`, {channelId}));
            await troubles[n % troubles.length]?.();
            await pause(15);
        }
        await playground.faults.inject({kind: 'clear'});
        await aboard.expectAnsweredOnce(posts);
        expectOrder(aboard, posts);
        expect(aboard.answers()).toHaveLength(12);
    });
});
