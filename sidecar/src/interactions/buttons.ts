import {randomBytes} from 'node:crypto';
import * as z from 'zod';
import type {Log} from '../contract/log.ts';
import type {Attachments} from '../delivery/delivery.ts';
import type {Store} from '../store/store.ts';
import {signContext, verifyContext} from './signature.ts';

/** What Gangway's own buttons under an answer do. */
export type ButtonAction = 'retry' | 'stop' | 'continue';

/** A press that was verified, before it is authorised. */
export interface Press {
    readonly account: string;
    readonly action: ButtonAction;
    readonly turnId: string;
    readonly userId: string;
    readonly channelId: string;
    readonly postId: string;
}

/** What became of a press; the sentence is shown to the presser alone. */
export type PressOutcome =
    {readonly kind: 'accepted'} | {readonly kind: 'refused'; readonly message: string};

/** What goes back to the Mattermost server. */
export interface PressAnswer {
    readonly status: 200 | 400 | 403 | 404;
    readonly body: Readonly<Record<string, unknown>>;
}

/** Buttons under answers: made, and pressed. */
export interface Buttons {
    /** Attachments with these buttons; empty where no callback can reach this runner. */
    attachments(account: string, turnId: string, actions: readonly ButtonAction[]): Attachments;
    /**
     * Verify, authorise, consume, acknowledge, act: `body` is what the server posted; `presserId` is the
     * user whom the host vouches for, where it does (plugin host).
     */
    press(account: string, body: unknown, presserId?: string): Promise<PressAnswer>;
}

/** Buttons under answers: made, and pressed. */
export interface ButtonsDeps {
    readonly store: Store;
    readonly secret: string;
    /** The URL that the account's server is to call; undefined = no buttons there. */
    readonly callbackUrl: (account: string) => string | undefined;
    /** Whether this person may do it, and that it still can be done; must not change anything. */
    readonly authorise: (press: Press) => Promise<PressOutcome>;
    /** Makes the wish durable; what takes time follows by itself. */
    readonly act: (press: Press) => Promise<PressOutcome>;
    readonly log: Log;
    readonly now?: () => number;
}

/** A week, as long as the journal keeps what a retry needs. */
const LIFE_SECONDS = 7 * 24 * 3_600;

const LOOK: Record<ButtonAction, {name: string; style: string}> = {
    retry: {name: 'Try again', style: 'primary'},
    stop: {name: 'Stop', style: 'default'},
    continue: {name: 'Continue', style: 'primary'},
};

const contextSchema = z.strictObject({
    action_id: z.string().max(40),
    action: z.enum(['retry', 'stop', 'continue']),
    turn: z.string().max(64),
    nonce: z.string().regex(/^[0-9a-f]{16}$/),
    expires: z.number(),
    _token: z.string().max(128),
});

const id = z.string().regex(/^[a-z0-9]{26}$/);

const bodySchema = z.looseObject({
    user_id: id,
    channel_id: id.or(z.literal('')).default(''),
    post_id: id.or(z.literal('')).default(''),
    context: contextSchema,
});

const fromServer = z.looseObject({user_id: id, post_id: id, trigger_id: z.string().min(1)});

/**
 * Whether a body is of the form in which a Mattermost server sends presses. Such a server ignores the
 * status of an answer that comes from a plugin, and shows any but 200 of others as an error of its own: who
 * pressed is told by a sentence in an answer with 200.
 */
export function isFromServer(body: unknown): boolean {
    return fromServer.safeParse(body).success;
}

/** Says no to who pressed, where a person did; with `status` to all others. */
export function refusal(
    status: PressAnswer['status'],
    message: string,
    body: unknown,
): PressAnswer {
    if (isFromServer(body)) return tell(message);
    return {status, body: {error: {message}, ephemeral_text: message}};
}

/** Makes and receives Gangway's own buttons (retry, stop). */
export function createButtons(deps: ButtonsDeps): Buttons {
    const now = deps.now ?? Date.now;

    const button = (
        action: ButtonAction,
        turnId: string,
        url: string,
    ): Readonly<Record<string, unknown>> => {
        const nonce = randomBytes(8).toString('hex');
        // Letters and digits only: the server answers 404 to a press of any other id.
        const id = `${action}${nonce}`;
        const context = {
            action_id: id,
            action,
            turn: turnId,
            nonce,
            expires: Math.floor(now() / 1_000) + LIFE_SECONDS,
        };
        return {
            id,
            type: 'button',
            name: LOOK[action].name,
            style: LOOK[action].style,
            integration: {
                url,
                context: {...context, _token: signContext(deps.secret, context)},
            },
        };
    };

    return {
        attachments(account, turnId, actions) {
            const url = deps.callbackUrl(account);
            if (url === undefined || actions.length === 0) return [];
            return [{actions: actions.map((action) => button(action, turnId, url))}];
        },

        async press(account, body, presserId) {
            const parsed = bodySchema.safeParse(body);
            if (!parsed.success)
                return refusal(400, 'This button sent something unexpected.', body);
            const {context, user_id: userId, channel_id: channelId, post_id: postId} = parsed.data;
            const {_token: token, ...signed} = context;
            if (!verifyContext(deps.secret, signed, token)) {
                deps.log.warn('button with a wrong signature', {account, postId});
                return refusal(403, 'This button is not valid.', body);
            }
            if (presserId !== undefined && presserId !== userId) {
                return refusal(403, 'This button is not valid.', body);
            }
            if (context.expires * 1_000 < now()) return tell('This button has expired.');

            const press: Press = {
                account,
                action: context.action,
                turnId: context.turn,
                userId,
                channelId,
                postId,
            };
            const allowed = await deps.authorise(press);
            if (allowed.kind === 'refused') return tell(allowed.message);

            const consumed = await deps.store.compareAndSet(
                `ask/${context.nonce}`,
                undefined,
                new TextEncoder().encode(JSON.stringify({v: 1, userId})),
                {ttlSeconds: LIFE_SECONDS},
            );
            if (!consumed) return tell('Somebody has already pressed this button.');

            const outcome = await deps.act(press);
            deps.log.info('button pressed', {account, action: press.action, turn: press.turnId});
            return outcome.kind === 'accepted' ? {status: 200, body: {}} : tell(outcome.message);
        },
    };
}

function tell(message: string): PressAnswer {
    return {status: 200, body: {ephemeral_text: message}};
}
