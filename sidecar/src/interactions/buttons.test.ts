import {silentLog} from '../contract/log.ts';
import {createMemoryStore} from '../store/memory-store.ts';
import {createButtons, type Buttons, type ButtonsDeps, type Press} from './buttons.ts';
import {signContext} from './signature.ts';

const USER = 'u'.repeat(26);
const TURN = 't'.repeat(26);

interface Bench {
    readonly buttons: Buttons;
    readonly acted: Press[];
    now: number;
}

function bench(change: Partial<ButtonsDeps> = {}): Bench {
    const made: Bench = {
        acted: [],
        now: 1_000_000,
        buttons: createButtons({
            store: createMemoryStore(),
            secret: 'a secret',
            callbackUrl: () => 'http://127.0.0.1:1/mattermost/interactions/default',
            authorise: async () => ({kind: 'accepted'}),
            async act(press) {
                made.acted.push(press);
                return {kind: 'accepted'};
            },
            log: silentLog,
            now: () => made.now,
            ...change,
        }),
    };
    return made;
}

interface Action {
    readonly id: string;
    readonly integration: {readonly context: Record<string, unknown>};
}

function firstAction(buttons: Buttons): Action {
    const [attachment] = buttons.attachments('default', TURN, ['retry']);
    const [action] = attachment?.['actions'] as Action[];
    if (action === undefined) throw new Error('no button');
    return action;
}

const body = (action: Action): unknown => ({user_id: USER, context: action.integration.context});

describe('a button', () => {
    it('does once what it says, for whoever presses it first', async () => {
        const {buttons, acted} = bench();
        const action = firstAction(buttons);
        expect(action.id).toMatch(/^[a-zA-Z0-9]+$/);
        expect(await buttons.press('default', body(action))).toEqual({status: 200, body: {}});
        expect(await buttons.press('default', body(action))).toEqual({
            status: 200,
            body: {ephemeral_text: 'Somebody has already pressed this button.'},
        });
        expect(acted).toEqual([
            {
                account: 'default',
                action: 'retry',
                turnId: TURN,
                userId: USER,
                channelId: '',
                postId: '',
            },
        ]);
    });

    it('[BTN-04] works for a week, and only once in it', async () => {
        const store = createMemoryStore();
        const made = bench({store});
        const action = firstAction(made.buttons);
        const used = jest.spyOn(store, 'compareAndSet');
        made.now += 7 * 24 * 3_600_000 - 1_000;
        expect(await made.buttons.press('default', body(action))).toEqual({status: 200, body: {}});
        expect(made.acted).toHaveLength(1);
        // What tells of the first press lasts as long as the button.
        const [, , , options] = used.mock.calls[0] ?? [];
        expect(options?.ttlSeconds).toBeGreaterThanOrEqual(7 * 24 * 3_600);
    });

    it('[BTN-05] tells who presses again days later that it was pressed', async () => {
        jest.useFakeTimers({now: 1_000_000});
        const made = bench({now: Date.now});
        const action = firstAction(made.buttons);
        await made.buttons.press('default', body(action));
        jest.setSystemTime(1_000_000 + 6 * 24 * 3_600_000);
        expect((await made.buttons.press('default', body(action))).body).toEqual({
            ephemeral_text: 'Somebody has already pressed this button.',
        });
        expect(made.acted).toHaveLength(1);
        jest.useRealTimers();
    });

    it('[BTN-04] tells who pressed what is wrong with it, and others by a status', async () => {
        const made = bench();
        const action = firstAction(made.buttons);
        const forged = {...action.integration.context, turn: 'somebodyelses'};
        const sent = {user_id: USER, post_id: TURN, trigger_id: 'abc'};
        for (const context of [forged, {more: 1}]) {
            const {status, body: told} = await made.buttons.press('default', {...sent, context});
            expect(status).toBe(200);
            expect(told).toEqual({ephemeral_text: expect.stringMatching(/^This button /)});
        }
        expect(
            await made.buttons.press('default', {...sent, ...(body(action) as object)}, TURN),
        ).toEqual({status: 200, body: {ephemeral_text: 'This button is not valid.'}});
        const {status, body: told} = await made.buttons.press('default', {
            user_id: USER,
            context: forged,
        });
        expect(status).toBe(403);
        expect(told).toMatchObject({ephemeral_text: 'This button is not valid.'});
        expect(made.acted).toEqual([]);
    });

    it('expires after a week', async () => {
        const made = bench();
        const action = firstAction(made.buttons);
        made.now += 7 * 24 * 3_600_000 + 1_000;
        expect(await made.buttons.press('default', body(action))).toEqual({
            status: 200,
            body: {ephemeral_text: 'This button has expired.'},
        });
        expect(made.acted).toEqual([]);
    });

    it('is not used up by a press that is refused', async () => {
        let allowed = false;
        const {buttons, acted} = bench({
            authorise: async () =>
                allowed ? {kind: 'accepted'} : {kind: 'refused', message: 'Not you.'},
        });
        const action = firstAction(buttons);
        expect((await buttons.press('default', body(action))).body).toEqual({
            ephemeral_text: 'Not you.',
        });
        allowed = true;
        expect(await buttons.press('default', body(action))).toEqual({status: 200, body: {}});
        expect(acted).toHaveLength(1);
    });

    it('is not there where no callback can come back', () => {
        const {buttons} = bench({callbackUrl: () => undefined});
        expect(buttons.attachments('default', TURN, ['retry', 'stop'])).toEqual([]);
    });

    it('is made of what survives any JSON, signed over sorted keys', () => {
        const context = {b: 'ü', a: 1, _token: 'left out'};
        expect(signContext('secret', context)).toBe(signContext('secret', {a: 1, b: 'ü'}));
        expect(signContext('secret', context)).not.toBe(signContext('other', context));
        expect(signContext('secret', {a: 1})).toBe(
            // printf '{"a":1}' | openssl dgst -sha256 -hmac secret
            'aa9e2e3575f5d7098b6caccd790888c36d5fdb63342a73bada2d6a51747a8494',
        );
    });
});
