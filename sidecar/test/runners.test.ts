import {comeAboard, gangwayOf, questionOf, agentOf} from './aboard.ts';
import {createConductor} from './conductor.ts';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** An agent that knows how many of its runs there are at once. */
function counting(ms: number) {
    const seen = {now: 0, most: 0};
    const agent = agentOf(async function* (turn) {
        seen.most = Math.max(seen.most, ++seen.now);
        await pause(ms);
        seen.now--;
        yield {kind: 'text', text: `You said: ${questionOf(turn)}`};
        yield {kind: 'done', reason: 'stop'};
    });
    return {agent, seen};
}

describe('two runners over one store', () => {
    it('[SES-09] answer a session’s messages one at a time, whoever accepts them', async () => {
        const {agent, seen} = counting(30);
        await using aboard = await comeAboard({agent});
        await aboard.startAnother();
        const posts = Array.from({length: 16}, (_, n) =>
            aboard.mention(n % 2 === 0 ? 'alice' : 'bob', `question ${n}`),
        );
        await aboard.expectAnsweredOnce(posts, 15_000);
        expect(seen.most).toBe(1);
        expect(aboard.answersTo(posts[5]!)).toHaveLength(1);
    });

    it('[SES-09] interrupt each other’s runs, when messages interrupt', async () => {
        const conductor = createConductor();
        await using aboard = await comeAboard({
            agent: conductor.agent,
            settings: {queue: {mode: 'interrupt', max: 20}},
        });
        const first = aboard.mention('alice', 'how deep?');
        const run = await aboard.until('a run', () => conductor.runs[0]);
        run.text('Well, let me see');
        await aboard.draftOf(first);
        await aboard.startAnother();
        aboard.muteFirst(true);
        const asked = Date.now();
        const second = aboard.mention('alice', 'no, how far?');
        const next = await aboard.until('the next run', () => conductor.runs[1]);
        expect(Date.now() - asked).toBeLessThan(2_000);
        expect(run.signal.aborted).toBe(true);
        next.done('ten miles');
        await aboard.expectAnsweredOnce([first, second]);
        expect((await aboard.answerTo(first)).message).toMatch(/Interrupted by a newer message/);
        expect((await aboard.answerTo(second)).message).toBe('ten miles');
    });

    it('[SES-10] drop what waits on the other, and only that session’s', async () => {
        const conductor = createConductor();
        await using aboard = await comeAboard({agent: conductor.agent});
        aboard.mention('alice', 'how deep?');
        const run = await aboard.until('a run', () => conductor.runs[0]);
        await aboard.startAnother();
        aboard.muteFirst(true);
        // Accepted by the second, where it waits for the first.
        const waiting = aboard.mention('bob', 'and how far?');
        await aboard.until('its acceptance', () => aboard.app.accounts()[0]?.status.lastEventAt);
        await pause(300);
        const stop = aboard.mention('alice', 'stop');
        expect((await aboard.answerTo(stop)).message).toBe('Stopped, and dropped 1 waiting.');
        await aboard.settled();
        expect(run.signal.aborted).toBe(true);
        expect(conductor.runs).toHaveLength(1);
        expect(aboard.answersTo(waiting)).toEqual([]);
        // Nobody is left in the way.
        const after = aboard.mention('alice', 'and now?');
        (await aboard.until('a run', () => conductor.runs[1])).done('five fathoms');
        expect((await aboard.answerTo(after)).message).toBe('five fathoms');
        expect(gangwayOf(await aboard.answerTo(after))?.state).toBe('done');
    });

    it('[SES-06] begin a new conversation only when the other’s run has ended', async () => {
        const conductor = createConductor();
        await using aboard = await comeAboard({agent: conductor.agent});
        aboard.mention('alice', 'how deep?');
        await aboard.until('a run', () => conductor.runs[0]);
        await aboard.startAnother();
        aboard.muteFirst(true);
        const fresh = aboard.mention('alice', 'new');
        expect((await aboard.answerTo(fresh)).message).toMatch(/^A new conversation/);
        const after = aboard.mention('alice', 'and now?');
        const run = await aboard.until('a run', () => conductor.runs[1]);
        expect(run.turn.messages).toHaveLength(1);
        run.done('yes');
        await aboard.answerTo(after);
        await aboard.settled();
    });
});

describe('an account to which one runner listens for all', () => {
    it('[CON-06][CON-10] is taken over at once from one that stops, without loss or doubling', async () => {
        await using aboard = await comeAboard({listeners: 'one'});
        const {app} = await aboard.startAnother();
        const [here] = aboard.app.accounts();
        const [there] = app.accounts();
        expect(here).toMatchObject({standby: false, status: {state: 'ready'}});
        expect(there).toMatchObject({standby: true, runner: here?.runner});
        expect(there?.status.state).not.toBe('ready');
        const posts = [aboard.mention('alice', 'one')];
        await aboard.answerTo(posts[0]!);
        const stopping = aboard.stop();
        posts.push(aboard.mention('alice', 'two'));
        await stopping;
        posts.push(aboard.mention('bob', 'three'));
        await aboard.until('the takeover', () => app.accounts()[0]?.status.state === 'ready');
        posts.push(aboard.mention('bob', 'four'));
        await aboard.expectAnsweredOnce(posts);
        expect(app.accounts()[0]).toMatchObject({standby: false});
        expect(app.accounts()[0]?.runner).not.toBe(here?.runner);
    });

    it('[CON-06][SES-09] is answered in order by the one that takes over, with what the other left open', async () => {
        const conductor = createConductor();
        await using aboard = await comeAboard({agent: conductor.agent, listeners: 'one'});
        const {app} = await aboard.startAnother();
        const posts = ['one', 'two', 'three'].map((text) => aboard.mention('alice', text));
        (await aboard.until('a run', () => conductor.runs[0])).text('Well');
        const stopping = aboard.stop();
        posts.push(aboard.mention('alice', 'four'));
        await stopping;
        await aboard.until('the takeover', () => app.accounts()[0]?.status.state === 'ready');
        for (const n of [1, 2, 3, 4]) {
            (await aboard.until('a run', () => conductor.runs[n])).done(`answer ${n}`);
        }
        await aboard.expectAnsweredOnce(posts);
        const asked = conductor.runs.slice(1).map(({turn}) => turn.turnId);
        expect(asked).toEqual(posts.map(({id}) => id));
    });
});
