import type {Post} from '../src/mattermost/platform.ts';

/** An ordinary message of alice in the channel `deck`, but for what is given. */
export function aPost(given: Partial<Post> & Pick<Post, 'id'>): Post {
    const {createAt = 1} = given;
    return {
        createAt,
        updateAt: createAt,
        editAt: 0,
        deleteAt: 0,
        userId: 'alice',
        channelId: 'deck',
        rootId: '',
        message: given.id,
        type: '',
        props: {},
        fileIds: [],
        remoteId: '',
        ...given,
    };
}
