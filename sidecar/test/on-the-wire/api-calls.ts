/** Every call of the plugin API, as the product makes it. */
import {Duplex} from 'node:stream';

import type {NewPost, PluginPost} from '../../src/mattermost/plugin-api/models.ts';
import {createPluginApi, type PluginApi} from '../../src/mattermost/plugin-api/plugin-api.ts';
import {apiMethods} from '../../src/mattermost/plugin-api/wire/api-methods.ts';
import {
    dynamicArgument,
    listArgument,
    textArgument,
} from '../../src/mattermost/plugin-api/wire/commands.ts';
import {createRpcClient, type RpcClient} from '../../src/rpc/net-rpc/client.ts';
import {KINDS, LONG_TEXT, NASTY_PROPS, NASTY_TEXTS, sampleOf} from './samples.ts';
import type {AnyMethod, Written} from './written.ts';

const ID = 'ff4mu86hztdsfgjitrdwf6fsua';
const OTHER = 'wqr31c34zt8upco6kdpqnazhhe';
const [ZERO, LINES, FLAG, HALF] = NASTY_TEXTS as [string, string, string, string];
const BYTES = Buffer.from([0, 255, 1, 128]);

const short: NewPost = {userId: ID, channelId: OTHER, message: 'Hello'};
const rich: NewPost = {
    userId: ID,
    channelId: OTHER,
    message: `${HALF} ${LINES}`,
    rootId: OTHER,
    props: {...NASTY_PROPS, from_bot: 'true', attachments: [{text: FLAG, actions: [{id: 'a'}]}]},
    fileIds: [ID, OTHER],
    pendingPostId: `${ID}:1795252299093`,
};
const emptied: NewPost = {userId: '', channelId: '', message: '', props: {}, fileIds: []};
const stored: PluginPost = {
    id: ID,
    createAt: 1_795_252_299_093,
    updateAt: 1,
    editAt: 2,
    deleteAt: 0,
    userId: ID,
    channelId: OTHER,
    rootId: '',
    message: LONG_TEXT,
    type: 'custom_gangway',
    props: {gangway: {turn: ID, state: 'done', tokens: 12, list: [1, {a: null}]}},
    fileIds: [ID],
    remoteId: '',
    isPinned: true,
    hasReactions: true,
    originalId: '',
    pendingPostId: '',
};
const profile = {username: 'gangway', displayName: FLAG, description: LINES};
const noProfile = {username: '', displayName: '', description: ''};

type Call = (api: PluginApi, signal: AbortSignal) => Promise<unknown>;

const one = [ID, ZERO, ''];
/** One call for each value of a single text. */
const texts = (
    values: readonly string[],
    call: (api: PluginApi, text: string, signal: AbortSignal) => Promise<unknown>,
): Call[] => values.map((text) => (api, signal) => call(api, text, signal));
const byId = (name: 'getPost' | 'deletePost' | 'getPostThread' | 'getFileInfo' | 'getFile') =>
    texts(one, (api, id, signal) => api[name](id, signal));

/** Each function of the API, with usual, least and nasty arguments. */
const calls: Readonly<Record<keyof PluginApi, readonly Call[]>> = {
    kvGet: texts(['account/default', ...NASTY_TEXTS, ''], (api, key, s) => api.kvGet(key, s)),
    kvSetWithOptions: [
        (api, s) => api.kvSetWithOptions('k', BYTES, {}, s),
        (api, s) => api.kvSetWithOptions('k', undefined, {}, s),
        (api, s) => api.kvSetWithOptions('', Buffer.alloc(0), {atomic: false}, s),
        (api, s) => api.kvSetWithOptions('k', Buffer.alloc(70_000, 7), {atomic: true}, s),
        (api, s) =>
            api.kvSetWithOptions(
                HALF,
                BYTES,
                {atomic: true, oldValue: Buffer.from(LINES), expireInSeconds: 60},
                s,
            ),
    ],
    kvDelete: texts(one, (api, key, s) => api.kvDelete(key, s)),
    kvList: [(api, s) => api.kvList(0, 1000, s), (api, s) => api.kvList(130, 0, s)],
    ensureBotUser: [
        (api, s) => api.ensureBotUser(profile, s),
        (api, s) => api.ensureBotUser(noProfile, s),
    ],
    getBot: [(api, s) => api.getBot(ID, true, s), (api, s) => api.getBot('', false, s)],
    createBot: [(api, s) => api.createBot(profile, s), (api, s) => api.createBot(noProfile, s)],
    updateBotActive: [
        (api, s) => api.updateBotActive(ID, true, s),
        (api, s) => api.updateBotActive('', false, s),
    ],
    setProfileImage: [
        (api, s) => api.setProfileImage(ID, BYTES, s),
        (api, s) => api.setProfileImage('', Buffer.alloc(0), s),
    ],
    createUserAccessToken: [
        (api, s) => api.createUserAccessToken(ID, FLAG, s),
        (api, s) => api.createUserAccessToken('', '', s),
    ],
    revokeUserAccessToken: texts(one, (api, id, s) => api.revokeUserAccessToken(id, s)),
    getUser: texts(one, (api, id, s) => api.getUser(id, s)),
    getUserByUsername: texts(['alice', HALF, ''], (api, name, s) => api.getUserByUsername(name, s)),
    getUsersWithRole: texts(['system_admin', HALF, ''], (api, role, s) =>
        api.getUsersWithRole(role, 10, s),
    ),
    getSession: texts(one, (api, id, s) => api.getSession(id, s)),
    getPreferencesForUser: texts(one, (api, id, s) => api.getPreferencesForUser(id, s)),
    updatePreferenceForUser: texts(NASTY_TEXTS, (api, value, s) =>
        api.updatePreferenceForUser(ID, {category: 'gangway', name: 'configuration', value}, s),
    ),
    hasPermissionTo: texts(['manage_system', ''], (api, p, s) => api.hasPermissionTo(ID, p, s)),
    hasPermissionToTeam: texts(['create_post', ''], (api, p, s) =>
        api.hasPermissionToTeam(ID, OTHER, p, s),
    ),
    hasPermissionToChannel: texts(['read_channel', ''], (api, p, s) =>
        api.hasPermissionToChannel(ID, OTHER, p, s),
    ),
    getTeamsForUser: texts(one, (api, id, s) => api.getTeamsForUser(id, s)),
    createTeamMember: texts(one, (api, id, s) => api.createTeamMember(id, OTHER, s)),
    getChannel: texts(one, (api, id, s) => api.getChannel(id, s)),
    getChannelsForTeamForUser: texts(one, (api, id, s) => api.getChannelsForTeamForUser(id, ID, s)),
    getDirectChannel: texts(one, (api, id, s) => api.getDirectChannel(id, OTHER, s)),
    isChannelMember: texts(one, (api, id, s) => api.isChannelMember(id, OTHER, s)),
    addChannelMember: texts(one, (api, id, s) => api.addChannelMember(id, OTHER, s)),
    getPost: byId('getPost'),
    createPost: [short, rich, short, emptied].map((post) => (api, s) => api.createPost(post, s)),
    updatePost: [
        (api, s) => api.updatePost(stored, s),
        (api, s) => api.updatePost({...stored, message: '', props: NASTY_PROPS, rootId: OTHER}, s),
        (api, s) =>
            api.updatePost(
                {...stored, message: 'x', props: {}, fileIds: [], isPinned: false, type: ''},
                s,
            ),
    ],
    deletePost: byId('deletePost'),
    getPostThread: byId('getPostThread'),
    getPostsForChannel: [
        (api, s) => api.getPostsForChannel(ID, 0, 60, s),
        (api, s) => api.getPostsForChannel('', 3, 0, s),
    ],
    getPostsAfter: [
        (api, s) => api.getPostsAfter(ID, OTHER, 0, 200, s),
        (api, s) => api.getPostsAfter('', '', 1, 0, s),
    ],
    getPostsBefore: [
        (api, s) => api.getPostsBefore(ID, OTHER, 0, 200, s),
        (api, s) => api.getPostsBefore('', '', 1, 0, s),
    ],
    sendEphemeralPost: [short, rich, emptied].map(
        (post) => (api, s) => api.sendEphemeralPost(ID, post, s),
    ),
    updateEphemeralPost: [short, rich, emptied].map(
        (post) => (api, s) => api.updateEphemeralPost(ID, OTHER, post, s),
    ),
    deleteEphemeralPost: texts(one, (api, id, s) => api.deleteEphemeralPost(ID, id, s)),
    addReaction: texts(['eyes', HALF, ''], (api, emoji, s) => api.addReaction(ID, OTHER, emoji, s)),
    removeReaction: texts(['eyes', HALF, ''], (api, emoji, s) =>
        api.removeReaction(ID, OTHER, emoji, s),
    ),
    getFileInfo: byId('getFileInfo'),
    getFile: byId('getFile'),
    uploadFile: [
        (api, s) => api.uploadFile(ID, 'notes.txt', Buffer.from(LINES), s),
        (api, s) => api.uploadFile('', HALF, Buffer.alloc(0), s),
    ],
    publishWebSocketEvent: [
        (api, s) => api.publishWebSocketEvent('delta', {p: ID, n: 1, t: FLAG}, {channelId: ID}, s),
        (api, s) =>
            api.publishWebSocketEvent(
                'delta',
                {p: ID, n: 2, t: HALF},
                {channelId: ID, omitUserIds: [ID, OTHER]},
                s,
            ),
        (api, s) => api.publishWebSocketEvent('changed', NASTY_PROPS, {userId: ID}, s),
        (api, s) => api.publishWebSocketEvent('', {}, {userId: ID, connectionId: OTHER}, s),
    ],
    publishUserTyping: [
        (api, s) => api.publishUserTyping(ID, OTHER, ID, s),
        (api, s) => api.publishUserTyping('', '', '', s),
    ],
    publishPluginClusterEvent: [
        (api, s) => api.publishPluginClusterEvent('settings', BYTES, 'reliable', s),
        (api, s) => api.publishPluginClusterEvent('', Buffer.alloc(0), 'best_effort', s),
    ],
    registerCommand: [
        (api, s) =>
            api.registerCommand(
                {
                    Trigger: 'gangway',
                    DisplayName: FLAG,
                    Description: LINES,
                    AutoComplete: true,
                    AutoCompleteDesc: 'Talk to agents',
                    AutoCompleteHint: '[command]',
                    AutocompleteIconData: 'data:image/svg+xml;base64,AAAA',
                    AutocompleteData: {
                        Trigger: 'gangway',
                        RoleID: 'system_user',
                        SubCommands: [
                            {
                                Trigger: 'new',
                                HelpText: HALF,
                                Arguments: [
                                    {
                                        Type: 'TextInput',
                                        Required: true,
                                        Data: textArgument.of({Hint: '[name]', Pattern: '.*'}),
                                    },
                                    {Type: 'TextInput', Data: textArgument.of({})},
                                    {
                                        Name: 'mode',
                                        Type: 'StaticList',
                                        Data: listArgument.of({
                                            PossibleArguments: [
                                                {Item: 'on', Hint: 'h', HelpText: 'H'},
                                                {Item: 'off'},
                                            ],
                                        }),
                                    },
                                    {Type: 'StaticList', Data: listArgument.of({})},
                                    {
                                        Type: 'DynamicList',
                                        Data: dynamicArgument.of({FetchURL: '/plugins/x'}),
                                    },
                                ],
                                SubCommands: [
                                    {Trigger: 'deep', RoleID: 'system_admin', SubCommands: [{}]},
                                ],
                            },
                            {},
                        ],
                    },
                },
                s,
            ),
        (api, s) =>
            api.registerCommand({Trigger: 'gangway', AutocompleteData: {Trigger: 'gangway'}}, s),
        (api, s) => api.registerCommand({}, s),
    ],
    unregisterCommand: texts(['gangway', ''], (api, trigger, s) =>
        api.unregisterCommand('', trigger, s),
    ),
    openInteractiveDialog: [
        (api, s) =>
            api.openInteractiveDialog(
                {
                    TriggerId: ID,
                    URL: '/plugins/gangway/mattermost/interactions/default',
                    Dialog: {
                        CallbackId: 'ask',
                        Title: FLAG,
                        IntroductionText: LONG_TEXT.slice(0, 500),
                        Elements: [
                            {
                                DisplayName: 'Text',
                                Name: 'text',
                                Type: 'textarea',
                                Optional: true,
                                MaxLength: 3000,
                            },
                            {
                                Name: 'choice',
                                Type: 'select',
                                Options: [
                                    {Text: HALF, Value: '1'},
                                    {Text: '', Value: ''},
                                ],
                            },
                            {},
                        ],
                        SubmitLabel: 'Send',
                        NotifyOnCancel: true,
                        State: '{"a":1}',
                    },
                },
                s,
            ),
        (api, s) => api.openInteractiveDialog({}, s),
    ],
    getServerVersion: [(api, s) => api.getServerVersion(s)],
    getBundlePath: [(api, s) => api.getBundlePath(s)],
    getConfig: [(api, s) => api.getConfig(s)],
    getLicence: [(api, s) => api.getLicence(s)],
    loadPluginConfiguration: [(api, s) => api.loadPluginConfiguration(s)],
    savePluginConfig: [
        (api, s) => api.savePluginConfig({settings: LONG_TEXT.slice(0, 300), on: true, n: 1.5}, s),
        (api, s) => api.savePluginConfig(NASTY_PROPS, s),
        (api, s) => api.savePluginConfig({}, s),
    ],
    getDiagnosticId: [(api, s) => api.getDiagnosticId(s)],
    getSystemInstallDate: [(api, s) => api.getSystemInstallDate(s)],
    log: (['debug', 'info', 'warn', 'error'] as const).flatMap((level): Call[] => [
        (api, s) => api.log(level, 'started', {account: 'default', [LINES]: HALF, '': ''}, s),
        (api, s) => api.log(level, '', {}, s),
    ]),
    pluginHttpStream: [
        (api, s) =>
            api.pluginHttpStream(
                {Method: 'GET', URL: '/gangway/healthz', Host: 'gangway'},
                5,
                0,
                s,
            ),
        (api, s) =>
            api.pluginHttpStream(
                {
                    Method: 'POST',
                    URL: '/x?y=%20#z',
                    Header: {'X-A': ['1', ''], 'X-B': [], 'X-C': [FLAG]},
                },
                2 ** 32 - 1,
                7,
                s,
            ),
        (api, s) => api.pluginHttpStream({}, 0, 0, s),
    ],
};

/** A client whose bytes are kept and never answered. */
function recorder(): {client: RpcClient; take: () => Buffer} {
    const written: Buffer[] = [];
    const stream = new Duplex({
        read: () => undefined,
        write(chunk: Buffer, _encoding, done) {
            written.push(chunk);
            done();
        },
    });
    return {client: createRpcClient(stream), take: () => Buffer.concat(written.splice(0))};
}

/** The functions of the API, and the methods that each of them called. */
export interface ProductCalls {
    readonly written: readonly Written[];
    readonly functions: readonly string[];
}

/** What the API's functions write, all on one stream; `order` tells which comes when. */
export async function productCalls(order: 'as listed' | 'reversed'): Promise<ProductCalls> {
    const {client, take} = recorder();
    const api = createPluginApi(client);
    const listed = Object.entries(calls).flatMap(([name, list]) =>
        list.map((call, index) => ({about: `${name} ${index}`, call})),
    );
    const written: Written[] = [];
    for (const {about, call} of order === 'reversed' ? listed.reverse() : listed) {
        const abort = new AbortController();
        const answer = call(api, abort.signal).catch(() => undefined);
        written.push({about, bytes: take()});
        abort.abort();
        await answer;
    }
    return {written, functions: Object.keys(api)};
}

/** Each method of the table with arguments made from its schema alone. */
export async function tableCalls(): Promise<readonly Written[]> {
    const {client, take} = recorder();
    const methods: readonly (readonly [string, AnyMethod])[] = Object.entries(apiMethods);
    const written: Written[] = [];
    for (const kind of KINDS) {
        for (const [name, method] of methods) {
            const abort = new AbortController();
            const args = sampleOf(method.args, kind) as never;
            const answer = client.call(method, args, abort).catch(() => undefined);
            written.push({about: `${name} ${kind}`, bytes: take()});
            abort.abort();
            await answer;
        }
    }
    return written;
}
