import fc from 'fast-check';
import {eventOfFrame} from './frames.ts';
import {parseFrame} from './socket.ts';
import {
    channelListSchema,
    channelSchema,
    fileInfoSchema,
    memberSchema,
    postListSchema,
    postSchema,
    reactionSchema,
    roleSchema,
    teamSchema,
    uploadSchema,
    userSchema,
} from './wire.ts';

const BOT = 'bot';
const wirePost = {id: 'p', create_at: 5, user_id: 'u', channel_id: 'c', message: 'hi'};

const event = (name: string, data: unknown, broadcast: unknown = {channel_id: 'c'}) => {
    const frame = parseFrame(JSON.stringify({event: name, seq: 1, data, broadcast}));
    return frame?.kind === 'event' ? eventOfFrame(frame, BOT) : undefined;
};

describe('WebSocket frames', () => {
    it('[CON-01] become events of the port', () => {
        const reaction = {user_id: 'u', post_id: 'p', emoji_name: 'tada'};
        const port = {userId: 'u', postId: 'p', emojiName: 'tada', channelId: 'c'};
        expect(event('reaction_added', {reaction: JSON.stringify(reaction)})).toEqual({
            kind: 'reaction-added',
            reaction: port,
        });
        expect(event('reaction_removed', {reaction: JSON.stringify(reaction)})).toEqual({
            kind: 'reaction-removed',
            reaction: port,
        });
        expect(event('user_added', {user_id: 'u'})).toEqual({
            kind: 'joined',
            channelId: 'c',
            userId: 'u',
        });
        for (const name of ['direct_added', 'group_added']) {
            expect(event(name, {creator_id: 'u'})).toEqual({
                kind: 'joined',
                channelId: 'c',
                userId: BOT,
            });
        }
        expect(event('user_removed', {user_id: 'u', remover_id: 'x'})).toEqual({
            kind: 'left',
            channelId: 'c',
            userId: 'u',
        });
        expect(event('user_removed', {channel_id: 'd', remover_id: 'x'}, {user_id: BOT})).toEqual({
            kind: 'left',
            channelId: 'd',
            userId: BOT,
        });
        expect(event('added_to_team', {team_id: 't', user_id: 'u'}, null)).toEqual({
            kind: 'team-joined',
            teamId: 't',
            userId: 'u',
        });
        expect(event('leave_team', {team_id: 't', user_id: 'u'}, null)).toEqual({
            kind: 'team-left',
            teamId: 't',
            userId: 'u',
        });
        expect(event('channel_updated', {channel: '{"id":"d"}'}, {})).toEqual({
            kind: 'channel-changed',
            channelId: 'd',
        });
        expect(event('channel_deleted', {channel_id: 'd'}, {})).toEqual({
            kind: 'channel-changed',
            channelId: 'd',
        });
        expect(event('user_updated', {user: {id: 'u'}}, {})).toEqual({
            kind: 'user-changed',
            userId: 'u',
        });
        expect(
            event('posted', {post: JSON.stringify(wirePost), mentions: '["x","bot"]'}),
        ).toMatchObject({
            kind: 'posted',
            source: 'socket',
            mentionsBot: true,
            post: {id: 'p', message: 'hi'},
        });
        expect(event('posted', {post: JSON.stringify(wirePost)})).toMatchObject({
            mentionsBot: false,
        });
    });

    it('[CON-01] that mean nothing to a bot, or are not known, are left out', () => {
        for (const name of ['typing', 'status_change', 'custom_x_y', 'of_the_future']) {
            expect(event(name, {post: JSON.stringify(wirePost)})).toBeUndefined();
        }
    });

    it('[CON-01] never make it throw, whatever they hold', () => {
        const names = [
            'posted',
            'post_edited',
            'reaction_added',
            'user_added',
            'user_removed',
            'hello',
        ];
        fc.assert(
            fc.property(
                fc.constantFrom(...names),
                fc.oneof(
                    fc.jsonValue(),
                    fc.record({post: fc.jsonValue(), mentions: fc.jsonValue()}),
                    fc.record({post: fc.json(), reaction: fc.json(), user_id: fc.jsonValue()}),
                ),
                fc.jsonValue(),
                (name, data, broadcast) => {
                    event(name, data, broadcast);
                },
            ),
            {numRuns: 1_000},
        );
        fc.assert(fc.property(fc.string(), (text) => void parseFrame(text)));
        fc.assert(fc.property(fc.json(), (text) => void parseFrame(text)));
    });
});

describe('REST bodies', () => {
    const schemas = {
        postSchema,
        postListSchema,
        userSchema,
        channelSchema,
        channelListSchema,
        teamSchema,
        reactionSchema,
        fileInfoSchema,
        uploadSchema,
        memberSchema,
        roleSchema,
    };

    it.each(Object.entries(schemas))('hostile ones never throw in %s', (_name, schema) => {
        const wellKnown = fc.constantFrom(
            ...['id', 'order', 'posts', 'create_at', 'user_id', 'channel_id', 'props', 'roles'],
            ...['__proto__', 'constructor', 'type', 'username', 'file_infos', 'permissions'],
        );
        fc.assert(
            fc.property(
                fc.oneof(fc.jsonValue(), fc.dictionary(wellKnown, fc.jsonValue())),
                (body) => {
                    schema.safeParse(body);
                },
            ),
            {numRuns: 500},
        );
    });

    it('leave out deleted posts, rows of the edit history and added thread roots', () => {
        const post = (id: string, fields = {}) => ({...wirePost, id, ...fields});
        const list = postListSchema.parse({
            order: ['new', 'history', 'deleted', 'old', 'absent'],
            posts: {
                old: post('old', {create_at: 1}),
                deleted: post('deleted', {create_at: 2, delete_at: 9}),
                history: post('history', {create_at: 3, original_id: 'new'}),
                new: post('new', {create_at: 4}),
                root: post('root', {create_at: 0}),
            },
        });
        expect(list.posts.map((one) => one.id)).toEqual(['old', 'new']);
    });

    it('with null where Go has an empty list or map are taken', () => {
        expect(postListSchema.parse({order: null, posts: null}).posts).toEqual([]);
        expect(postSchema.parse({...wirePost, props: null, file_ids: null})).toMatchObject({
            props: {},
            fileIds: [],
        });
        expect(roleSchema.parse({name: 'r', permissions: null}).permissions).toBeNull();
    });
});
