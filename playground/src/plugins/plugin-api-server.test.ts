import {duplexPair} from 'node:stream';
import {silentLog} from '../../../sidecar/src/contract/log.ts';
import {apiMethods as api} from '../../../sidecar/src/mattermost/plugin-api/wire/api-methods.ts';
import {
    listArgument,
    textArgument,
} from '../../../sidecar/src/mattermost/plugin-api/wire/commands.ts';
import {
    appErrorValue,
    errorString,
} from '../../../sidecar/src/mattermost/plugin-api/wire/errors.ts';
import {hookMethods} from '../../../sidecar/src/mattermost/plugin-api/wire/hook-methods.ts';
import {attachmentsValue} from '../../../sidecar/src/mattermost/plugin-api/wire/posts.ts';
import {pluginApiRegistry} from '../../../sidecar/src/mattermost/plugin-api/wire/registry.ts';
import {emptyStruct, type InputOf} from '../../../sidecar/src/rpc/gob/schema.ts';
import {createRpcClient, type RpcClient} from '../../../sidecar/src/rpc/net-rpc/client.ts';
import {rpcMethod, type RpcMethod} from '../../../sidecar/src/rpc/net-rpc/method.ts';
import {handle, serveRpc} from '../../../sidecar/src/rpc/net-rpc/server.ts';
import {createTriggers} from '../integrations/triggers.ts';
import {createPlayground, type Playground} from '../playground.ts';
import type {ActivePlugin} from './active-plugin.ts';
import {callHooks} from './hook-calls.ts';
import {spareMethods} from './api-spare.ts';
import {createPluginApiServer} from './plugin-api-server.ts';

const NOBODY = 'x'.repeat(26);

let playground: Playground;
let call: RpcClient['call'];
let plugin: ActivePlugin;
/** What the hooks were called with, by their names. */
let heard: [string, unknown][];
let published: {event: string; data: unknown; audience: unknown}[];
let alice: string;
let bot: string;
let channelId: string;

beforeEach(async () => {
    playground = await createPlayground();
    const {world, outbound} = playground;
    heard = [];
    published = [];
    const [hooksThere, hooksHere] = duplexPair();
    serveRpc(
        hooksThere,
        Object.values(hookMethods).map((method) =>
            handle(method as RpcMethod<never, unknown, object, unknown>, (args) => {
                heard.push([method.name.replace('Plugin.', ''), args]);
                return {};
            }),
        ),
        {registry: pluginApiRegistry},
    );
    const hooks = createRpcClient(hooksHere, {registry: pluginApiRegistry});
    plugin = {
        id: 'test',
        manifest: {
            id: 'test',
            name: 'Test',
            version: '1.0.0',
            settings_schema: {settings: [{key: 'BotName', default: 'helm'}, {key: 'Other'}]},
        },
        folder: '/plugins/test',
        get broker(): never {
            throw new Error('there is no broker in memory');
        },
        has: () => true,
        call: (method, args, options) => hooks.call(method, args, options),
    };
    const [here, there] = duplexPair();
    const triggers = createTriggers(world.core);
    createPluginApiServer({world, outbound, triggers, log: silentLog})(there, plugin);
    ({call} = createRpcClient(here, {registry: pluginApiRegistry}));
    playground.tap((event) => {
        if (event.kind === 'published') published.push({...event.published});
    });

    alice = playground.addUser('alice').id;
    const team = world.memberships.createTeam({name: 'harbor', display_name: 'Harbor'}, alice);
    bot = (await call(api.ensureBotUser, {A: {Username: 'helm', DisplayName: 'Helm'}})).A;
    world.memberships.joinTeam(team.id, bot);
    const deck = {type: 'O', name: 'deck', display_name: 'Deck', team_id: team.id} as const;
    channelId = world.memberships.createChannel(deck, alice).id;
    world.memberships.joinChannel(channelId, bot);
});
afterEach(() => playground.close());

async function post(more: InputOf<(typeof api)['createPost']['args']>['A'] = {}) {
    const A = {UserId: bot, ChannelId: channelId, Message: 'hello', ...more};
    const reply = await call(api.createPost, {A});
    if (reply.A === undefined) throw new Error(reply.B?.Id);
    return reply.A;
}

describe('the plugin API of the playground', () => {
    it('knows no call that it does not know, and shows what would end a real server', async () => {
        const nope = rpcMethod('Plugin.NoSuchCall', emptyStruct, emptyStruct);
        await expect(call(nope, {})).rejects.toMatchObject({code: 'rpc_no_method'});
        await expect(call(api.createPost, {})).rejects.toMatchObject({
            message: expect.stringContaining('would end a Mattermost server'),
        });
    });

    describe('posts', () => {
        it('are marked as a plugin made them, and come back without the addresses of buttons', async () => {
            const attachments = attachmentsValue.of([
                {Text: 'a', Actions: [{Id: 'go', Name: 'Go', Integration: {URL: '/plugins/x'}}]},
            ]);
            const {Id, Props} = await post({Props: {n: 3, attachments}});
            expect(Props).toMatchObject({from_plugin: 'true', from_bot: 'true', n: 3});
            const answered = attachmentsValue.read(Props['attachments']);
            expect(answered?.[0]?.Actions[0]).toMatchObject({Id: 'go'});
            expect(answered?.[0]?.Actions[0]?.Integration).toBeUndefined();
            const {A: stored} = await call(api.getPost, {A: Id});
            expect(stored?.Props['attachments']).toMatchObject([
                {text: 'a', actions: [{id: 'go', integration: {url: '/plugins/x'}}]},
            ]);
            expect(stored?.Props['n']).toBe(3);
        });

        it('are made twice with one pending id, but not at once', async () => {
            const {posts} = playground.world;
            const gate = Promise.withResolvers<undefined>();
            const slow = async <T>(one: T): Promise<T> => {
                await gate.promise;
                return one;
            };
            posts.interceptors.add(slow);
            const first = post({PendingPostId: 'a:1'});
            await expect(post({PendingPostId: 'a:1'})).rejects.toThrow(
                'api.post.deduplicate_create_post.pending',
            );
            posts.interceptors.delete(slow);
            gate.resolve(undefined);
            const {Id, PendingPostId} = await first;
            expect(PendingPostId).toBe('a:1');
            expect((await post({PendingPostId: 'a:1'})).Id).not.toBe(Id);
        });

        it('lose in an edit what the edit leaves out', async () => {
            const {A: file} = await call(api.uploadFile, {
                A: Buffer.from('x'),
                B: channelId,
                C: 'x.txt',
            });
            expect(file).toMatchObject({CreatorId: 'nouser', PostId: '', ChannelId: ''});
            const {Id, FileIds} = await post({FileIds: [file?.Id ?? ''], Props: {a: 1}});
            expect(FileIds).toEqual([file?.Id]);
            const {A: edited} = await call(api.updatePost, {A: {Id, Message: 'two'}});
            expect(edited).toMatchObject({Message: 'two', FileIds: [], Props: {}});
        });

        it('are refused with ids and statuses as on the server', async () => {
            const refused = async (reply: Promise<{B?: unknown; A?: unknown}>) => {
                const {A, B} = await reply;
                return B ?? A;
            };
            const {Id} = await post();
            const reply = await post({RootId: Id});
            const tries = [
                refused(call(api.createPost, {A: {UserId: bot, ChannelId: NOBODY}})),
                refused(call(api.createPost, {A: {UserId: NOBODY, ChannelId: channelId}})),
                refused(
                    call(api.createPost, {
                        A: {UserId: bot, ChannelId: channelId, RootId: reply.Id},
                    }),
                ),
                refused(call(api.getPost, {A: NOBODY})),
                refused(call(api.updatePost, {A: {Id: NOBODY}})),
                refused(call(api.deletePost, {A: NOBODY})),
                refused(call(api.getPostThread, {A: NOBODY})),
                refused(
                    call(api.addReaction, {A: {UserId: bot, PostId: Id, EmojiName: 'no-emoji'}}),
                ),
            ];
            expect((await Promise.all(tries)).map((error) => error)).toMatchObject([
                {StatusCode: 404, Id: 'app.channel.get.existing.app_error'},
                {StatusCode: 404, Id: 'app.user.missing_account.const'},
                {StatusCode: 400, Id: 'api.post.create_post.root_id.app_error'},
                {StatusCode: 404, Id: 'app.post.get.app_error'},
                {StatusCode: 404, Id: 'app.post.get.app_error'},
                {StatusCode: 400, Id: 'app.post.get.app_error'},
                {StatusCode: 404, Id: 'app.post.get.app_error'},
                {StatusCode: 404, Id: 'app.emoji.get_by_name.no_result'},
            ]);
        });

        it('come as pages and as whole threads', async () => {
            const root = await post({Message: 'root', CreateAt: 2_000_000_000_001});
            const replies = [];
            for (const n of [2, 3]) {
                const CreateAt = 2_000_000_000_000 + n;
                replies.push(await post({Message: `${n}`, RootId: root.Id, CreateAt}));
            }
            const ids = [root.Id, ...replies.map(({Id}) => Id)];
            const thread = await call(api.getPostThread, {A: replies[0]?.Id ?? ''});
            expect(thread.A?.Order[0]).toBe(replies[0]?.Id);
            expect(thread.A?.Order.toSorted()).toEqual(ids.toSorted());
            const page = await call(api.getPostsForChannel, {A: channelId, B: 0, C: 2});
            expect(page.A?.Order).toEqual([ids[2], ids[1]]);
            const after = await call(api.getPostsAfter, {A: channelId, B: root.Id, C: 0, D: 9});
            expect(after.A?.Order).toEqual([ids[2], ids[1]]);
            const before = await call(api.getPostsBefore, {
                A: channelId,
                B: ids[2] ?? '',
                C: 0,
                D: 2,
            });
            expect(before.A?.Order).toEqual([ids[1], ids[0]]);
        });

        it('for one person are sent, changed and taken back by their id', async () => {
            const B = {UserId: bot, ChannelId: channelId, Message: 'psst'};
            const {A: sent} = await call(api.sendEphemeralPost, {A: alice, B});
            const Id = sent?.Id ?? '';
            await call(api.updateEphemeralPost, {A: alice, B: {...B, Id, Message: 'psst!'}});
            await call(api.deleteEphemeralPost, {A: alice, B: Id});
            const names = ['ephemeral_message', 'post_edited', 'post_deleted'];
            const events = published.filter(
                ({event, data}) => names.includes(event) && JSON.stringify(data).includes(Id),
            );
            expect(events.map(({event}) => event)).toEqual(names);
            expect(events).toMatchObject(names.map(() => ({audience: {userId: alice}})));
        });
    });

    describe('calls of other plugins', () => {
        it('[INS-14] put values without an expiry, take all away, and compare', async () => {
            const B = Buffer.from('first');
            const more = {Atomic: false, OldValue: Buffer.alloc(0), ExpireInSeconds: 1};
            await call(api.kvSetWithOptions, {A: 'k', B, C: more});
            expect(await call(spareMethods.kvSet, {A: 'k', B})).toEqual({A: undefined});
            jest.useFakeTimers({now: Date.now() + 5_000, doNotFake: ['nextTick', 'setImmediate']});
            expect((await call(api.kvGet, {A: 'k'})).A).toEqual(B);
            jest.useRealTimers();
            const next = {A: 'k', B, C: Buffer.from('second')};
            expect((await call(spareMethods.kvCompareAndSet, next)).A).toBe(true);
            expect((await call(spareMethods.kvCompareAndSet, next)).A).toBe(false);
            await call(spareMethods.kvDeleteAll, {});
            expect((await call(api.kvGet, {A: 'k'})).A).toHaveLength(0);
        });

        it('[INS-14] read reactions and copy files', async () => {
            const {Id} = await post({Message: 'x'});
            const reaction = {UserId: bot, PostId: Id, EmojiName: '+1'};
            await call(api.addReaction, {A: reaction});
            const {A: found} = await call(spareMethods.getReactions, {A: Id});
            expect(found).toMatchObject([reaction]);
            const bytes = Buffer.from('map');
            const file = await call(api.uploadFile, {A: bytes, B: channelId, C: 'a/map.txt'});
            expect(file.A?.Name).toBe('map.txt');
            const ids = await call(spareMethods.copyFileInfos, {A: bot, B: [file.A?.Id ?? '']});
            expect((await call(api.getFile, {A: ids.A[0] ?? ''})).A).toEqual(bytes);
            expect((await call(api.getFileInfo, {A: ids.A[0] ?? ''})).A?.CreatorId).toBe(bot);
        });

        it('[INS-14] refuse files for no channel and with long names, and roots of other channels', async () => {
            const A = Buffer.from('x');
            const nowhere = await call(api.uploadFile, {A, B: NOBODY, C: 'x.txt'});
            expect(nowhere.B).toMatchObject({
                StatusCode: 400,
                Id: 'api.file.upload_file.incorrect_channelId.app_error',
            });
            const C = `${'あ'.repeat(84)}.txt`;
            const long = await call(api.uploadFile, {A, B: channelId, C});
            expect(long.B).toMatchObject({StatusCode: 500, Id: 'api.file.write_file.app_error'});
            const root = await post({Message: 'root'});
            const {A: direct} = await call(api.getDirectChannel, {A: alice, B: bot});
            const reply = {ChannelId: direct?.Id ?? '', UserId: bot, RootId: root.Id, Message: 'x'};
            const elsewhere = await call(api.createPost, {A: reply});
            expect(elsewhere.B).toMatchObject({
                StatusCode: 500,
                Id: 'api.post.create_post.channel_root_id.app_error',
            });
        });
    });

    describe('bots', () => {
        it('are made, renamed and taken over; a person is handed out as they are', async () => {
            const profile = {Username: 'mate', DisplayName: 'Mate', Description: 'd'};
            expect(await call(api.ensureBotUser, {A: profile})).toMatchObject({A: bot});
            expect((await call(api.getBot, {A: bot, B: true})).A).toMatchObject({
                Username: 'mate',
                DisplayName: 'Mate',
                OwnerId: 'test',
            });
            playground.world.pluginKv.deleteAll('test');
            const {world} = playground;
            const other = world.bots.create({username: 'other', owner_id: alice});
            const taken = await call(api.ensureBotUser, {A: {Username: 'other'}});
            expect(taken.A).toBe(other.user_id);
            world.pluginKv.deleteAll('test');
            expect((await call(api.ensureBotUser, {A: {Username: 'alice'}})).A).toBe(alice);
            expect((await call(api.getBot, {A: alice})).B).toMatchObject({StatusCode: 404});
            const unnamed = await call(api.ensureBotUser, {A: {}});
            expect(errorString.read(unnamed.B)?.Err).toContain('no username');
        });
    });

    describe('events', () => {
        it('go to whom the broadcast names', async () => {
            await call(api.publishWebSocketEvent, {
                A: 'delta',
                B: {n: 1, text: 'é', deep: [null, {a: true}]},
                C: {ChannelId: channelId, OmitUsers: {[alice]: true, [bot]: false}},
            });
            expect(published.at(-1)).toMatchObject({
                event: 'custom_test_delta',
                data: {n: 1, text: 'é', deep: [null, {a: true}]},
                audience: {channelId, omitUsers: [alice]},
            });
            await call(api.publishUserTyping, {A: bot, B: channelId, C: ''});
            expect(published.at(-1)).toMatchObject({event: 'typing'});
        });
    });

    describe('commands', () => {
        it('are registered with their suggestions, and refused with bad ones', async () => {
            const text = {Type: 'TextInput', Data: textArgument.of({Hint: '[x]'})};
            const list = (Item: string) => ({
                Type: 'StaticList',
                Data: listArgument.of({PossibleArguments: [{Item}]}),
            });
            const register = async (
                tree: InputOf<(typeof api)['registerCommand']['args']>['A'],
            ) => {
                const {A} = await call(api.registerCommand, {A: tree});
                return errorString.read(A)?.Err ?? appErrorValue.read(A)?.Id ?? A;
            };
            const tree = {
                Trigger: 'helm',
                SubCommands: [{Trigger: 'new', Arguments: [{...text, Required: true}, list('a')]}],
            };
            expect(
                await register({Trigger: 'Helm', AutoComplete: true, AutocompleteData: tree}),
            ).toBeNull();
            expect(playground.world.pluginCommands.find('', 'helm')).toMatchObject({
                pluginId: 'test',
                autocompleteData: {SubCommands: [{Trigger: 'new'}]},
            });
            const bad = (AutocompleteData: object) => register({Trigger: 'x', AutocompleteData});
            expect(await register({})).toBe('invalid command');
            for (const [data, reason] of [
                [{}, /empty command name/],
                [{Trigger: 'X'}, /lowercase/],
                [{Trigger: 'x', RoleID: 'boss'}, /Wrong role/],
                [{Trigger: 'x', Arguments: [text]}, /can not be optional/],
                [{Trigger: 'x', Arguments: [list('')]}, /name not set/],
                [{Trigger: 'x', Arguments: [{Type: 'StaticList', Data: 5}]}, /StaticList/],
                [{Trigger: 'x', SubCommands: [{Trigger: 'Y'}]}, /lowercase/],
                [
                    {
                        Trigger: 'x',
                        Arguments: [
                            {...text, Name: 'n'},
                            {...text, Required: true},
                        ],
                    },
                    /before positional/,
                ],
            ] as const) {
                expect(await bad(data)).toMatch(reason);
            }
            await call(api.unregisterCommand, {A: '', B: 'helm'});
            expect(playground.world.pluginCommands.find('', 'helm')).toBeUndefined();
        });

        it('open a dialog for the one who triggered it', async () => {
            const {triggerId} = createTriggers(playground.world.core).create(alice);
            const dialog = {URL: '/x', Dialog: {Title: 'T', Elements: [{Name: 'a', Type: 'text'}]}};
            const foreign = await call(api.openInteractiveDialog, {
                A: {...dialog, TriggerId: triggerId},
            });
            expect(foreign.A?.Id).toMatch(/verify_signature_failed$/);
            const bad = await call(api.openInteractiveDialog, {A: {...dialog, TriggerId: 'bad'}});
            expect(bad.A).toMatchObject({StatusCode: 400});
        });
    });

    describe('settings', () => {
        it('come with their defaults, in lower case, and are saved whole', async () => {
            const load = async (): Promise<unknown> =>
                JSON.parse((await call(api.loadPluginConfiguration, {})).A.toString());
            expect(await load()).toEqual({botname: 'helm', other: null});
            await call(api.savePluginConfig, {A: {BotName: 'mate', list: [{on: true}]}});
            expect(await load()).toEqual({botname: 'mate', other: null, list: [{on: true}]});
        });

        it('tell where the bundle is and what the server is', async () => {
            expect((await call(api.getBundlePath, {})).A).toBe('/plugins/test');
            expect((await call(api.getServerVersion, {})).A).toBe('11.6.0');
            const {A: config} = await call(api.getConfig, {});
            expect(config?.ServiceSettings.SiteURL).toBe(playground.url);
        });
    });

    it('keeps values as the server does, atomically', async () => {
        const set = async (value: string | undefined, more: object = {Atomic: true}) => {
            const B = value === undefined ? undefined : Buffer.from(value);
            const reply = await call(api.kvSetWithOptions, {A: 'k', B, C: more});
            return reply.B?.Id ?? reply.A;
        };
        const OldValue = Buffer.from('1');
        expect(await set('1')).toBe(true);
        expect(await set('1')).toBe(false);
        expect(await set('2', {OldValue})).toMatch(/old_value/);
        expect(await set('2', {Atomic: true, OldValue})).toBe(true);
        expect((await call(api.kvGet, {A: 'k'})).A.toString()).toBe('2');
        expect((await call(api.kvList, {A: 0, B: 10})).A).toEqual(['k', 'mmi_botid']);
        expect(await set(undefined, {})).toBe(true);
        expect((await call(api.kvGet, {A: 'k'})).A).toHaveLength(0);
        expect((await call(api.kvDelete, {A: 'none'})).A).toBeUndefined();
    });
});

describe('the hooks of the playground', () => {
    /** Hooks are called in memory: turns of the event loop, and no time. */
    const settled = async (): Promise<void> => {
        for (let turn = 0; turn < 100; turn++) {
            await new Promise((resolve) => setImmediate(resolve));
        }
    };

    it('are called for all that happens, with what the server would tell', async () => {
        const {world} = playground;
        using _hooks = callHooks({world, log: silentLog, running: () => [plugin]});
        const attachments = [{text: 'a', actions: [{id: 'go', name: 'Go', type: 'button'}]}];
        const row = world.posts.createNow({
            user_id: alice,
            channel_id: channelId,
            message: 'one',
            props: {n: 1, attachments},
        });
        world.posts.update(row.id, {...row, message: 'two'});
        world.reactions.add(row, alice, 'tada');
        world.reactions.remove(row, alice, 'tada');
        world.posts.remove(row.id, alice);
        world.memberships.leaveChannel(channelId, bot, alice);
        world.memberships.group([alice, bot, playground.addUser('carol').id]);
        await settled();
        const named = heard.filter(([name]) => name !== 'MessageHasBeenPosted');
        expect(named.map(([name]) => name)).toEqual([
            'MessageHasBeenUpdated',
            'ReactionHasBeenAdded',
            'ReactionHasBeenRemoved',
            'MessageHasBeenDeleted',
            'UserHasLeftChannel',
            'ChannelHasBeenCreated',
        ]);
        const told = new Map(heard.toReversed());
        const posted = heard.find(([name]) => name === 'MessageHasBeenPosted')?.[1];
        expect(posted).toMatchObject({B: {Id: row.id, Message: 'one', Props: {n: 1}}});
        expect(JSON.stringify(posted)).toContain(attachmentsValue.name);
        expect(told.get('MessageHasBeenUpdated')).toMatchObject({
            B: {Message: 'two'},
            C: {Message: 'one'},
        });
        expect(told.get('ReactionHasBeenAdded')).toMatchObject({B: {ChannelId: channelId}});
        expect(told.get('ReactionHasBeenRemoved')).toMatchObject({B: {ChannelId: ''}});
        const gone = told.get('MessageHasBeenDeleted');
        expect(gone).toMatchObject({B: {Id: row.id, DeleteAt: 0}});
        expect(JSON.stringify(gone)).not.toContain('deleteBy');
        expect(told.get('UserHasLeftChannel')).toMatchObject({
            B: {ChannelId: channelId, UserId: bot},
            C: {Id: alice},
        });
        expect(told.get('ChannelHasBeenCreated')).toMatchObject({B: {Type: 'G'}});
    });

    it('are called for those who want them, and a failure harms nobody', async () => {
        const {world} = playground;
        const lines: string[] = [];
        const log = {...silentLog, error: (message: string) => lines.push(message)};
        const {id, manifest, folder} = plugin;
        const failing: ActivePlugin = {
            id,
            manifest,
            folder,
            get broker(): never {
                throw new Error('none');
            },
            has: (hook) => hook === 'MessageHasBeenPosted',
            call: () => Promise.reject(new Error('gone')),
        };
        using _hooks = callHooks({world, log, running: () => [failing, plugin]});
        const user_id = alice;
        const row = world.posts.createNow({user_id, channel_id: channelId, message: 'x'});
        world.reactions.add(row, alice, 'tada');
        await settled();
        expect(heard.map(([name]) => name)).toEqual([
            'MessageHasBeenPosted',
            'ReactionHasBeenAdded',
        ]);
        expect(lines).toEqual(['RPC call MessageHasBeenPosted to plugin failed.']);
    });
});
