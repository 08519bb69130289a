/** What the product answers to every hook, well and badly. */
import {type Duplex, duplexPair} from 'node:stream';

import {GangwayError} from '../../src/contract/errors.ts';
import {silentLog} from '../../src/contract/log.ts';
import {
    type CommandAnswer,
    hookHandlers,
    type Hooks,
} from '../../src/mattermost/plugin-api/hooks.ts';
import {commandResponse} from '../../src/mattermost/plugin-api/wire/commands.ts';
import {hookMethods} from '../../src/mattermost/plugin-api/wire/hook-methods.ts';
import {pluginApiRegistry} from '../../src/mattermost/plugin-api/wire/registry.ts';
import {bool, emptyStruct, struct} from '../../src/rpc/gob/schema.ts';
import {createRpcClient} from '../../src/rpc/net-rpc/client.ts';
import {handle, serveRpc} from '../../src/rpc/net-rpc/server.ts';
import {LONG_TEXT, NASTY_PROPS, NASTY_TEXTS, sampleOf} from './samples.ts';
import type {AnyMethod, Written} from './written.ts';

/** Collects what a stream brings, in pieces. */
export function listenTo(stream: Duplex): () => Buffer {
    const heard: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => heard.push(chunk));
    return () => Buffer.concat(heard.splice(0));
}

type Outcome = () => unknown;

const fail = (error: unknown) => (): never => {
    throw error;
};

/** How a hook may end, whatever it is for. */
const endings: readonly (readonly [string, Outcome])[] = [
    ['done', () => undefined],
    ['refused', fail(new GangwayError('no-bot', `the bot is a person ${NASTY_TEXTS[3]}`))],
    ['refused at length', fail(new GangwayError('no-bot', LONG_TEXT.slice(0, 1_000)))],
    ['refused without words', fail(new GangwayError('no-bot', ''))],
    ['broken', fail(new TypeError(NASTY_TEXTS[1]))],
    ['broken without words', fail(new Error(''))],
    ['broken otherwise', fail('a text')],
    ['done again', () => undefined],
];

const full = sampleOf(commandResponse, 'full') as CommandAnswer;
const nasty = sampleOf(commandResponse, 'nasty') as CommandAnswer;

/** What a command may be answered with besides. */
const answers: readonly (readonly [string, Outcome])[] = [
    ['a line', () => ({ResponseType: 'ephemeral', Text: 'done'})],
    ['nothing', () => ({})],
    ['every field', () => full],
    ['every field, nasty', () => nasty],
    ['every field again', () => full],
    ['a long text', () => ({ResponseType: 'in_channel', Text: LONG_TEXT})],
    ['props', () => ({Text: 'x', Props: NASTY_PROPS})],
    ['what cannot be sent', () => ({Text: 'x', Props: {bad: new Date()}})],
    ['a line again', () => ({ResponseType: 'ephemeral', Text: NASTY_TEXTS[2]})],
];

/** Named here so that a new hook is missed by the compiler; called by their names on the wire. */
function hooksThat(end: () => unknown): Hooks {
    const ending = async (): Promise<void> => void end();
    return {
        onActivate: ending,
        onDeactivate: ending,
        onConfigurationChange: ending,
        serveHttp: ending,
        executeCommand: () => end() as CommandAnswer,
        messageHasBeenPosted: ending,
        messageHasBeenUpdated: ending,
        messageHasBeenDeleted: ending,
        reactionHasBeenAdded: ending,
        reactionHasBeenRemoved: ending,
        userHasJoinedChannel: ending,
        userHasLeftChannel: ending,
        userHasJoinedTeam: ending,
        userHasLeftTeam: ending,
        channelHasBeenCreated: ending,
        userHasBeenDeactivated: ending,
        onPluginClusterEvent: ending,
        onWebSocketConnect: ending,
        onWebSocketDisconnect: ending,
        webSocketMessageHasBeenPosted: ending,
    };
}

/** A subject that the hooks take: a channel must have a type, a message an action of ours. */
function argsOf({name, args}: AnyMethod): unknown {
    const made = sampleOf(args, 'full') as Readonly<Record<string, object | undefined>>;
    if (name === hookMethods.channelHasBeenCreated.name)
        Object.assign(made['B'] ?? {}, {Type: 'O'});
    if (name === hookMethods.webSocketMessageHasBeenPosted.name) {
        Object.assign(made['C'] ?? {}, {Action: 'custom_x'});
    }
    return made;
}

/** All replies to all hooks, on one stream, one after the other. */
export async function hookReplies(): Promise<readonly Written[]> {
    let end: Outcome = () => undefined;
    const [ours, theirs] = duplexPair();
    const {handlers} = hookHandlers(
        hooksThat(() => end()),
        silentLog,
    );
    serveRpc(ours, handlers, {registry: pluginApiRegistry});
    const take = listenTo(theirs);
    const client = createRpcClient(theirs, {registry: pluginApiRegistry});
    const written: Written[] = [];
    const ask = async (about: string, method: AnyMethod, args: unknown): Promise<void> => {
        await client.call(method, args as never).catch(() => undefined);
        written.push({about, bytes: take()});
    };
    const methods: readonly (readonly [string, AnyMethod])[] = Object.entries(hookMethods);
    for (const [name, method] of methods) {
        const outcomes = method.name.endsWith('.ExecuteCommand')
            ? [...answers, ...endings]
            : endings;
        for (const [about, outcome] of outcomes) {
            end = outcome;
            await ask(`${name}: ${about}`, method, argsOf(method));
        }
        end = () => undefined;
        await ask(`${name}: no subject`, method, {});
        const misfit = struct('Misfit', {A: bool, APIMuxId: bool, ResponseWriterStream: bool});
        const wrong = {...method, args: misfit};
        await ask(`${name}: other arguments`, wrong, {A: true, ResponseWriterStream: true});
    }
    for (const name of [
        'Plugin.MessageWillBePosted',
        'Other.Method',
        'ill',
        `Plugin.${NASTY_TEXTS[2]}`,
    ]) {
        await ask(`unknown: ${name}`, {name, args: emptyStruct, reply: emptyStruct}, {});
    }
    client.close();
    return written;
}

/** A hook whose reply does not fit its schema is answered by an error instead. */
export async function misfitReply(): Promise<readonly Written[]> {
    const [ours, theirs] = duplexPair();
    const implemented = hookMethods.implemented;
    let round = 0;
    serveRpc(ours, [handle(implemented, () => (++round === 2 ? [7 as never] : ['OnActivate']))]);
    const take = listenTo(theirs);
    const client = createRpcClient(theirs);
    const written: Written[] = [];
    for (const about of [
        'implemented: fits',
        'implemented: does not fit',
        'implemented: fits again',
    ]) {
        await client.call(implemented, {}).catch(() => undefined);
        written.push({about, bytes: take()});
    }
    client.close();
    return written;
}
