import * as fc from 'fast-check';
import type {AgentEvent} from '../src/agent/agent.ts';
import type {PostRow} from '../../playground/src/world/records.ts';
import {agentOf, comeAboard, gangwayOf, questionOf, type Aboard} from './aboard.ts';
import {buttonsOf} from './people.ts';

/** Fails `failures` times, half-way, and answers then. */
function failing(failures: number) {
    let tries = 0;
    return agentOf(async function* (): AsyncGenerator<AgentEvent> {
        tries++;
        yield {kind: 'text', text: `Try ${tries}: ten`};
        if (tries <= failures) {
            yield {kind: 'failed', code: 'overloaded', message: 'Too busy.', retryable: true};
            return;
        }
        yield {kind: 'text', text: ' fathoms.'};
        yield {kind: 'done', reason: 'stop'};
    });
}

const isDone = (aboard: Aboard, post: PostRow): boolean =>
    gangwayOf(aboard.now(post))?.state === 'done';

const namesOf = (post: PostRow): string[] => buttonsOf(post).map(({name}) => name);

describe('another try', () => {
    it('[DEL-15] takes the place of a failed answer when its asker presses the button', async () => {
        await using aboard = await comeAboard({agent: failing(2)});
        const {people, harbor} = aboard;
        const post = aboard.mention('alice', 'how deep?');
        const answer = await aboard.answerTo(post);
        await aboard.settled();
        for (const text of ['Try 2: ten\n\n> ⚠️ Too busy.', 'Try 3: ten fathoms.']) {
            expect(await people.press(harbor.users.alice, answer, 'Try again')).toBe(200);
            await aboard.until(text, () => aboard.now(answer).message.startsWith(text));
            await aboard.settled();
        }
        expect(people.whispers(harbor.users.alice)).toEqual([]);
        expect(buttonsOf(aboard.now(answer))).toEqual([]);
        expect(aboard.answers()).toHaveLength(1);
        // Neither the question nor what failed is given to the agent a second time.
        expect(aboard.asked.map(({messages}) => messages)).toEqual(
            Array.from({length: 3}, () => [{role: 'user', text: '@alice: how deep?'}]),
        );
    });

    it('[DEL-15] begins by a reaction too, of the asker or of an owner', async () => {
        await using aboard = await comeAboard({agent: failing(2)});
        const {people, harbor} = aboard;
        const answer = await aboard.answerTo(aboard.mention('alice', 'how deep?'));
        await aboard.settled();
        await people.react(harbor.users.bob, answer, 'repeat');
        await aboard.expectIgnored();
        expect(aboard.asked.filter(({user}) => user.username === 'alice')).toHaveLength(1);
        // The proof of nothing was the second failure.
        await people.react(harbor.users.admin, answer, 'repeat');
        await aboard.until('the answer', () => isDone(aboard, answer));
        await aboard.settled();
        expect(aboard.now(answer).message).toBe('Try 3: ten fathoms.');
        expect(aboard.asked.at(-1)?.user.username).toBe('alice');
    });

    it('[DEL-15] shows at once that it is under way: the button turns into one that stops it', async () => {
        const go = Promise.withResolvers<undefined>();
        let tries = 0;
        const agent = agentOf(async function* (): AsyncGenerator<AgentEvent> {
            tries++;
            if (tries === 2) await go.promise;
            yield {kind: 'failed', code: 'overloaded', message: `Busy ${tries}.`, retryable: true};
        });
        await using aboard = await comeAboard({agent});
        const {people, harbor} = aboard;
        const answer = await aboard.answerTo(aboard.mention('alice', 'how deep?'));
        await aboard.settled();
        const before = aboard.now(answer).message;
        await people.press(harbor.users.alice, answer, 'Try again');
        expect(namesOf(aboard.now(answer))).toEqual(['Stop']);
        expect(gangwayOf(aboard.now(answer))).toMatchObject({state: 'failed', again: true});
        expect(aboard.now(answer).message).toBe(before);
        go.resolve(undefined);
        await aboard.settled();
        // One notice, not one below the other.
        expect(aboard.now(answer).message).toMatch(/^> ⚠️ Busy 2\. \(reference `[0-9a-f]{8}`\)$/);
        expect(namesOf(aboard.now(answer))).toEqual(['Try again']);
        expect(gangwayOf(aboard.now(answer))).not.toHaveProperty('again');
    });

    it('[DEL-15] says that it was stopped where it waits behind another answer', async () => {
        const go = Promise.withResolvers<undefined>();
        let tries = 0;
        const agent = agentOf(async function* (): AsyncGenerator<AgentEvent> {
            tries++;
            if (tries === 2) await go.promise;
            yield {kind: 'text', text: `Try ${tries}.`};
            if (tries === 2) yield {kind: 'done', reason: 'stop'};
            else yield {kind: 'failed', code: 'overloaded', message: 'Busy.', retryable: true};
        });
        await using aboard = await comeAboard({agent});
        const {people, harbor} = aboard;
        const answer = await aboard.answerTo(aboard.mention('alice', 'how deep?'));
        await aboard.settled();
        aboard.mention('alice', 'how wide?');
        await aboard.until('the next question', () => aboard.asked.length === 2);
        await people.press(harbor.users.alice, answer, 'Try again');
        await people.press(harbor.users.alice, answer, 'Stop');
        expect(aboard.now(answer).message).toBe('Try 1.\n\n_Stopped._');
        expect(namesOf(aboard.now(answer))).toEqual(['Try again']);
        go.resolve(undefined);
        await aboard.settled();
        expect(aboard.asked).toHaveLength(2);
    });

    it('is refused to others', async () => {
        await using aboard = await comeAboard({agent: failing(1)});
        const {people, harbor} = aboard;
        const answer = await aboard.answerTo(aboard.mention('alice', 'how deep?'));
        await aboard.settled();
        expect(await people.press(harbor.users.bob, answer, 'Try again')).toBe(200);
        expect(people.whispers(harbor.users.bob)).toEqual([
            'Only the person who asked can do this.',
        ]);
        expect(aboard.asked).toHaveLength(1);
        // A refused press uses nothing up.
        await people.press(harbor.users.admin, answer, 'Try again');
        await aboard.until('the answer', () => isDone(aboard, answer));
        await aboard.settled();
    });

    it('happens once, however often and by however many ways it is asked for at once', async () => {
        await using aboard = await comeAboard({agent: failing(1)});
        const {people, harbor} = aboard;
        const {alice, admin} = harbor.users;
        const answer = await aboard.answerTo(aboard.mention('alice', 'how deep?'));
        await aboard.settled();
        const presses = [alice, alice, admin, alice].map((userId) =>
            people.press(userId, answer, 'Try again'),
        );
        expect(await Promise.all(presses)).toEqual([200, 200, 200, 200]);
        await people.react(alice, answer, 'arrows_counterclockwise');
        await aboard.until('the answer', () => isDone(aboard, answer));
        await aboard.settled();
        const told = [...people.whispers(alice), ...people.whispers(admin)];
        expect(told).toHaveLength(3);
        expect(new Set(told)).toEqual(new Set(['Somebody has already pressed this button.']));
        expect(aboard.answers()).toHaveLength(1);
    });

    it('asks the gate anew, and reads the question as it stands now', async () => {
        await using aboard = await comeAboard({agent: failing(2)});
        const {people, harbor} = aboard;
        const {alice} = harbor.users;
        const post = aboard.mention('alice', 'how deep?');
        const answer = await aboard.answerTo(post);
        await aboard.settled();
        await people.edit(alice, post, '@gangway how wide?');
        await people.press(alice, answer, 'Try again');
        await aboard.until('the second try', () => aboard.asked.length === 2);
        await aboard.settled();
        expect(questionOf(aboard.asked[1]!)).toBe('@alice: how wide?');

        aboard.configure({groupPolicy: 'disabled'});
        await people.press(alice, answer, 'Try again');
        expect(people.whispers(alice)).toEqual(['This may not be answered here any more.']);
        expect(aboard.asked).toHaveLength(2);
    });

    it('is not given to a question that was deleted', async () => {
        await using aboard = await comeAboard({agent: failing(9)});
        const {people, harbor} = aboard;
        const {alice, admin} = harbor.users;
        const post = aboard.mention('alice', 'how deep?');
        const answer = await aboard.answerTo(post);
        await aboard.settled();
        await people.remove(alice, post);
        await people.press(admin, answer, 'Try again');
        expect(people.whispers(admin)).toEqual(['The question is not there any more.']);
        await aboard.settled();
    });
});

describe('what the HTTP side takes', () => {
    interface Sent {
        readonly status: number;
        readonly body: string;
    }
    const send = async (url: string, init: RequestInit = {}): Promise<Sent> => {
        const response = await fetch(url, {
            method: 'POST',
            signal: AbortSignal.timeout(60_000),
            ...init,
        });
        return {status: response.status, body: await response.text()};
    };

    it('refuses wrong methods, places, sizes and forms, each with its own status', async () => {
        await using aboard = await comeAboard();
        const url = `${aboard.httpUrl}/mattermost/interactions/default`;
        const status = async (...args: Parameters<typeof send>): Promise<number> =>
            (await send(...args)).status;
        expect(await status(url, {method: 'GET'})).toBe(405);
        expect(await status(url, {method: 'PUT', body: '{}'})).toBe(405);
        expect(await status(url, {body: 'x'.repeat(65 * 1024)})).toBe(413);
        expect(await status(url, {body: 'no JSON'})).toBe(400);
        expect(await status(url, {body: '{}'})).toBe(400);
        expect(await status(url)).toBe(400);
        expect(await status(`${aboard.httpUrl}/mattermost/interactions/other`, {body: '{}'})).toBe(
            404,
        );
        expect(await status(`${aboard.httpUrl}/mattermost/interactions/%E0%A4%A`)).toBe(400);
        expect(await status(`${aboard.httpUrl}/elsewhere`, {method: 'GET'})).toBe(404);
        expect((await send(`${aboard.httpUrl}/readyz`, {method: 'GET'})).status).toBe(200);
        const secretive = await send(url, {body: '{"context":{"_token":"x"}}'});
        expect(secretive.body).not.toContain('zod');
    });

    it('does not believe a context that was changed, or that expired, or another user than the host names', async () => {
        await using aboard = await comeAboard({agent: failing(1)});
        const answer = await aboard.answerTo(aboard.mention('alice', 'how deep?'));
        await aboard.settled();
        const {alice, bob} = aboard.harbor.users;
        const [attachment] = answer.props['attachments'] as {
            actions: {integration: {url: string; context: Record<string, unknown>}}[];
        }[];
        const {url, context} = attachment!.actions[0]!.integration;
        const press = (changed: object, userId = alice, headers: Record<string, string> = {}) =>
            send(url, {
                headers,
                body: JSON.stringify({user_id: userId, context: {...context, ...changed}}),
            });
        const changes: object[] = [
            {turn: 'somebodyelsesturn'},
            {action: 'stop'},
            {nonce: '0123456789abcdef'},
            {expires: Number(context['expires']) + 1},
            {_token: 'f'.repeat(64)},
            {_token: ''},
        ];
        for (const changed of changes) expect((await press(changed)).status).toBe(403);
        expect((await press({more: 1})).status).toBe(400);
        expect((await press({}, alice, {'Mattermost-User-Id': bob})).status).toBe(403);
        expect(aboard.asked).toHaveLength(1);
        expect((await press({})).status).toBe(200);
        await aboard.until('the answer', () => isDone(aboard, answer));
        await aboard.settled();
    });

    it('answers every body in time and never with a fault of its own', async () => {
        await using aboard = await comeAboard({agent: failing(99)});
        const answer = await aboard.answerTo(aboard.mention('alice', 'how deep?'));
        await aboard.settled();
        const [attachment] = answer.props['attachments'] as {
            actions: {integration: {url: string; context: Record<string, unknown>}}[];
        }[];
        const {url, context} = attachment!.actions[0]!.integration;
        const good = {user_id: aboard.harbor.users.alice, context};
        const paths = ['user_id', 'channel_id', 'post_id', 'context', ...Object.keys(context)];
        const odd = fc.oneof(
            fc.jsonValue(),
            fc.constantFrom('__proto__', '', '\0', '\ud800', 'x'.repeat(300), 1e308, -0, [[[]]]),
        );
        const mutated = fc
            .record({path: fc.constantFrom(...paths), value: odd})
            .map(({path, value}) =>
                path in context
                    ? {...good, context: {...context, [path]: value}}
                    : {...good, [path]: value},
            );
        const bodies = fc.oneof(
            mutated.map((body) => JSON.stringify(body)),
            fc.jsonValue().map((body) => JSON.stringify(body)),
            fc.string({unit: 'binary'}),
            fc.uint8Array({maxLength: 300}).map((bytes) => Buffer.from(bytes)),
            fc.constantFrom('['.repeat(30_000), '{"a":'.repeat(10_000), '9'.repeat(60_000)),
        );
        const headers = fc.constantFrom<Record<string, string>>(
            {},
            {'Content-Type': 'application/x-www-form-urlencoded'},
            {'Content-Type': 'application/json; charset=utf-7'},
            {'Content-Encoding': 'gzip'},
            {'Content-Encoding': 'nonsense'},
            {'X-Forwarded-For': 'not an address', 'Mattermost-User-Id': 'x'},
        );
        const ids = ['\0', '..', '%2e%2e', 'me', 'x'.repeat(64), 'A'.repeat(26)];
        for (const userId of ids) {
            const body = JSON.stringify({...good, user_id: userId});
            expect({userId, ...(await send(url, {body}))}).toMatchObject({userId, status: 400});
        }
        await fc.assert(
            fc.asyncProperty(bodies, headers, async (body, given) => {
                const {status} = await send(url, {body, headers: given});
                expect(status).toBeGreaterThanOrEqual(200);
                expect(status).toBeLessThan(500);
            }),
            {numRuns: 300},
        );
        await aboard.settled();
    });
});
