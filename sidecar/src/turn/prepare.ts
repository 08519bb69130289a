import type {ChannelType, User} from '../mattermost/platform.ts';
import {channelSettings} from '../policy/channel-rules.ts';
import type {TurnEntry} from '../session/journal.ts';
import {withFiles} from '../session/post-text.ts';
import {sessionKey} from '../session/session-key.ts';
import type {TranscriptMessage} from '../session/transcript.ts';
import {clockLines} from './clock.ts';
import type {TurnDeps} from './deps.ts';
import type {Fittable} from './fit.ts';
import {promptEntry, questionText, quotedPost, readersOf, threadAbove} from './history.ts';
import {placeOf} from './session-place.ts';
import {spoken, systemText} from './prompt.ts';
import {postOf} from './turn-id.ts';

/** Context that a turn has read: when the turn is settled, it moves into the session. */
export interface UsedContext {
    readonly contextId: string;
    /** Posts that waited in the context. */
    readonly posts: readonly string[];
    /** What is quoted before the question, and was not before. */
    readonly quoted: readonly TranscriptMessage[];
}

/** The prompt of a turn, and what of the pending context it used. */
export interface PreparedPrompt extends Fittable {
    /** The clock of who asks. */
    readonly now: string;
    readonly user: {readonly id: string; readonly username: string};
    readonly used: UsedContext;
}

/** Where there was nothing to read. */
export const NO_CONTEXT: UsedContext = {contextId: '', posts: [], quoted: []};

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
    const [{messages: all}, kept, since = 0] = await Promise.all([
        transcripts.load(entry.sessionId, settings.session.idleMinutes),
        direct ? [] : deps.pending.read(contextId),
        deps.freshStarts.of(entry.sessionId),
    ]);

    const {before} = placeOf(entry)(all);
    const questions = new Set(entries.map(({turnId}) => postOf(turnId)));
    const known = before.filter(
        ({quoted, postIds}) => quoted === undefined || !postIds.some((id) => questions.has(id)),
    );
    const fresh = before.length === 0 && askedIn !== '' && !direct;
    const thread = fresh
        ? await threadAbove(deps, entry, {rootId: askedIn, channel, since}, signal)
        : [];
    const pending = kept.filter(({at}) => at <= entry.postedAt && at > since);
    const shown = new Set([...questions, ...[...known, ...thread].flatMap(({postIds}) => postIds)]);
    const news = [...thread, ...pending.filter(({postId}) => !shown.has(postId)).map(quotedPost)];
    const history = [...known, ...news];
    const people = await usersOf(deps, [...history, ...entries], signal);
    const nameOf = ({userId, writer}: Written): string =>
        writer ?? people.get(userId)?.username ?? 'somebody';
    const mayRead = readersOf(deps, channel, people);
    const channelName = direct ? undefined : (channel?.displayName ?? entry.channelId);

    const system = systemText({
        botName: platform.bot.username,
        channelName,
        channelPrompt: direct
            ? ''
            : (channelSettings(settings, entry.channelId).systemPrompt ?? ''),
        username: nameOf(entry),
    });
    return {
        system,
        history: history
            .filter((message) => message.quoted === undefined || mayRead(message))
            .map((message) => promptEntry(message, nameOf(message), channelName)),
        questions: entries.map((one) => spoken({channelName, username: nameOf(one)}, textOf(one))),
        now: clockLines((deps.now ?? Date.now)(), askersOf(entries, people)),
        user: {id: entry.userId, username: sender?.username ?? entry.userId},
        used: {contextId, posts: pending.map(({postId}) => postId), quoted: news},
    };
}

/** Who wrote something, and the name that is shown for it where it is not the account's. */
interface Written {
    readonly userId: string;
    readonly writer?: string | undefined;
}

const textOf = ({text, files}: TurnEntry): string => questionText(withFiles(text, files));

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
    return spoken({channelName, username}, textOf(entry));
}

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
    const ids = [...new Set(posts.map(({userId}) => userId))].filter((id) => id !== '');
    const users = await Promise.all(ids.map((id) => platform.user(id, signal)));
    return new Map(users.flatMap((user) => (user === undefined ? [] : [[user.id, user]])));
}
