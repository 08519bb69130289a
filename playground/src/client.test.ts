import {Client4, WebSocketClient} from '@mattermost/client';
import {WebSocket as Socket} from 'ws';
import * as z from 'zod';
import {createPlayground, type Playground} from './playground.ts';
import {seedHarbor, type Harbor} from './seed-harbor.ts';
import {defaultPassword} from './seeding.ts';

const postedSchema = z.object({
    event: z.literal('posted'),
    data: z.object({post: z.string()}),
});
const postSchema = z.object({message: z.string()});

let playground: Playground;
let harbor: Harbor;

beforeEach(async () => {
    // The client tells its story there.
    jest.spyOn(console, 'log').mockImplementation(() => undefined);
    playground = await createPlayground();
    harbor = seedHarbor(playground);
});

afterEach(async () => {
    jest.restoreAllMocks();
    await playground.close();
});

function clientOf(token = ''): Client4 {
    const client = new Client4();
    client.setUrl(playground.url);
    client.setToken(token);
    return client;
}

/** Resolves as soon as `check` does not throw any more. */
async function eventually(check: () => void): Promise<void> {
    for (let tries = 0; ; tries++) {
        try {
            check();
            return;
        } catch (error) {
            if (tries === 1500) {
                throw error;
            }
            await new Promise((resolve) => setTimeout(resolve, 20));
        }
    }
}

it('serves Mattermost’s own REST client', async () => {
    const client = clientOf();
    const me = await client.login('alice', defaultPassword);
    expect(me.username).toBe('alice');
    client.setToken(client.getToken() === '' ? playground.login(me.id) : client.getToken());

    const teams = await client.getMyTeams();
    expect(teams.map((team) => team.name)).toEqual(['harbor']);
    const channels = await client.getMyChannels(harbor.teamId);
    expect(channels.map((channel) => channel.name)).toContain('deck');
    const post = await client.createPost({
        channel_id: harbor.deckId,
        message: 'from the client',
        user_id: me.id,
        create_at: 0,
    });
    const patched = await client.patchPost({id: post.id, message: 'changed'});
    expect(patched.message).toBe('changed');
    await client.addReaction(me.id, post.id, 'tada');
    const list = await client.getPosts(harbor.deckId);
    expect(list.order).toEqual([post.id]);
    expect(list.posts[post.id]?.metadata.reactions).toMatchObject([{emoji_name: 'tada'}]);
    const config = await client.getClientConfig();
    expect(config.Version).toBe('11.6.0');
    await expect(client.getUser('a'.repeat(26))).rejects.toMatchObject({
        server_error_id: 'app.user.missing_account.const',
        status_code: 404,
    });
});

it('serves Mattermost’s own WebSocket client, lost lines included', async () => {
    const token = playground.login(harbor.users.bob);
    const client = new WebSocketClient({
        minWebSocketRetryTime: 20,
        reconnectJitterRange: 1,
        newWebSocketFn: (url) =>
            new Socket(url, {
                headers: {Authorization: `Bearer ${token}`},
            }) as unknown as WebSocket,
    });
    const told: string[] = [];
    const seen: string[] = [];
    client.addFirstConnectListener(() => told.push('first'));
    client.addReconnectListener(() => told.push('again'));
    client.addMissedMessageListener(() => told.push('missed'));
    client.addMessageListener((message) => {
        const posted = postedSchema.safeParse(message).data;
        if (posted !== undefined) {
            seen.push(postSchema.parse(JSON.parse(posted.data.post)).message);
        }
    });
    try {
        client.initialize(`${playground.url.replace('http', 'ws')}/api/v4/websocket`);
        await eventually(() => expect(told).toEqual(['first']));
        playground.post(harbor.users.alice, harbor.deckId, 'one');
        await eventually(() => expect(seen).toEqual(['one']));

        await playground.faults.inject({kind: 'hold', ms: 100});
        await playground.faults.inject({kind: 'cut', user: 'bob'});
        playground.post(harbor.users.alice, harbor.deckId, 'two');
        await eventually(() => expect(seen).toEqual(['one', 'two']));
        // A line that was resumed misses nothing.
        expect(told).not.toContain('missed');

        await playground.restart(30);
        playground.post(harbor.users.alice, harbor.deckId, 'three');
        await eventually(() => expect(told).toContain('missed'));
    } finally {
        client.close();
    }
});
