import {CancelledError} from '../../contract/errors.ts';
import {createEventQueue, type QueuedItem} from './event-queue.ts';

const never = new AbortController().signal;
const item = (channelId: string): QueuedItem => ({
    event: {kind: 'channel-changed', channelId},
    handled: () => undefined,
});

describe('the event queue', () => {
    it('gives items in order, also those that come while somebody waits', async () => {
        const queue = createEventQueue(10);
        const first = queue.take(never);
        queue.push(item('a'));
        queue.push(item('b'));
        expect((await first)?.event).toMatchObject({channelId: 'a'});
        expect((await queue.take(never))?.event).toMatchObject({channelId: 'b'});
    });

    it('puts an item before the first waiting one that is later', async () => {
        const queue = createEventQueue(10);
        for (const id of ['a', 'b', 'c']) queue.push(item(id));
        const idOf = ({event}: QueuedItem) => event?.kind === 'channel-changed' && event.channelId;
        queue.push(item('x'), (waiting) => idOf(waiting) === 'b');
        queue.push(item('y'), () => false);
        const order = [];
        for (let n = 0; n < 5; n++) order.push(idOf((await queue.take(never))!));
        expect(order).toEqual(['a', 'x', 'b', 'c', 'y']);
    });

    it('gives an item again that was put back', async () => {
        const queue = createEventQueue(10);
        queue.push(item('a'));
        queue.push(item('b'));
        const taken = await queue.take(never);
        if (taken !== undefined) queue.putBack(taken);
        expect((await queue.take(never))?.event).toMatchObject({channelId: 'a'});
    });

    it('says when it is full and when there is room again', async () => {
        const queue = createEventQueue(4);
        let rooms = 0;
        queue.onRoom(() => {
            rooms += 1;
        });
        for (let n = 0; n < 4; n++) queue.push(item('a'));
        expect(queue.full).toBe(true);
        let roomy = false;
        const room = queue.room(never).then(() => {
            roomy = true;
        });
        await queue.take(never);
        await Promise.resolve();
        expect([roomy, rooms]).toEqual([false, 0]);
        await queue.take(never);
        await room;
        expect([roomy, rooms, queue.full]).toEqual([true, 1, false]);
    });

    it('lets waiting be cancelled', async () => {
        const queue = createEventQueue(2);
        const controller = new AbortController();
        const taking = queue.take(controller.signal);
        controller.abort();
        expect(await taking).toBeUndefined();
        queue.push(item('a'));
        queue.push(item('b'));
        await expect(queue.room(controller.signal)).rejects.toBeInstanceOf(CancelledError);
    });
});
