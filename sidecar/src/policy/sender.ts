import type {AccountSettings} from '../contract/account-settings.ts';
import {allowsEverybody, isAllowed, isNamed, type Listed, type MatchOptions} from './allow-list.ts';
import type {GateEvent, ReasonCode} from './decision.ts';

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
    /** Whether a list of senders lets the post in. */
    isIn(list: readonly string[]): boolean;
}

// The server writes these marks as the text "true".
const isMarked = (props: Readonly<Record<string, unknown>>, mark: string): boolean =>
    props[mark] === 'true' || props[mark] === true;

function automationOf({post, sender}: GateEvent): Automation | undefined {
    if (post.props['gangway'] !== undefined || post.type === 'custom_gangway') {
        return 'own_plugin_post';
    }
    if (isMarked(post.props, 'from_webhook')) return 'webhook_sender';
    if (isMarked(post.props, 'from_plugin') || post.type.startsWith('custom_')) {
        return 'plugin_post';
    }
    return isMarked(post.props, 'from_bot') || sender?.isBot === true ? 'bot_sender' : undefined;
}

/**
 * Works out whose rights a post has. A person and a bot have their own. A webhook and a plugin
 * write under somebody's account: they never have that person's rights, only those of `allowBots`
 * and of lists that are open to everybody. A program is never an owner.
 *
 * `allowBots` lets programs through that are ignored otherwise. An entry with the id (or name) of
 * the account lets it in altogether; `*` and roles only lift the ban, and the lists for persons
 * decide.
 */
export function senderOf(event: GateEvent, settings: AccountSettings): Sender {
    const {post} = event;
    const options: MatchOptions = {names: settings.dangerouslyAllowNameMatching};
    const who: Listed = event.sender ?? {id: post.userId, username: '', roles: []};
    const automation = automationOf(event);
    if (automation === undefined) {
        return {
            automation,
            letIn: false,
            isOwner: isAllowed(settings.owners, who, options),
            isIn: (list) => isAllowed(list, who, options),
        };
    }
    const borrowed = automation === 'webhook_sender' || event.sender?.isBot !== true;
    const named = isNamed(settings.allowBots, who, options);
    return {
        automation,
        letIn: named || isAllowed(settings.allowBots, who, options),
        isOwner: false,
        isIn: (list) => named || (borrowed ? allowsEverybody(list) : isAllowed(list, who, options)),
    };
}
