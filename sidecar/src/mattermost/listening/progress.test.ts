import {silentLog} from '../../contract/log.ts';
import type {Watermark} from '../watermark.ts';
import {createProgress, type Progress} from './progress.ts';
import {memoryMarks} from '../rest/rest-world.contract.ts';
import {DEFAULT_LIMITS, DEFAULT_TIMINGS} from '../rest/timings.ts';

const post = (id: string, channelId: string, createAt: number) => ({id, channelId, createAt});

describe('the progress of catch-up', () => {
    beforeEach(() => jest.useFakeTimers());
    afterEach(() => jest.useRealTimers());

    const make = (
        marks = memoryMarks(),
    ): {progress: Progress; saved: () => Watermark | undefined} => ({
        progress: createProgress({
            marks,
            timings: DEFAULT_TIMINGS,
            limits: DEFAULT_LIMITS,
            log: silentLog,
        }),
        saved: marks.saved,
    });

    it('[CON-04] begins at the first start, and saves that at once', async () => {
        const {progress, saved} = make();
        await progress.load(async () => 5_000);
        expect(saved()).toMatchObject({origin: 5_000, base: 5_000});
        expect(progress.markOf('c')).toEqual({createAt: 5_000, postId: undefined});
    });

    it('[CON-04] advances over handled posts only', async () => {
        const {progress} = make();
        await progress.load(async () => 5_000);
        progress.give('given');
        expect(progress.markOf('c').createAt).toBe(5_000);
        progress.handled(post('done', 'c', 6_000), false);
        expect(progress.markOf('c')).toEqual({createAt: 6_000, postId: 'done'});
        expect(progress.markOf('other').createAt).toBe(5_000);
    });

    it('[CON-04] is saved at most once a second, and at the end', async () => {
        const marks = memoryMarks();
        const save = jest.spyOn(marks, 'save');
        const {progress} = make(marks);
        await progress.load(async () => 0);
        for (let n = 0; n < 50; n++) {
            progress.handled(post(`p${n}`, 'c', 100 + n), true);
            await jest.advanceTimersByTimeAsync(100);
        }
        expect(save.mock.calls.length).toBeGreaterThanOrEqual(5);
        expect(save.mock.calls.length).toBeLessThanOrEqual(6);
        progress.handled(post('last', 'c', 900), true);
        await progress.flush();
        expect(marks.saved()?.channels['c']?.postId).toBe('last');
        expect(jest.getTimerCount()).toBe(0);
    });

    it('[CON-04] keeps what could not be saved and tries again', async () => {
        const marks = memoryMarks();
        const {progress} = make(marks);
        await progress.load(async () => 0);
        jest.spyOn(marks, 'save').mockRejectedValueOnce(new Error('disk full'));
        progress.handled(post('p1', 'c', 100), true);
        await jest.advanceTimersByTimeAsync(1_500);
        await progress.flush();
        expect(marks.saved()?.channels['c']?.postId).toBe('p1');
    });

    it('[CON-04] gives nothing twice after a restart, also within the overlap', async () => {
        const marks = memoryMarks();
        const {progress} = make(marks);
        await progress.load(async () => 0);
        progress.handled(post('p1', 'c', 50_000), true);
        await progress.flush();
        const again = make(marks).progress;
        await again.load(async () => 99_999);
        expect(again.origin).toBe(0);
        expect(again.markOf('c')).toEqual({createAt: 50_000, postId: 'p1'});
        expect(again.wasGiven('p1')).toBe(true);
        expect(again.give('p1')).toBe(false);
        expect(again.give('p2')).toBe(true);
    });

    it('[CON-04] does not go back to an older saved mark after the store was away', async () => {
        const marks = memoryMarks();
        const {progress} = make(marks);
        await progress.load(async () => 1_000);
        const save = jest.spyOn(marks, 'save').mockRejectedValue(new Error('away'));
        progress.handled(post('p1', 'c', 500_000), true);
        await progress.flush();
        save.mockRestore();
        expect(marks.saved()).toMatchObject({base: 1_000});
        await progress.load(async () => 0);
        expect(progress.markOf('c')).toEqual({createAt: 500_000, postId: 'p1'});
        expect(progress.markOf('other').createAt).toBe(490_000);
        expect(progress.origin).toBe(1_000);
    });

    it('[CON-04] does not let one channel carry the others over posts that are still to be read', async () => {
        const {progress} = make();
        await progress.load(async () => 1_000);
        progress.handled(post('p1', 'a', 500_000), false);
        expect(progress.markOf('b').createAt).toBe(1_000);
        progress.handledUpTo(500_000);
        expect(progress.markOf('b').createAt).toBe(490_000);
    });

    it('stays small however many channels and posts there are', async () => {
        const {progress, saved} = make();
        await progress.load(async () => 0);
        for (let n = 0; n < 20_000; n++) {
            progress.give(`post-${n}`);
            progress.handled(post(`post-${n}`, `channel-${n % 1_000}`, n * 100), true);
        }
        await progress.flush();
        expect(JSON.stringify(saved()).length).toBeLessThan(40_000);
    });
});
