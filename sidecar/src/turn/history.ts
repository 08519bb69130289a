import type {AccountSettings} from '../contract/account-settings.ts';
import {withoutNotices} from '../delivery/notice.ts';
import type {Channel, Post, User} from '../mattermost/platform.ts';
import {decide} from '../policy/gate.ts';
import type {PendingPost} from '../session/context.ts';
import type {TurnEntry} from '../session/journal.ts';
import {threadContext, type ThreadAbove} from '../session/thread-history.ts';
import type {Broken, TranscriptMessage} from '../session/transcript.ts';
import type {TurnDeps} from './deps.ts';
import {spoken, type PromptEntry} from './prompt.ts';
import {unlessTooLarge} from './too-large.ts';
import {postOf} from './turn-id.ts';

/** A bare mention in a thread asks about what stands above it. */
const ABOVE = 'Please answer what is said above.';

/** What the agent reads below an answer that is not whole. */
const BROKEN: Readonly<Record<Broken, string>> = {
    failed: '[This answer broke off here; it is not whole.]',
    stopped: '[A person stopped this answer here; it is not whole.]',
    length: '[This answer was cut off here at its longest length; it is not whole.]',
    filtered: '[A filter ended this answer here; it is not whole.]',
    incomplete: '[Parts of this answer were lost; it is not whole.]',
};
const NO_ANSWER = '[A person stopped the answer before it said anything.]';

/** A question as the agent reads it. */
export const questionText = (text: string): string => (text === '' ? ABOVE : text);

/** A message of the session as the agent reads it. */
export function promptEntry(
    {role, text, quoted, broken}: TranscriptMessage,
    username: string,
    channelName: string | undefined,
): PromptEntry {
    if (quoted !== undefined) return {kind: 'quoted', from: quoted, username, text};
    if (role === 'user') {
        return {kind: 'said', role, text: spoken({channelName, username}, questionText(text))};
    }
    if (broken === undefined) return {kind: 'said', role, text};
    return {kind: 'said', role, text: text === '' ? NO_ANSWER : `${text}\n\n${BROKEN[broken]}`};
}

/** A post that waited in the context, as the session keeps it. */
export function quotedPost({postId, userId, writer, text, at}: PendingPost): TranscriptMessage {
    return {role: 'user', text, postIds: [postId], userId, writer, at, quoted: 'channel'};
}

const NOTHING_ABOVE: ThreadAbove = {lines: [], unshown: []};

/** What stands in a thread above a question and was written after `since`, as the session keeps it. */
export async function threadAbove(
    deps: TurnDeps,
    entry: TurnEntry,
    {rootId, channel, since}: {rootId: string; channel: Channel | undefined; since: number},
    signal: AbortSignal,
): Promise<readonly TranscriptMessage[]> {
    const {platform, log} = deps;
    const settings = deps.settings();
    if (channel === undefined || settings.historyLimit === 0) return [];
    const reading = threadContext({
        platform,
        rootId,
        before: {id: postOf(entry.turnId), createAt: entry.postedAt},
        limit: settings.historyLimit,
        allow: (post, user) => mayBeRead(deps, settings, channel, post, user),
        bot: platform.bot,
        signal,
    });
    const {lines, unshown} =
        (await unlessTooLarge('the thread above a question', reading, log)) ?? NOTHING_ABOVE;
    const above = lines
        .filter(({at}) => at > since)
        .flatMap(({postId, role, userId, writer, text: written, at}) => {
            // What Gangway says of failures is no part of the talk.
            const text = role === 'assistant' ? withoutNotices(written).trim() : written;
            if (text === '' && written !== '') return [];
            const quoted = postId === rootId ? ('root' as const) : ('thread' as const);
            return [{role: 'user' as const, text, postIds: [postId], userId, writer, at, quoted}];
        });
    return [...above, ...unshownLine(unshown.filter((at) => at > since))];
}

/** That there is something which may not be shown: a question may be about it. */
function unshownLine(times: readonly number[]): readonly TranscriptMessage[] {
    const count = times.length;
    if (count === 0) return [];
    const what =
        count === 1
            ? 'One message of this thread is not shown to you: its writer'
            : `${count} messages of this thread are not shown to you: their writers`;
    const text = `(${what} may not speak to you here.)`;
    const at = Math.max(...times);
    return [{role: 'user', text, postIds: [], userId: '', writer: '', at, quoted: 'thread'}];
}

/**
 * Whether what is quoted may be read today: who may not speak to the bot any more is not quoted any more either.
 */
export function readersOf(
    deps: TurnDeps,
    channel: Channel | undefined,
    people: ReadonlyMap<string, User>,
): (message: TranscriptMessage) => boolean {
    const settings = deps.settings();
    return ({userId, writer, text, postIds, at}) => {
        if (channel === undefined) return false;
        // Gangway's own words.
        if (userId === '') return true;
        const post: Post = {
            id: postIds[0] ?? '',
            createAt: at,
            updateAt: at,
            editAt: 0,
            deleteAt: 0,
            userId,
            channelId: channel.id,
            rootId: '',
            message: text,
            type: '',
            // Only programs write under another name than their account's.
            props: writer === undefined ? {} : {from_webhook: 'true'},
            fileIds: [],
            remoteId: '',
        };
        return mayBeRead(deps, settings, channel, post, people.get(userId));
    };
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
