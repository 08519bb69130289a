import type {NamedAgent} from '../agent/agents.ts';
import type {AccountSettings} from '../contract/account-settings.ts';
import type {Log} from '../contract/log.ts';
import type {Delivery} from '../delivery/delivery.ts';
import type {Buttons} from '../interactions/buttons.ts';
import type {Platform} from '../mattermost/platform.ts';
import type {BotLoop} from '../policy/bot-loop.ts';
import type {DecisionLog} from '../policy/decision-log.ts';
import type {MissedCalls} from '../policy/missed-calls.ts';
import type {ContextLimits} from '../session/context-limits.ts';
import type {PendingContext} from '../session/context.ts';
import type {FreshStarts} from '../session/fresh-start.ts';
import type {Journal} from '../session/journal.ts';
import type {Leases} from '../session/leases.ts';
import type {Participation} from '../session/participation.ts';
import type {Quotes} from '../session/quotes.ts';
import type {StopRequests} from '../session/stop-requests.ts';
import type {Transcripts} from '../session/transcript.ts';
import type {Store} from '../store/store.ts';

/** What the turns of one account are made of. */
export interface TurnDeps {
    readonly account: string;
    /** This runner's id, as its journal entries have it. */
    readonly runnerId: string;
    readonly platform: Platform;
    readonly settings: () => AccountSettings;
    readonly agents: () => readonly NamedAgent[];
    readonly store: Store;
    readonly journal: Journal;
    readonly transcripts: Transcripts;
    readonly freshStarts: FreshStarts;
    readonly pending: PendingContext;
    readonly quotes: Quotes;
    readonly contextLimits: ContextLimits;
    readonly participation: Participation;
    readonly stops: StopRequests;
    /** Which runner runs a session's turns. */
    readonly leases: Leases;
    readonly delivery: Delivery;
    readonly buttons: Pick<Buttons, 'attachments'>;
    readonly decisions: DecisionLog;
    readonly botLoop: BotLoop;
    /** Calls for the bot where it is no member. */
    readonly missedCalls: MissedCalls;
    readonly log: Log;
    readonly now?: () => number;
}
