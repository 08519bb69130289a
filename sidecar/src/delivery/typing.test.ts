import {silentLog} from '../contract/log.ts';
import {createFakePosts} from './fake-posts.ts';
import {startTyping} from './typing.ts';

describe('startTyping', () => {
    beforeEach(() => jest.useFakeTimers());
    afterEach(() => jest.useRealTimers());

    it('[DEL-13] types in the thread at once and each 4 s, for as long as it takes', async () => {
        const fake = createFakePosts();
        const typing = startTyping(fake, 'channel', 'root', silentLog);
        expect(fake.typed).toEqual([{channelId: 'channel', rootId: 'root'}]);
        await jest.advanceTimersByTimeAsync(3999);
        expect(fake.typed).toHaveLength(1);
        await jest.advanceTimersByTimeAsync(3_600_000 - 3999);
        expect(fake.typed).toHaveLength(901);
        typing.stop();
        await jest.advanceTimersByTimeAsync(60_000);
        expect(fake.typed).toHaveLength(901);
        expect(jest.getTimerCount()).toBe(0);
    });

    it('[DEL-13] goes on after failures and does not collect calls while one hangs', async () => {
        const fake = createFakePosts();
        fake.fault = (kind) => (kind === 'typing' ? 'before' : undefined);
        const typing = startTyping(fake, 'channel', '', silentLog);
        await jest.advanceTimersByTimeAsync(8000);
        expect(fake.typed).toHaveLength(3);
        fake.delayMs = 10_000;
        await jest.advanceTimersByTimeAsync(12_000);
        expect(fake.typed).toHaveLength(4);
        typing.stop();
        await jest.advanceTimersByTimeAsync(10_000);
        expect(jest.getTimerCount()).toBe(0);
    });
});
