import {createPlayground} from '../../../../playground/src/playground.ts';
import {untilTrue} from '../event-log.contract.ts';
import {createRestPlatform} from './rest-platform.ts';
import {memoryMarks, restDeps} from './rest-world.contract.ts';

it.each([
    ['in 13 days', 13],
    ['never', undefined],
])('[CON-11] shows in the status when the token ends: %s', async (_when, days) => {
    const playground = await createPlayground();
    const stop = new AbortController();
    try {
        const bot = playground.addBot('gangway', {teams: [playground.addTeam('harbor').id]});
        const platform = createRestPlatform(restDeps(playground.url, bot.token, memoryMarks()));
        await platform.connect(stop.signal);
        const end = days === undefined ? undefined : Date.now() + days * 86_400_000;
        for (const session of playground.world.sessions.ofUser(bot.userId)) {
            // The server gives the session of a token its end, or a hundred years.
            session.expires_at = end ?? Date.now() + 100 * 365 * 86_400_000;
        }
        const listening = (async () => {
            for await (const _event of platform.events(stop.signal));
        })();
        await untilTrue(() => platform.status.state === 'ready');
        if (end === undefined) await new Promise((resolve) => setTimeout(resolve, 200));
        else await untilTrue(() => platform.status.tokenEndsAt !== undefined);
        expect(platform.status.tokenEndsAt).toBe(end);
        stop.abort();
        await listening.catch(() => undefined);
    } finally {
        stop.abort();
        await playground.close();
    }
});
