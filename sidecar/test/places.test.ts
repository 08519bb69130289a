import {comeAboard, gangwayOf} from './aboard.ts';
import {createConductor} from './conductor.ts';

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
const ways = ['archive', 'remove'] as const;

describe('a channel that is closed to the bot in mid-answer', () => {
    it.each(ways)(
        '[DEL-08] by %s: nothing is posted or edited there any more, and nothing old is answered later',
        async (way) => {
            const conductor = createConductor();
            await using aboard = await comeAboard({agent: conductor.agent});
            const {people, harbor} = aboard;
            const {admin} = harbor.users;
            const post = aboard.mention('alice', 'how deep?');
            const run = await aboard.until('a run', () => conductor.runs[0]);
            run.text('Ten fathoms at the pier, and more further out.');
            const draft = await aboard.draftOf(post);
            aboard.mention('alice', 'and how wide?');
            while ((await aboard.store.list('0turn/')).length < 2) await pause();
            const channelId = post.channel_id;
            const bot = aboard.bot.userId;

            if (way === 'archive') await people.archive(admin, channelId);
            else await people.expel(admin, channelId, bot);
            await aboard.until('the end of the run', () => run.signal.aborted);
            run.done(' And no more.');
            await aboard.settled();
            const before = aboard.now(draft);

            if (way === 'archive') await people.restore(admin, channelId);
            else await people.invite(admin, channelId, bot);
            const again = aboard.mention('alice', 'are you there?');
            const next = await aboard.until('the next run', () => conductor.runs[1]);
            next.done('Aye.');
            const answer = await aboard.answerTo(again);
            expect(answer.message).toBe('Aye.');
            await aboard.settled();
            expect(conductor.runs).toHaveLength(2);
            expect(aboard.now(draft)).toEqual(before);
            expect(gangwayOf(before)?.state).toBe('streaming');
            expect(aboard.answers()).toHaveLength(2);
        },
    );
});
