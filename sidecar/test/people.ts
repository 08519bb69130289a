import type {Playground} from '../../playground/src/playground.ts';
import type {PostRow} from '../../playground/src/world/records.ts';

/** What the people of a playground do in their clients, over its API. */
export interface People {
    edit(userId: string, post: PostRow, message: string): Promise<void>;
    remove(userId: string, post: PostRow): Promise<void>;
    react(userId: string, post: PostRow, emojiName: string): Promise<void>;
    archive(userId: string, channelId: string): Promise<void>;
    /** Takes a channel back from the archive. */
    restore(userId: string, channelId: string): Promise<void>;
    invite(userId: string, channelId: string, whom: string): Promise<void>;
    expel(userId: string, channelId: string, whom: string): Promise<void>;
    /** Presses the button of that name under a post as it stands now; the status of the answer. */
    press(userId: string, post: PostRow, name: string): Promise<number>;
    /** Texts that only this person was shown, oldest first. */
    whispers(userId: string): readonly string[];
}

interface Action {
    readonly id: string;
    readonly name: string;
}

/** The buttons under a post. */
export function buttonsOf(post: PostRow): readonly Action[] {
    const attachments = (post.props['attachments'] ?? []) as {actions?: Action[]}[];
    return attachments.flatMap(({actions = []}) => actions);
}

/** Lets people act on a playground. */
export function peopleOf(playground: Playground): People {
    const tokens = new Map<string, string>();
    const whispers: {userId: string; text: string}[] = [];
    playground.tap((event) => {
        if (event.kind !== 'published' || event.published.event !== 'ephemeral_message') return;
        const {message} = JSON.parse(String(event.published.data['post'])) as {message: string};
        whispers.push({userId: event.published.audience.userId ?? '', text: message});
    });
    const call = async (
        userId: string,
        method: string,
        path: string,
        body?: unknown,
    ): Promise<number> => {
        const token = tokens.get(userId) ?? playground.login(userId);
        tokens.set(userId, token);
        const response = await fetch(`${playground.url}/api/v4${path}`, {
            method,
            headers: {Authorization: `Bearer ${token}`},
            ...(body === undefined ? {} : {body: JSON.stringify(body)}),
        });
        await response.arrayBuffer();
        return response.status;
    };
    const succeed = async (...request: Parameters<typeof call>): Promise<void> => {
        const status = await call(...request);
        if (status >= 300) throw new Error(`${request[1]} ${request[2]} gave ${status}`);
    };
    return {
        edit: (userId, post, message) =>
            succeed(userId, 'PUT', `/posts/${post.id}/patch`, {message}),
        remove: (userId, post) => succeed(userId, 'DELETE', `/posts/${post.id}`),
        react: (userId, post, emojiName) =>
            succeed(userId, 'POST', '/reactions', {
                user_id: userId,
                post_id: post.id,
                emoji_name: emojiName,
            }),
        archive: (userId, channelId) => succeed(userId, 'DELETE', `/channels/${channelId}`),
        restore: (userId, channelId) => succeed(userId, 'POST', `/channels/${channelId}/restore`),
        invite: (userId, channelId, whom) =>
            succeed(userId, 'POST', `/channels/${channelId}/members`, {user_id: whom}),
        expel: (userId, channelId, whom) =>
            succeed(userId, 'DELETE', `/channels/${channelId}/members/${whom}`),
        async press(userId, post, name) {
            const current = playground.world.posts.table.get(post.id) ?? post;
            const action = buttonsOf(current).find((button) => button.name === name);
            if (action === undefined) throw new Error(`no button ${name} under ${post.id}`);
            return await call(userId, 'POST', `/posts/${post.id}/actions/${action.id}`, {});
        },
        whispers: (userId) =>
            whispers.filter((whisper) => whisper.userId === userId).map(({text}) => text),
    };
}
