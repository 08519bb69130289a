import {PlatformError} from '../errors.ts';
import {createPostMaker} from './create-post.ts';
import {createOwnPosts} from './own-posts.ts';
import type {PluginApi} from './plugin-api.ts';
import {DEFAULT_TUNING} from './tuning.ts';

/** A maker of posts whose channel cannot be searched. */
function maker(trouble: Error) {
    const made: string[] = [];
    const api = {
        getPostsForChannel: () => Promise.reject(trouble),
        createPost: async ({message}: {message: string}) => {
            made.push(message);
            return {id: 'p'.repeat(26), message, props: {}};
        },
    };
    const create = createPostMaker({
        api: api as unknown as PluginApi,
        botId: 'bot',
        membership: {ask: async () => true} as never,
        own: createOwnPosts({botId: 'bot', tuning: DEFAULT_TUNING, hearsAll: () => true}),
        tuning: DEFAULT_TUNING,
    });
    return {made, create};
}

const draft = {channelId: 'c1', message: 'Ten fathoms.'};

it('[OPS-02] posts in a channel whose posts somebody made too large to be searched', async () => {
    const {made, create} = maker(new PlatformError('too-large', 'gob: value over the limit'));
    await create(draft, 'turn-1');
    expect(made).toEqual(['Ten fathoms.']);
});

it('posts nothing where it cannot be known whether it did before', async () => {
    const away = new PlatformError('unreachable', 'the server is gone');
    const {made, create} = maker(away);
    await expect(create(draft, 'turn-1')).rejects.toBe(away);
    expect(made).toEqual([]);
});
