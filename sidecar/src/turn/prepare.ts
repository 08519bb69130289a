import type {AgentMessage} from '../agent/agent.ts';
import type {AccountSettings} from '../contract/account-settings.ts';
import type {Channel, ChannelType, Post, User} from '../mattermost/platform.ts';
import {channelSettings} from '../policy/channel-rules.ts';
import {decide} from '../policy/gate.ts';
import type {TurnEntry} from '../session/journal.ts';
import {sessionKey} from '../session/session-key.ts';
import {withFiles} from '../session/post-text.ts';
import {threadContext, type ThreadAbove} from '../session/thread-history.ts';
import type {TranscriptMessage} from '../session/transcript.ts';
import {clockLines} from './clock.ts';
import type {TurnDeps} from './deps.ts';
import {composePrompt, spoken, type ContextLine} from './prompt.ts';
import {unlessTooLarge} from './too-large.ts';
import {postOf} from './turn-id.ts';

/** Context that a turn has read; it is dropped when the turn is settled. */
export interface UsedContext {
    readonly contextId: string;
    readonly posts: readonly string[];
}

/** The prompt of a turn, and what of the pending context it used. */
export interface PreparedPrompt {
    readonly system: string;
    readonly messages: readonly AgentMessage[];
    /** The clock of who asks. */
    readonly now: string;
    readonly user: {readonly id: string; readonly username: string};
    readonly used: UsedContext;
}

/** Where there was nothing to read. */
export const NO_CONTEXT: UsedContext = {contextId: '', posts: []};

/** A bare mention in a thread asks about what stands above it. */
const ABOVE = 'Please answer what is said above.';

/** Collects what the agent may read: instructions, transcript, thread, context, question. */
export async function preparePrompt(
    deps: TurnDeps,
    entries: readonly TurnEntry[],
    signal: AbortSignal,
): Promise<PreparedPrompt> {
    const entry = entries.at(-1);
    if (entry === undefined) throw new TypeError('A turn answers at least one message');
    const {platform, transcripts} = deps;
    const settings = deps.settings();
    const [channel, sender] = await Promise.all([
        platform.channel(entry.channelId, signal),
        platform.user(entry.userId, signal),
    ]);
    const channelType = channel?.type ?? 'O';
    const direct = channelType === 'D';
    const askedIn = threadAsked(entry);
    const contextId = contextIdOf(deps, {...entry, channelType, rootId: askedIn});
    const [{messages: said}, kept, since = 0] = await Promise.all([
        transcripts.load(entry.sessionId, settings.session.idleMinutes),
        direct ? [] : deps.pending.read(contextId),
        deps.freshStarts.of(entry.sessionId),
    ]);

    const fresh = said.length === 0 && askedIn !== '' && !direct;
    const above = fresh ? await threadAbove(deps, entry, askedIn, channel, signal) : NOTHING_ABOVE;
    const thread = above.lines.filter(({at}) => at > since);
    const unshown = above.unshown.filter((at) => at > since).length;
    const pending = kept.filter(
        ({postId, at}) => at <= entry.postedAt && at > since && postId !== postOf(entry.turnId),
    );
    const shown = new Set(thread.map(({postId}) => postId));
    const news = pending.filter(({postId}) => !shown.has(postId));
    const people = await usersOf(deps, [...news, ...said.filter(isQuestion), ...entries], signal);
    const nameOf = ({userId, writer}: Written): string =>
        writer ?? people.get(userId)?.username ?? 'somebody';
    const channelName = direct ? undefined : (channel?.displayName ?? entry.channelId);

    const prompt = composePrompt({
        botName: platform.bot.username,
        channelName,
        channelPrompt: direct
            ? ''
            : (channelSettings(settings, entry.channelId).systemPrompt ?? ''),
        transcript: said.map((one) => ({
            role: one.role,
            text:
                one.role === 'user'
                    ? spoken({channelName, username: nameOf(one)}, one.text)
                    : one.text,
        })),
        thread: [...thread, ...unshownLine(unshown)],
        username: nameOf(entry),
        pending: news.map((one) => ({username: nameOf(one), text: one.text})),
        questions: entries.map((one) =>
            spoken({channelName, username: nameOf(one)}, questionText(one)),
        ),
    });
    return {
        ...prompt,
        now: clockLines((deps.now ?? Date.now)(), askersOf(entries, people)),
        user: {id: entry.userId, username: sender?.username ?? entry.userId},
        used: {contextId, posts: pending.map(({postId}) => postId)},
    };
}

/** Who wrote something, and the name that is shown for it where it is not the account's. */
interface Written {
    readonly userId: string;
    readonly writer?: string | undefined;
}

const questionText = ({text, files}: TurnEntry): string => withFiles(text, files) || ABOVE;

/** That there is something which may not be shown: a question may be about it. */
function unshownLine(count: number): readonly ContextLine[] {
    if (count === 0) return [];
    const what =
        count === 1
            ? 'One message of this thread is not shown to you: its writer'
            : `${count} messages of this thread are not shown to you: their writers`;
    return [{username: '', text: `(${what} may not speak to you here.)`}];
}

/** A message as it stands in the prompt of its channel, for an agent that takes it while it runs. */
export async function spokenEntry(deps: TurnDeps, entry: TurnEntry): Promise<string> {
    const {platform} = deps;
    const {channelId, userId, writer} = entry;
    const [channel, sender] = await Promise.all([
        platform.channel(channelId),
        platform.user(userId),
    ]);
    const channelName = channel?.type === 'D' ? undefined : (channel?.displayName ?? channelId);
    const username = writer ?? sender?.username ?? 'somebody';
    return spoken({channelName, username}, questionText(entry));
}

const isQuestion = ({role}: TranscriptMessage): boolean => role === 'user';

/** The thread in which a question was written; '' for the channel. An answer may open a thread below it. */
function threadAsked({rootId, turnId}: TurnEntry): string {
    return rootId === postOf(turnId) ? '' : rootId;
}

/**
 * Where unanswered posts of a channel, or of one of its threads, are kept: one place for all members,
 * whatever the scope of their sessions.
 */
export function contextIdOf(
    deps: Pick<TurnDeps, 'account' | 'settings'>,
    place: {
        readonly agent: string;
        readonly channelType: ChannelType;
        readonly channelId: string;
        readonly rootId: string;
        readonly userId: string;
    },
): string {
    const {session} = deps.settings();
    const {rootId: threadRootId, ...rest} = place;
    return sessionKey(
        {...rest, account: deps.account, threadRootId},
        {...session, groupScope: 'channel'},
    ).id;
}

const NOTHING_ABOVE: ThreadAbove = {lines: [], unshown: []};

async function threadAbove(
    deps: TurnDeps,
    entry: TurnEntry,
    rootId: string,
    channel: Channel | undefined,
    signal: AbortSignal,
): Promise<ThreadAbove> {
    const {platform, log} = deps;
    const settings = deps.settings();
    if (channel === undefined || settings.historyLimit === 0) return NOTHING_ABOVE;
    const reading = threadContext({
        platform,
        rootId,
        before: {id: postOf(entry.turnId), createAt: entry.postedAt},
        limit: settings.historyLimit,
        allow: (post, user) => mayBeRead(deps, settings, channel, post, user),
        bot: platform.bot,
        signal,
    });
    return (await unlessTooLarge('the thread above a question', reading, log)) ?? NOTHING_ABOVE;
}

/** Whether a post may become context: the gate decides, as it would have decided when it came. */
function mayBeRead(
    {platform}: TurnDeps,
    settings: AccountSettings,
    channel: Channel,
    post: Post,
    sender: User | undefined,
): boolean {
    if (post.userId === platform.bot.userId) return true;
    const decision = decide(
        {post, channelType: channel.type, sender, mentionsBot: undefined},
        {
            bot: platform.bot,
            settings,
            paired: false,
            participated: false,
            botTurns: 0,
            member: true,
        },
    );
    return decision.kind === 'answer' || decision.kind === 'context';
}

/** Who asks, each once; those whom the server does not know are left out. */
function askersOf(entries: readonly TurnEntry[], people: ReadonlyMap<string, User>): User[] {
    const ids = new Set(entries.map(({userId}) => userId));
    return [...ids].flatMap((id) => people.get(id) ?? []);
}

async function usersOf(
    {platform}: TurnDeps,
    posts: readonly {readonly userId: string}[],
    signal: AbortSignal,
): Promise<ReadonlyMap<string, User>> {
    const ids = [...new Set(posts.map(({userId}) => userId))];
    const users = await Promise.all(ids.map((id) => platform.user(id, signal)));
    return new Map(users.flatMap((user) => (user === undefined ? [] : [[user.id, user]])));
}
