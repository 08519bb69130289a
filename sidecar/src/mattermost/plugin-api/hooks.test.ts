import {duplexPair} from 'node:stream';

import {recordedStream} from '../../../test/plugin-rpc-session.ts';
import {GangwayError} from '../../contract/errors.ts';
import {type Log, silentLog} from '../../contract/log.ts';
import type {GobSchema} from '../../rpc/gob/schema.ts';
import {createRpcClient} from '../../rpc/net-rpc/client.ts';
import {readMessages} from '../../rpc/net-rpc/message-reader.ts';
import {responseHeader} from '../../rpc/net-rpc/method.ts';
import {type RpcProblem, serveRpc} from '../../rpc/net-rpc/server.ts';
import {hookHandlers, type Hooks} from './hooks.ts';
import {appErrorValue, errorString} from './wire/errors.ts';
import {hookMethods} from './wire/hook-methods.ts';
import {pluginApiRegistry} from './wire/registry.ts';

/** A server that calls our hooks. */
function calling(hooks: Partial<Hooks>, log: Log = silentLog) {
    const [ours, theirs] = duplexPair();
    const problems: RpcProblem[] = [];
    const table = hookHandlers(hooks, log);
    serveRpc(ours, table.handlers, {
        registry: pluginApiRegistry,
        onProblem: (problem) => problems.push(problem),
    });
    const client = createRpcClient(theirs, {registry: pluginApiRegistry});
    return {...table, call: client.call, problems};
}

function failingLog(): {log: Log; lines: unknown[]} {
    const lines: unknown[] = [];
    return {
        lines,
        log: {...silentLog, error: (message, fields) => lines.push([message, fields?.['hook']])},
    };
}

/** Every hook, each telling what it got. */
function telling(heard: [string, unknown][]): Hooks {
    const tell =
        (name: string) =>
        (...args: unknown[]): void => {
            heard.push([name, args.length === 1 ? args[0] : args]);
        };
    return {
        onActivate: tell('onActivate'),
        onDeactivate: tell('onDeactivate'),
        onConfigurationChange: tell('onConfigurationChange'),
        serveHttp: async (call) => void heard.push(['serveHttp', call]),
        executeCommand: (call) => {
            heard.push(['executeCommand', call]);
            return {ResponseType: 'ephemeral', Text: 'done'};
        },
        messageHasBeenPosted: tell('messageHasBeenPosted'),
        messageHasBeenUpdated: tell('messageHasBeenUpdated'),
        messageHasBeenDeleted: tell('messageHasBeenDeleted'),
        reactionHasBeenAdded: tell('reactionHasBeenAdded'),
        reactionHasBeenRemoved: tell('reactionHasBeenRemoved'),
        userHasJoinedChannel: tell('userHasJoinedChannel'),
        userHasLeftChannel: tell('userHasLeftChannel'),
        userHasJoinedTeam: tell('userHasJoinedTeam'),
        userHasLeftTeam: tell('userHasLeftTeam'),
        channelHasBeenCreated: tell('channelHasBeenCreated'),
        userHasBeenDeactivated: tell('userHasBeenDeactivated'),
        onPluginClusterEvent: tell('onPluginClusterEvent'),
        onWebSocketConnect: tell('onWebSocketConnect'),
        onWebSocketDisconnect: tell('onWebSocketDisconnect'),
        webSocketMessageHasBeenPosted: tell('webSocketMessageHasBeenPosted'),
    };
}

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Plays what a real server sent to a plugin into our hooks. */
async function replay(session: string) {
    const recorded = recordedStream(session, 'hooks');
    const [ours, theirs] = duplexPair();
    const heard: [string, unknown][] = [];
    const problems: RpcProblem[] = [];
    const answers = new Map<number, {method: string; error: string}>();
    const schemas = new Map<string, GobSchema<never, unknown>>(
        Object.values(hookMethods).map(({name, reply}) => [name, reply]),
    );
    serveRpc(ours, hookHandlers(telling(heard), silentLog).handlers, {
        registry: pluginApiRegistry,
        onProblem: (problem) => problems.push(problem),
    });
    readMessages(theirs, responseHeader, pluginApiRegistry, {
        onMessage: (header, body) => {
            const schema = schemas.get(header.ServiceMethod);
            if (schema !== undefined) body.read(schema);
            answers.set(header.Seq, {method: header.ServiceMethod, error: header.Error});
        },
        onLost: () => undefined,
        onEnd: () => undefined,
        onClose: () => undefined,
    });
    theirs.write(recorded.fromServer);
    for (let round = 0; round < 20; round += 1) await tick();
    theirs.end();
    return {heard, problems, answers, calls: recorded.calls};
}

describe('the hooks against recorded calls of a real server', () => {
    it.each(['lifecycle', 'hooks'])('answer every call of the session %s', async (session) => {
        const {answers, calls, problems, heard} = await replay(session);
        expect(problems).toEqual([]);
        expect(calls.length).toBeGreaterThan(9);
        for (const {seq, method} of calls) {
            const unknown = ['Plugin.MessageWillBePosted', 'Plugin.PreferencesHaveChanged'];
            const error = unknown.includes(method) ? `rpc: can't find method ${method}` : '';
            expect(answers.get(seq)).toEqual({method, error});
        }
        expect(heard.length).toBeGreaterThan(8);
    });

    it('read posts with both shapes of attachments, and what else a session brings', async () => {
        const {heard} = await replay('lifecycle');
        const post = {
            id: 'oapzriuospr8dbswoygq4ft78c',
            userId: 'm9t5xig6kjno3dmoboxpho8t4r',
            channelId: '4g441ef8ibrz7dejxoak8bn8fe',
        };
        expect(heard.map(([name]) => name)).toEqual([
            'onActivate',
            'onConfigurationChange',
            'serveHttp',
            'executeCommand',
            'messageHasBeenPosted',
            'messageHasBeenUpdated',
            'reactionHasBeenAdded',
            'reactionHasBeenRemoved',
            'messageHasBeenDeleted',
            'onDeactivate',
        ]);
        const told = Object.fromEntries(heard);
        expect(told['onActivate']).toEqual({apiMuxId: 1, driverMuxId: 2});
        expect(told['serveHttp']).toMatchObject({
            request: {Method: 'GET', URL: '/hello?x=1&y=+z'},
            responseWriterStream: 3,
            requestBodyStream: 4,
        });
        expect(told['messageHasBeenPosted']).toMatchObject({
            ...post,
            message: 'héllo ✨ props',
            createAt: 1795253210196,
            props: {
                attachments: [
                    {
                        fallback: 'f',
                        text: 'att',
                        actions: [
                            {id: 'a1', type: 'button', name: 'Go', integration: {url: 'http://x'}},
                        ],
                    },
                ],
            },
        });
        expect(told['messageHasBeenUpdated']).toMatchObject({
            ...post,
            message: 'edited',
            editAt: 1795253210232,
            props: {list: [1, 'a', expect.anything()]},
        });
        expect(told['reactionHasBeenAdded']).toMatchObject({
            postId: post.id,
            emojiName: 'eyes',
            channelId: post.channelId,
        });
        expect(told['messageHasBeenDeleted']).toMatchObject({...post, message: 'edited'});
    });

    it('pass no login of a browser on, and nothing but what is for plugins', async () => {
        const {heard} = await replay('hooks');
        expect(JSON.stringify(heard)).not.toContain('authentication_challenge');
        expect(JSON.stringify(heard)).not.toContain('Password');
        const told = Object.fromEntries(heard);
        expect(told['webSocketMessageHasBeenPosted']).toMatchObject({
            action: 'custom_gwspike_ping',
            payload: {a: 1, nested: {b: [1, 'x']}},
        });
        expect(told['userHasJoinedChannel']).toEqual([
            'u7pwk18uq7fifmjcij33h48bea',
            'm9t5xig6kjno3dmoboxpho8t4r',
            1795253206300,
        ]);
        expect(told['channelHasBeenCreated']).toMatchObject({type: 'O', displayName: 'C'});
    });
});

describe('hooks', () => {
    it('are asked for only where they are given', async () => {
        const {implemented, call} = calling({onActivate: () => undefined});
        expect(implemented).toEqual(['OnActivate']);
        expect(await call(hookMethods.implemented, {})).toEqual(['OnActivate']);
        await expect(call(hookMethods.messageHasBeenPosted, {})).rejects.toMatchObject({
            code: 'rpc_no_method',
        });
        const all = calling(telling([])).implemented;
        expect(all.length).toBe(Object.keys(hookMethods).length - 1);
        expect(new Set(all).size).toBe(all.length);
    });

    it('return the reason why the plugin cannot start, log it once and stay up', async () => {
        const {log, lines} = failingLog();
        const {call, problems} = calling(
            {
                onActivate: () => Promise.reject(new GangwayError('no-bot', 'the bot is a person')),
                onConfigurationChange: () => {
                    throw new TypeError('secret in here');
                },
            },
            log,
        );
        const started = await call(hookMethods.onActivate, {APIMuxId: 1, DriverMuxId: 2});
        expect(errorString.read(started.A)).toEqual({Code: 0, Err: 'the bot is a person'});
        const changed = await call(hookMethods.onConfigurationChange, {});
        expect(errorString.read(changed.A)?.Err).not.toContain('secret');
        expect(errorString.read(changed.A)?.Err).toMatch(/server log/);
        expect(lines).toEqual([
            ['a hook failed', 'Plugin.OnActivate'],
            ['a hook failed', 'Plugin.OnConfigurationChange'],
        ]);
        expect(problems).toEqual([]);
    });

    it('say nothing when all is well', async () => {
        const {call} = calling(telling([]));
        expect((await call(hookMethods.onActivate, {})).A).toBeNull();
        expect(appErrorValue.read((await call(hookMethods.onDeactivate, {})).A)).toBeUndefined();
        expect(await call(hookMethods.messageHasBeenPosted, {B: {Id: 'p'}})).toEqual({});
    });

    it('answer an event that failed with nothing, and log it once', async () => {
        const {log, lines} = failingLog();
        const {call, problems} = calling(
            {
                messageHasBeenPosted: () => Promise.reject(new Error('late')),
                userHasJoinedTeam: () => {
                    throw new Error('early');
                },
            },
            log,
        );
        expect(await call(hookMethods.messageHasBeenPosted, {B: {Id: 'p'}})).toEqual({});
        expect(await call(hookMethods.userHasJoinedTeam, {B: {TeamId: 't'}})).toEqual({});
        expect(lines).toHaveLength(2);
        expect(problems).toEqual([]);
    });

    it('leave out an event without its subject', async () => {
        const heard: [string, unknown][] = [];
        const {call} = calling(telling(heard));
        await call(hookMethods.messageHasBeenPosted, {});
        await call(hookMethods.userHasLeftChannel, {});
        await call(hookMethods.channelHasBeenCreated, {});
        await call(hookMethods.channelHasBeenCreated, {B: {Id: 'c', Type: 'X'}});
        await call(hookMethods.webSocketMessageHasBeenPosted, {A: 'c', B: 'u'});
        expect(heard).toEqual([]);
    });

    describe('commands', () => {
        const said = async (executeCommand: Hooks['executeCommand']) => {
            const {log, lines} = failingLog();
            const {call} = calling({executeCommand}, log);
            const {A, B} = await call(hookMethods.executeCommand, {B: {Command: '/gangway x'}});
            expect(B).toBeUndefined();
            return {text: A?.Text, type: A?.ResponseType, lines};
        };

        it('answer with what the command says', async () => {
            expect(
                await said((call) => ({ResponseType: 'in_channel', Text: call.Command})),
            ).toEqual({text: '/gangway x', type: 'in_channel', lines: []});
        });

        it('answer the writer when they fail, as an error would read "command not found"', async () => {
            const ours = await said(() => Promise.reject(new GangwayError('x', 'no such agent')));
            expect(ours).toMatchObject({
                text: 'That did not work: no such agent.',
                type: 'ephemeral',
            });
            const other = await said(() => {
                throw new Error('hidden');
            });
            expect(other.text).not.toContain('hidden');
            expect(other.lines).toEqual([['a hook failed', 'Plugin.ExecuteCommand']]);
        });

        it('never answer what Go could not decode', async () => {
            const props = {bad: new Date() as unknown as string};
            const {text, lines} = await said(() => ({Text: 'x', Props: props}));
            expect(text).toMatch(/^That did not work/);
            expect(lines).toHaveLength(1);
        });
    });

    it('leave a failed HTTP request to the caller, who answers 500', async () => {
        const {call, problems} = calling({serveHttp: () => Promise.reject(new Error('broken'))});
        await expect(
            call(hookMethods.serveHTTP, {Request: {Method: 'GET'}, RequestBodyStream: 2}),
        ).rejects.toMatchObject({code: 'rpc_remote'});
        expect(problems).toMatchObject([{kind: 'handler_failed', method: 'Plugin.ServeHTTP'}]);
    });
});
