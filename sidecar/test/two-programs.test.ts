import path from 'node:path';
import {createPlayground} from '../../playground/src/playground.ts';
import {seedHarbor} from '../../playground/src/seed-harbor.ts';
import type {PostRow} from '../../playground/src/world/records.ts';
import {createClock, gangwayOf} from './aboard.ts';
import {openWorkshop, type Program} from './program.ts';
import {startSlowModel} from './slow-model.ts';

const WORDS = ['Ten ', 'fathoms ', 'at ', 'the ', 'pier.'];

/** Resolves when `condition` holds. */
async function until(what: string, condition: () => boolean, ms = 30_000): Promise<void> {
    const deadline = Date.now() + ms;
    while (!condition()) {
        if (Date.now() > deadline) throw new Error(`waited ${ms} ms for: ${what}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
    }
}

it('[CON-06][SES-09] two programs over one database: one listens, the other takes over when it is killed, and nothing is lost or doubled', async () => {
    await using workshop = await openWorkshop();
    await using model = await startSlowModel(WORDS, 40);
    const playground = await createPlayground({now: createClock()});
    const harbor = seedHarbor(playground);
    const bot = playground.addBot('gangway', {teams: [harbor.teamId], channels: [harbor.deckId]});
    const settings = await workshop.settings('gangway.json5', {
        channels: {
            mattermost: {
                baseUrl: playground.url,
                botToken: bot.token,
                groupPolicy: 'open',
                network: {dangerouslyAllowPrivateNetwork: true},
            },
        },
        agents: {main: {kind: 'openai-compatible', baseUrl: model.url, model: 'slow'}},
        store: {kind: 'sqlite', path: path.join(workshop.folder, 'gangway.db')},
        http: {port: 0},
    });
    const start = (): Program => workshop.start(['serve', '-c', settings]);
    const answersTo = ({id}: PostRow): (string | undefined)[] =>
        playground.world.posts.table
            .ofChannel(harbor.deckId)
            .filter((post) => post.user_id === bot.userId && post.delete_at === 0)
            .map(gangwayOf)
            .filter((props) => props?.turn === id)
            .map((props) => props?.state);
    const ask = (n: number): PostRow =>
        playground.post(harbor.users.alice, harbor.deckId, `@gangway question ${n}`);

    const first = start();
    await first.said('connected');
    const second = start();
    await second.said('another runner listens');

    const posts = [0, 1, 2, 3].map(ask);
    await until('an answer', () => answersTo(posts[0]!)[0] === 'done');
    first.kill('SIGKILL');
    await first.ended;
    // Nobody listens at this moment.
    posts.push(ask(4), ask(5));
    await second.said('connected');
    posts.push(ask(6));
    await until('all answers', () => posts.every((post) => answersTo(post)[0] === 'done'));

    const third = start();
    await third.said('another runner listens');
    second.kill('SIGTERM');
    posts.push(ask(7));
    await third.said('connected');
    posts.push(ask(8));
    await until('the last answers', () => posts.every((post) => answersTo(post)[0] === 'done'));
    expect(posts.map(answersTo)).toEqual(posts.map(() => ['done']));
    await playground.close();
}, 90_000);
