import {type Duplex, duplexPair} from 'node:stream';

import {recordedStream} from '../../../test/plugin-rpc-session.ts';
import {CancelledError, TimeoutError} from '../../contract/errors.ts';
import {emptyStruct} from '../../rpc/gob/schema.ts';
import {createRpcClient, type RpcClient} from '../../rpc/net-rpc/client.ts';
import {rpcMethod} from '../../rpc/net-rpc/method.ts';
import {handle, type RpcHandler, serveRpc} from '../../rpc/net-rpc/server.ts';
import {PlatformError} from '../errors.ts';
import {createPluginApi, type PluginApi} from './plugin-api.ts';
import {apiMethods} from './wire/api-methods.ts';
import {appErrorValue, errorString} from './wire/errors.ts';
import {pluginApiRegistry} from './wire/registry.ts';

function clientOn(stream: Duplex): RpcClient {
    return createRpcClient(stream, {registry: pluginApiRegistry});
}

/** An API whose server answers with `handlers`. */
function apiWith(...handlers: RpcHandler[]): PluginApi {
    const [ours, theirs] = duplexPair();
    serveRpc(theirs, handlers, {registry: pluginApiRegistry});
    return createPluginApi(clientOn(ours));
}

const ADMIN = 'm9t5xig6kjno3dmoboxpho8t4r';
const BOT = 'ff4mu86hztdsfgjitrdwf6fsua';
const TOWN = '4g441ef8ibrz7dejxoak8bn8fe';
const TEAM = 'wqr31c34zt8upco6kdpqnazhhe';
const NOBODY = 'xxxxxxxxxxxxxxxxxxxxxxxxxx';

type Call = (api: PluginApi) => Promise<unknown>;

const draft = {userId: BOT, channelId: TOWN, message: 'm'};

/** Our calls in place of the recorded ones, by their number; what is not here is skipped. */
const replayed: Readonly<Record<number, readonly [Call, unknown]>> = {
    1: [
        (api) => api.ensureBotUser({username: 'gangway', displayName: 'Gangway', description: ''}),
        BOT,
    ],
    2: [(api) => api.kvDelete('cas'), undefined],
    3: [(api) => api.kvSetWithOptions('cas', Buffer.from('1'), {atomic: true}), true],
    4: [(api) => api.kvSetWithOptions('cas', Buffer.from('1b'), {atomic: true}), false],
    7: [
        (api) => api.kvSetWithOptions('cas', Buffer.from('3'), {oldValue: Buffer.from('1')}),
        {
            code: 'refused',
            status: 400,
            serverId: 'model.plugin_kvset_options.is_valid.old_value.app_error',
        },
    ],
    16: [(api) => api.kvGet('k'), undefined],
    18: [(api) => api.kvGet('big'), expect.objectContaining({length: 40960})],
    20: [(api) => api.kvList(0, 5), ['exp', 'hello', 'mmi_botid', 'perf', 'perf0']],
    22: [
        (api) => api.getUserByUsername('admin'),
        {
            id: ADMIN,
            username: 'admin',
            displayName: '',
            isBot: false,
            roles: ['system_admin', 'system_user'],
            timeZone: 'UTC',
            remoteId: '',
            updateAt: 1795251822849,
            deleteAt: 0,
        },
    ],
    23: [(api) => api.getUser(NOBODY), undefined],
    26: [(api) => api.getTeamsForUser(ADMIN), [{id: TEAM, name: 'crew', displayName: 'Crew'}]],
    28: [
        (api) => api.getChannel(TOWN),
        {
            id: TOWN,
            type: 'O',
            teamId: TEAM,
            name: 'town-square',
            displayName: 'Town Square',
            lastPostAt: 1795253159327,
            deleteAt: 0,
        },
    ],
    29: [(api) => api.isChannelMember(TOWN, ADMIN), true],
    30: [
        (api) => api.getDirectChannel(ADMIN, BOT),
        expect.objectContaining({type: 'D', name: `${BOT}__${ADMIN}`}),
    ],
    31: [(api) => api.createTeamMember(TEAM, BOT), undefined],
    32: [(api) => api.addChannelMember(TOWN, BOT), undefined],
    33: [
        (api) => api.createPost(draft),
        expect.objectContaining({
            id: '8sqjdprjzjg6jyogdff1n5qabe',
            createAt: 1795253203108,
            message: 'hello **world** ✨',
            props: {
                from_bot: 'true',
                from_plugin: 'true',
                n: 3,
                f: 1.5,
                nested: {a: [1, 'two', null, true, {deep: ['x']}]},
                attachments: [
                    {
                        fallback: 'fb',
                        text: 'att',
                        actions: [{id: 'ok', type: 'button', name: 'OK', style: 'primary'}],
                    },
                ],
            },
        }),
    ],
    35: [
        (api) => api.createPost(draft),
        {code: 'bad-response', message: expect.stringContaining('name not registered')},
    ],
    37: [
        (api) => api.createPost(draft),
        {code: 'not-found', status: 404, serverId: 'app.channel.get.existing.app_error'},
    ],
    39: [
        (api) => api.getPost('kmfq4n9whjyp9qbwr5kz3rd3dr'),
        expect.objectContaining({
            rootId: '8sqjdprjzjg6jyogdff1n5qabe',
            props: expect.objectContaining({
                attachments: [
                    expect.objectContaining({
                        text: 'att2',
                        actions: [
                            expect.objectContaining({
                                integration: {url: '/plugins/gwspike/act', context: {n: {a: [1]}}},
                            }),
                        ],
                    }),
                ],
            }),
        }),
    ],
    40: [
        (api) => api.getPostThread('8sqjdprjzjg6jyogdff1n5qabe'),
        {
            counted: 2,
            posts: [
                expect.objectContaining({message: 'edited', props: {edited: 1}}),
                expect.objectContaining({message: 'typed'}),
            ],
        },
    ],
    41: [(api) => api.addReaction(BOT, 'p', 'eyes'), undefined],
    42: [(api) => api.removeReaction(BOT, 'p', 'eyes'), undefined],
    43: [(api) => api.sendEphemeralPost(ADMIN, draft), 'dkr3w6crxfg8bgqitdjz9c1xjr'],
    44: [(api) => api.updateEphemeralPost(ADMIN, 'dkr3w6crxfg8bgqitdjz9c1xjr', draft), undefined],
    45: [(api) => api.deleteEphemeralPost(ADMIN, 'dkr3w6crxfg8bgqitdjz9c1xjr'), undefined],
    46: [(api) => api.publishWebSocketEvent('e', {text: 'hi'}, {userId: ADMIN}), undefined],
    48: [(api) => api.publishUserTyping(BOT, TOWN, ''), undefined],
    49: [(api) => api.publishPluginClusterEvent('e1', Buffer.from('abc'), 'reliable'), undefined],
    50: [(api) => api.hasPermissionTo(ADMIN, 'manage_system'), true],
    51: [(api) => api.hasPermissionTo(BOT, 'manage_system'), false],
    52: [(api) => api.hasPermissionToChannel(ADMIN, TOWN, 'create_post'), true],
    53: [(api) => api.hasPermissionToTeam(ADMIN, TEAM, 'view_team'), true],
    55: [
        (api) => api.createUserAccessToken(BOT, 'gw'),
        {id: 'x67wgffzbinkib1i68ju9askcw', token: NOBODY},
    ],
    56: [(api) => api.revokeUserAccessToken('x67wgffzbinkib1i68ju9askcw'), undefined],
    57: [
        (api) => api.uploadFile(TOWN, 'a.txt', Buffer.from('file body')),
        expect.objectContaining({name: 'a.txt', size: 9, creatorId: 'nouser'}),
    ],
    58: [
        (api) => api.getFileInfo('tux9mnek6tb4jr478ip1937g8a'),
        expect.objectContaining({mimeType: 'text/plain; charset=utf-8'}),
    ],
    59: [(api) => api.getFile('tux9mnek6tb4jr478ip1937g8a'), Buffer.from('file body')],
    61: [
        (api) => api.getBot(BOT, true),
        expect.objectContaining({username: 'gangway', ownerId: 'gwspike', deleteAt: 0}),
    ],
    64: [
        (api) => api.createBot({username: 'gangway', displayName: '', description: ''}),
        {code: 'refused', serverId: 'app.user.save.username_exists.app_error'},
    ],
    65: [(api) => api.updateBotActive(BOT, true), expect.objectContaining({userId: BOT})],
    66: [(api) => api.setProfileImage(BOT, Buffer.from('png')), undefined],
    69: [(api) => api.getDiagnosticId(), NOBODY],
    70: [(api) => api.getSystemInstallDate(), 1795251269241],
    71: [(api) => api.getBundlePath(), '/opt/mmsrv/plugins/gwspike'],
    75: [
        (api) => api.loadPluginConfiguration(),
        {bots: [{id: 'a', on: true}], chatmode: 'oncall', n: 5},
    ],
    76: [(api) => api.log('info', 'logged from ts', {k: 'v'}), undefined],
    78: [(api) => api.getSession(NOBODY), {code: 'refused', serverId: 'app.session.get.app_error'}],
    79: [
        (api) => api.openInteractiveDialog({TriggerId: 'bad', URL: '/x', Dialog: {Title: 't'}}),
        {code: 'refused', status: 400},
    ],
    86: [(api) => api.unregisterCommand('', 'gw'), undefined],
    87: [(api) => api.deletePost('8sqjdprjzjg6jyogdff1n5qabe'), undefined],
    88: [(api) => api.getServerVersion(), '11.6.0'],
};

const other = rpcMethod('Plugin.Other', emptyStruct, emptyStruct);

describe('the plugin API against the recorded answers of a real server', () => {
    const {calls, fromServer} = recordedStream('api', 'api');
    const names = new Map(calls.map(({seq, method}) => [seq, method]));
    let results: PromiseSettledResult<unknown>[] = [];

    beforeAll(async () => {
        const [ours, theirs] = duplexPair();
        const sent: Buffer[] = [];
        theirs.on('data', (chunk: Buffer) => sent.push(chunk));
        const client = clientOn(ours);
        const api = createPluginApi(client);
        // The recorded plugin counted from 1.
        void client.call(other, {}, {timeoutMs: Infinity}).catch(() => undefined);
        const running = calls.map(({seq}) => {
            const call = replayed[seq]?.[0];
            return call === undefined ? client.call(other, {}) : call(api);
        });
        const settled = Promise.allSettled(running);
        theirs.write(fromServer);
        results = await settled;
        expect(Buffer.concat(sent).length).toBeGreaterThan(1_000);
    });

    it.each(Object.entries(replayed))('understands call %s', (seq, [, expected]) => {
        const result = results[Number(seq) - 1];
        if (result?.status === 'rejected') {
            expect(result.reason).toBeInstanceOf(PlatformError);
            expect(result.reason).toMatchObject(expected as object);
            expect(result.reason).toHaveProperty(
                'message',
                expect.stringContaining(names.get(Number(seq)) ?? '?'),
            );
        } else {
            expect(result?.value).toEqual(expected);
        }
    });
});

describe('the calls of the plugin API', () => {
    it('say what a server without the method means', async () => {
        const api = apiWith(handle(apiMethods.kvGet, () => ({})));
        await expect(api.getPostsAfter(TOWN, 'p', 0, 10)).rejects.toMatchObject({
            code: 'not-found',
            serverId: '',
        });
        await expect(api.getUser(ADMIN)).rejects.toMatchObject({code: 'not-found', serverId: ''});
    });

    it('end at their time limit, whatever the server does', async () => {
        jest.useFakeTimers();
        try {
            const [ours] = duplexPair();
            const api = createPluginApi(clientOn(ours), {callMs: 1_000, transferMs: 60_000});
            const slow = expect(api.kvGet('k')).rejects.toBeInstanceOf(TimeoutError);
            const file = expect(api.getFile('f')).rejects.toBeInstanceOf(TimeoutError);
            await jest.advanceTimersByTimeAsync(1_001);
            await slow;
            await jest.advanceTimersByTimeAsync(59_000);
            await file;
        } finally {
            jest.useRealTimers();
        }
    });

    it('end when their caller gives up, and when the server goes', async () => {
        const [ours, theirs] = duplexPair();
        const api = createPluginApi(clientOn(ours));
        await expect(api.kvGet('k', AbortSignal.abort())).rejects.toBeInstanceOf(CancelledError);
        const controller = new AbortController();
        const cancelled = expect(api.kvGet('k', controller.signal)).rejects.toBeInstanceOf(
            CancelledError,
        );
        controller.abort();
        await cancelled;
        const lost = expect(api.kvGet('k')).rejects.toMatchObject({code: 'unreachable', status: 0});
        theirs.end();
        await lost;
    });

    it('always send the structs that the server takes pointers to', async () => {
        const seen: unknown[] = [];
        const api = apiWith(
            handle(apiMethods.createPost, ({A}) => {
                seen.push(A);
                return {A: {Id: 'p'}};
            }),
            handle(apiMethods.ensureBotUser, ({A}) => {
                seen.push(A);
                return {A: 'b'};
            }),
            handle(apiMethods.publishWebSocketEvent, ({C}) => {
                seen.push(C);
                return {};
            }),
            handle(apiMethods.hasPermissionTo, ({B}) => {
                seen.push(B);
                return {A: true};
            }),
        );
        await api.createPost({userId: '', channelId: '', message: ''});
        await api.ensureBotUser({username: '', displayName: '', description: ''});
        await api.publishWebSocketEvent('e', {}, {channelId: TOWN});
        await api.hasPermissionTo('', '');
        expect(seen).toHaveLength(4);
        expect(seen).not.toContain(undefined);
    });

    it('never send a request without headers, whose nil map the server would write into', async () => {
        const seen: unknown[] = [];
        const api = apiWith(
            handle(apiMethods.pluginHTTPStream, ({Request}) => {
                seen.push(Request?.Header);
                return {StatusCode: 200};
            }),
        );
        expect((await api.pluginHttpStream({Method: 'GET', URL: '/x/y'}, 1, 0)).status).toBe(200);
        await api.pluginHttpStream({URL: '/x/y', Header: {'X-A': ['b']}}, 1, 0);
        expect(seen).toEqual([
            {'User-Agent': ['Gangway']},
            {'User-Agent': ['Gangway'], 'X-A': ['b']},
        ]);
    });

    it('never publish an event to everybody', async () => {
        const seen: unknown[] = [];
        const api = apiWith(
            handle(apiMethods.publishWebSocketEvent, ({C}) => {
                seen.push(C);
                return {};
            }),
        );
        await expect(api.publishWebSocketEvent('e', {}, {channelId: ''})).rejects.toMatchObject({
            code: 'refused',
        });
        await expect(api.publishWebSocketEvent('e', {}, {userId: ''})).rejects.toMatchObject({
            code: 'refused',
        });
        await api.publishWebSocketEvent('e', {}, {channelId: TOWN, omitUserIds: [ADMIN]});
        expect(seen).toEqual([
            expect.objectContaining({ChannelId: TOWN, OmitUsers: {[ADMIN]: true}}),
        ]);
    });

    it('tell apart the kinds of Go errors', async () => {
        let next: Parameters<typeof appErrorValue.of>[0] | undefined = {Id: 'x.y', StatusCode: 400};
        const api = apiWith(
            handle(apiMethods.registerCommand, () => {
                if (next === undefined) return {A: errorString.of({Err: 'invalid command'})};
                const A = appErrorValue.of(next);
                next = undefined;
                return {A};
            }),
        );
        await expect(api.registerCommand({Trigger: 't'})).rejects.toMatchObject({serverId: 'x.y'});
        await expect(api.registerCommand({Trigger: 't'})).rejects.toMatchObject({
            code: 'refused',
            message: 'Plugin.RegisterCommand: invalid command',
        });
    });

    it('refuse props that JSON cannot hold, before anything is sent', async () => {
        const api = apiWith();
        for (const bad of [() => 1, new Map(), Symbol('s')]) {
            await expect(api.createPost({...draft, props: {deep: [{bad}]}})).rejects.toMatchObject({
                code: 'refused',
            });
        }
    });

    it('read only the settings that matter, whatever else there is', async () => {
        const api = apiWith(
            handle(apiMethods.getConfig, () => ({
                A: {
                    ServiceSettings: {SiteURL: 'https://chat.example.com', WriteTimeout: 300},
                    ClusterSettings: {Enable: true},
                },
            })),
        );
        expect(await api.getConfig()).toEqual({
            siteUrl: 'https://chat.example.com',
            cluster: true,
            userAccessTokens: undefined,
            fileAttachments: undefined,
            maxFileSize: undefined,
            integrationTimeoutSeconds: undefined,
            writeTimeoutSeconds: 300,
        });
    });
});
