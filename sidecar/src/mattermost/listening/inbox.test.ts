import {silentLog} from '../../contract/log.ts';
import type {PlatformEvent, Post} from '../platform.ts';
import {createEventQueue} from './event-queue.ts';
import {createInbox} from './inbox.ts';
import {createProgress} from './progress.ts';
import {aPost} from '../../../test/a-post.ts';

const never = new AbortController().signal;

function post(id: string, createAt: number, channelId = 'c'): Post {
    return aPost({id, createAt, channelId});
}

function posted(one: Post): PlatformEvent {
    return {kind: 'posted', source: 'hook', post: one, mentionsBot: undefined};
}

function makeInbox() {
    const queue = createEventQueue(100);
    const progress = createProgress({
        marks: {load: async () => undefined, save: async () => undefined},
        timings: {saveMs: 1_000, overlapMs: 10_000},
        limits: {givenIds: 100},
        log: silentLog,
    });
    const inbox = createInbox(queue, progress, 10);
    inbox.release();
    const order = async (count: number): Promise<(string | undefined)[]> => {
        const ids = [];
        for (let n = 0; n < count; n++) {
            const event = (await queue.take(never))?.event;
            ids.push(event?.kind === 'posted' ? event.post.id : event?.kind);
        }
        return ids;
    };
    return {inbox, order};
}

describe('the inbox', () => {
    it('puts posts that came in disorder right, as long as they wait, in each channel alone', async () => {
        const {inbox, order} = makeInbox();
        inbox.receive(posted(post('b', 2)));
        inbox.receive(posted(post('other', 5, 'd')));
        inbox.receive(posted(post('c', 3)));
        inbox.receive(posted(post('a', 1)));
        expect(await order(4)).toEqual(['a', 'b', 'other', 'c']);
    });

    it('keeps the order of posts of one millisecond, and gives each once', async () => {
        const {inbox, order} = makeInbox();
        for (const id of ['x', 'y', 'x', 'z']) inbox.receive(posted(post(id, 7)));
        inbox.receive({kind: 'channel-changed', channelId: 'c'});
        expect(await order(4)).toEqual(['x', 'y', 'z', 'channel-changed']);
    });
});
