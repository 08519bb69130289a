import type {User} from '../mattermost/platform.ts';
import type {Decision, GateEvent, ReasonCode} from '../policy/decision.ts';
import {decide} from '../policy/gate.ts';
import type {TurnDeps} from './deps.ts';
import {lookUpFacts, type Facts, type Posted} from './facts.ts';

/** What is known of a post, and what the gate says of it. */
export interface Judged {
    readonly facts: Facts;
    readonly decision: Decision;
}

/**
 * Looks up what a post is and asks the gate. Undefined when its channel is gone.
 *
 * Roles are remembered for a while and nobody tells when they change: whom a decision lets in, and who
 * speaks to the bot and is kept out, is looked up anew and decided again.
 */
export async function judge(
    deps: TurnDeps,
    event: Posted,
    signal: AbortSignal,
): Promise<Judged | undefined> {
    const facts = await lookUpFacts(factsDeps(deps), event, signal);
    if (facts === undefined) return undefined;
    const decision = decide(facts.event, facts.context);
    if (!hangsOnRoles(decision, facts)) return {facts, decision};
    const sender = await deps.platform.freshUser(event.post.userId, signal);
    if (haveSameRoles(sender, facts.sender)) return {facts, decision};
    const now = {...facts, event: {...facts.event, sender}, sender};
    return {facts: now, decision: decide(now.event, now.context)};
}

function factsDeps(deps: TurnDeps): Parameters<typeof lookUpFacts>[0] {
    const {platform, settings, account} = deps;
    return {
        platform,
        settings,
        // Grants come with pairing.
        paired: () => Promise.resolve(false),
        participated: (rootId) => deps.participation.has(account, rootId),
        botTurns: (channelId, userId) =>
            deps.botLoop.turns({account, channelId, userId}, settings().botLoop.windowMinutes),
    };
}

const ABOUT_ROLES: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
    'dm_policy_not_allowlisted',
    'group_policy_not_allowlisted',
    'group_policy_disabled',
    'dm_policy_disabled',
    'guest_sender',
]);

function hangsOnRoles(decision: Decision, {event, context}: Facts): boolean {
    if (decision.kind === 'answer' || decision.kind === 'pair') return true;
    return ABOUT_ROLES.has(decision.reason) && speaksToBot(event, context.bot.username);
}

function speaksToBot({post, channelType}: GateEvent, botName: string): boolean {
    const text = post.message.replaceAll('\uff20', '@').toLowerCase();
    return channelType === 'D' || text.includes(`@${botName.toLowerCase()}`);
}

function haveSameRoles(one: User | undefined, other: User | undefined): boolean {
    return one?.roles.join(' ') === other?.roles.join(' ');
}
