import type {AccountSettings} from '../contract/account-settings.ts';
import type {BotIdentity} from '../mattermost/platform.ts';
import {
    allowsEverybody,
    isAllowed,
    isGuest,
    isNamed,
    type Listed,
    type MatchOptions,
} from './allow-list.ts';
import {channelSettings} from './channel-rules.ts';
import type {GateContext, GateEvent, ReasonCode} from './decision.ts';

/** Why a post does not come from a person at a keyboard. */
type Automation = Extract<
    ReasonCode,
    'own_plugin_post' | 'webhook_sender' | 'plugin_post' | 'bot_sender'
>;

/** Who stands behind a post, and whose rights the post has. */
export interface Sender {
    /** Undefined for a person. */
    readonly automation: Automation | undefined;
    /** `allowBots` has an entry for it; always false for persons. */
    readonly letIn: boolean;
    readonly isOwner: boolean;
    /** Of a class that no open policy means: why, where nothing lets the class in. */
    readonly outsider: Extract<ReasonCode, 'remote_sender' | 'guest_sender'> | undefined;
    /** Whether a list of senders lets the post in. */
    isIn(list: readonly string[]): boolean;
}

// The server writes these marks as the text "true".
const isMarked = (props: Readonly<Record<string, unknown>>, mark: string): boolean =>
    props[mark] === 'true' || props[mark] === true;

/** What tells who wrote a post. */
type Written = Pick<GateEvent, 'post' | 'sender'>;

/** Whether a post was written on another server, in a channel that two servers share. */
function isRemote({post, sender}: Written): boolean {
    return post.remoteId !== '' || (sender !== undefined && sender.remoteId !== '');
}

/**
 * The bot's namesake on another server, `gangway:north`: there it is a bot, and here an account like
 * any other, as the server does not carry that mark over.
 */
function isNamesake(written: Written, bot: BotIdentity): boolean {
    const name = written.sender?.username.split(':', 1)[0] ?? '';
    return isRemote(written) && name.toLowerCase() === bot.username.toLowerCase();
}

function automationOf(written: Written, bot: BotIdentity): Automation | undefined {
    const {post, sender} = written;
    if (post.props['gangway'] !== undefined || post.type === 'custom_gangway') {
        return 'own_plugin_post';
    }
    if (isMarked(post.props, 'from_webhook')) return 'webhook_sender';
    if (isMarked(post.props, 'from_plugin') || post.type.startsWith('custom_')) {
        return 'plugin_post';
    }
    const isBot = isMarked(post.props, 'from_bot') || sender?.isBot === true;
    return isBot || isNamesake(written, bot) ? 'bot_sender' : undefined;
}

/** Whether the loop guard counts what this sender asks: another bot, of this server or another. */
export function isBotSender(written: Written, bot: BotIdentity): boolean {
    return written.sender?.isBot === true || automationOf(written, bot) === 'bot_sender';
}

/** Whether a post comes from a program, not from a person at a keyboard. */
export function isProgram(written: Written, bot: BotIdentity): boolean {
    return automationOf(written, bot) !== undefined;
}

/** Whether the settings name this person an owner (GATE-17); one of another server only by id. */
export function isOwner(
    who: Listed & Pick<NonNullable<GateEvent['sender']>, 'remoteId'>,
    settings: AccountSettings,
): boolean {
    const options: MatchOptions = {names: settings.dangerouslyAllowNameMatching};
    if (who.remoteId === '') return isAllowed(settings.owners, who, options);
    return settings.allowRemote && isNamed(settings.owners, who, {names: false});
}

/**
 * Works out whose rights a post has. A person and a bot have their own. A webhook and a plugin
 * write under somebody's account: they never have that person's rights, only those of `allowBots`
 * and of lists that are open to everybody. A program is never an owner.
 *
 * `allowBots` lets programs through that are ignored otherwise. An entry with the id (or name) of
 * the account lets it in altogether; `*` and roles only lift the ban, and the lists for persons
 * decide.
 *
 * Guests, and people of other servers, are classes of their own: `*` and open policies mean a guest
 * with `allowGuests` only, and nothing means a remote person without `allowRemote`.
 */
export function senderOf(
    event: GateEvent,
    {settings, bot}: Pick<GateContext, 'settings' | 'bot'>,
): Sender {
    const {post, channelType} = event;
    const group = channelType === 'D' ? undefined : channelSettings(settings, post.channelId);
    const guests = group?.allowGuests ?? settings.allowGuests;
    const allowRemote = group?.allowRemote ?? settings.allowRemote;
    const options: MatchOptions = {names: settings.dangerouslyAllowNameMatching, guests};
    const who: Listed = event.sender ?? {id: post.userId, username: '', roles: []};
    const automation = automationOf(event, bot);
    const shutOut = isRemote(event) && !allowRemote;
    if (automation === undefined) {
        const remoteId = post.remoteId || (event.sender?.remoteId ?? '');
        return {
            automation,
            letIn: false,
            isOwner: !shutOut && isOwner({...who, remoteId}, settings),
            outsider: outsiderOf(shutOut, isGuest(who) && !guests),
            isIn: (list) => !shutOut && isAllowed(list, who, options),
        };
    }
    const borrowed = automation === 'webhook_sender' || event.sender?.isBot !== true;
    const named = isNamed(settings.allowBots, who, options);
    return {
        automation,
        letIn: named || isAllowed(settings.allowBots, who, options),
        isOwner: false,
        outsider: outsiderOf(shutOut, false),
        isIn: (list) =>
            !shutOut &&
            (named || (borrowed ? allowsEverybody(list) : isAllowed(list, who, options))),
    };
}

function outsiderOf(remote: boolean, guest: boolean): Sender['outsider'] {
    if (remote) return 'remote_sender';
    return guest ? 'guest_sender' : undefined;
}
