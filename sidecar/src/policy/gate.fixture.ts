import {ACCOUNT_DEFAULTS} from '../contract/account-defaults.ts';
import type {AccountSettings} from '../contract/account-settings.ts';
import type {ChannelType, Post} from '../mattermost/platform.ts';
import type {Decision, GateContext, GateEvent} from './decision.ts';
import {decide} from './gate.ts';
import {aPost} from '../../test/a-post.ts';

/** A 26-character id that one can read. */
export const idOf = (name: string): string => name.padEnd(26, '0');

/** Ids of the people and places of the gate's tests. */
export const BOT = idOf('bot');
export const ALICE = idOf('alice');
export const DECK = idOf('deck');

/** What a test says about a post; all else is an ordinary post of alice in the channel deck. */
export interface Scene {
    readonly message?: string;
    readonly channelType?: ChannelType;
    readonly post?: Partial<Post>;
    readonly sender?: Partial<NonNullable<GateEvent['sender']>> | 'unknown';
    readonly mentionsBot?: boolean | undefined;
    readonly settings?: Partial<AccountSettings>;
    readonly context?: Partial<Omit<GateContext, 'settings'>>;
}

/** The default settings with some changed, and everybody allowed in channels. */
const settingsWith = (changes: Partial<AccountSettings> = {}): AccountSettings => ({
    account: 'default',
    ...ACCOUNT_DEFAULTS,
    groupAllowFrom: ['*'],
    ...changes,
});

/** The event and context that a scene describes. */
export function facts(scene: Scene): {event: GateEvent; context: GateContext} {
    const post = aPost({
        id: idOf('post'),
        userId: ALICE,
        channelId: DECK,
        message: scene.message ?? 'hello',
        ...scene.post,
    });
    const alice = {
        id: post.userId,
        username: 'alice',
        isBot: false,
        roles: ['system_user'],
        remoteId: '',
    };
    return {
        event: {
            post,
            channelType: scene.channelType ?? 'O',
            sender: scene.sender === 'unknown' ? undefined : {...alice, ...scene.sender},
            mentionsBot: scene.mentionsBot,
        },
        context: {
            bot: {userId: BOT, username: 'bot'},
            settings: settingsWith(scene.settings),
            paired: false,
            participated: false,
            botTurns: 0,
            member: true,
            ...scene.context,
        },
    };
}

/** The gate's decision on a scene. */
export function decideScene(scene: Scene): Decision {
    const {event, context} = facts(scene);
    return decide(event, context);
}

/** Kind and reason of the decision, for short expectations: `answer mention`. */
export function verdict(scene: Scene): string {
    const {kind, reason} = decideScene(scene);
    return `${kind} ${reason}`;
}
