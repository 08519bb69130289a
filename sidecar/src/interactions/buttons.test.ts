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

    it('works for a week', async () => {
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
