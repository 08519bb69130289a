import fc from 'fast-check';
import {EMPTY_SETTINGS_DOCUMENT} from '../contract/settings.ts';
import {block, notes, parser, problems, taken} from './config.fixture.ts';

const ID = 'abcdefghijklmnopqrstuvwxyz';

/** Every key of OpenClaw's block, as its documents have it. */
const openClaw = {
    enabled: true,
    name: 'Primary',
    botToken: {source: 'env', provider: 'default', id: 'MM_TOKEN'},
    baseUrl: 'https://chat.example.com/api/v4/',
    capabilities: ['inlineButtons'],
    dmPolicy: 'open',
    allowFrom: ['*', 12345],
    groupPolicy: 'allowlist',
    groupAllowFrom: [ID],
    groups: {'*': {requireMention: true}, [ID]: {requireMention: false}},
    dangerouslyAllowNameMatching: true,
    chatmode: 'onchar',
    oncharPrefixes: ['>', '!'],
    requireMention: true,
    implicitMentions: {threadParticipation: true, replyToBot: true, quotedBot: false},
    replyToMode: 'batched',
    replyToModeByChatType: {direct: 'off', group: 'all', channel: 'first'},
    historyLimit: 0,
    contextVisibility: 'allowlist_quote',
    mediaMaxMb: 0.5,
    textChunkLimit: 4000,
    streaming: {
        mode: 'block',
        chunkMode: 'newline',
        preview: {toolProgress: true, commandText: 'raw'},
        progress: {
            label: false,
            labels: ['Working'],
            maxLines: 8,
            maxLineChars: 120,
            toolProgress: true,
            commandText: 'status',
        },
        block: {enabled: true, coalesce: {minChars: 1500, maxChars: 3000, idleMs: 1000}},
    },
    markdown: {tables: 'block'},
    responsePrefix: '[bot]',
    actions: {reactions: true, messages: false},
    commands: {native: 'auto', nativeSkills: true, callbackPath: '/x', callbackUrl: 'https://x'},
    interactions: {callbackBaseUrl: 'https://x', allowedSourceIps: ['10.0.0.0/8']},
    network: {dangerouslyAllowPrivateNetwork: true},
    dmChannelRetry: {maxRetries: 3, initialDelayMs: 1000, maxDelayMs: 10_000, timeoutMs: 30_000},
    configWrites: false,
};

describe('settings that are taken', () => {
    it('[INS-07] include a whole block of OpenClaw, at the root and under accounts', () => {
        const accounts = {default: openClaw, alerts: {...openClaw, streaming: 'partial'}};
        expect(problems(block({...openClaw, accounts, defaultAccount: 'alerts'}))).toEqual([]);
    });

    it('[INS-07] include tokens in each form of OpenClaw', () => {
        for (const source of ['env', 'store', 'file', 'exec']) {
            expect(problems(block({botToken: {source, provider: 'main', id: 'X'}}))).toEqual([]);
            expect(problems(block({botToken: {source, id: 'X'}}))).toEqual([]);
        }
        expect(problems(block({botToken: 'text'}))).toEqual([]);
    });

    it.each([
        ['partial', 'partial'],
        ['off', 'off'],
        [true, 'partial'],
        [false, 'off'],
    ])('[DEL-01] include the old form streaming: %j', (streaming, mode) => {
        expect(taken(block({streaming})).channels?.mattermost?.streaming).toEqual({mode});
    });

    it.each([
        'https://chat.example.com',
        'https://chat.example.com/',
        'https://chat.example.com//',
        'https://chat.example.com/api/v4',
        ' https://chat.example.com/api/v4/ ',
    ])('take the address %j without what people copy along', (baseUrl) => {
        expect(taken(block({baseUrl})).channels?.mattermost?.baseUrl).toBe(
            'https://chat.example.com',
        );
    });

    it('know accounts by names in lower case', () => {
        const {accounts} = taken(block({accounts: {Alerts: {}}})).channels?.mattermost ?? {};
        expect(Object.keys(accounts ?? {})).toEqual(['alerts']);
    });

    it('[SET-01] are kept with a version and a revision; nobody has saved the defaults', () => {
        expect(EMPTY_SETTINGS_DOCUMENT).toEqual({v: 1, revision: 0, settings: {}});
        expect(taken(EMPTY_SETTINGS_DOCUMENT.settings)).toEqual({});
    });

    it('[SET-02] are not filled in with defaults', () => {
        expect(taken(block({dmPolicy: 'pairing'}))).toEqual(block({dmPolicy: 'pairing'}));
    });
});

describe('notes', () => {
    it('name keys of OpenClaw that have no meaning here, and such that wait', () => {
        const found = notes(block({...openClaw, dangerouslyAllowNameMatching: true}));
        const text = 'has no meaning here; it is OpenClaw’s';
        expect(found).toContain(`channels.mattermost.configWrites: ${text}`);
        expect(found).toContain(`channels.mattermost.streaming.block: ${text}`);
        expect(found).toContainEqual(
            expect.stringMatching(/mediaMaxMb: .* does not act on it yet/),
        );
        expect(found.filter((note) => /dmPolicy|coalesce|callbackPath/.test(note))).toEqual([]);
    });

    it('name tokens that only OpenClaw can find', () => {
        const account = {botToken: {source: 'exec', provider: 'vault', id: 'X'}};
        expect(notes(block({baseUrl: 'https://x', ...account}))[0]).toMatch(/botToken: .*OpenClaw/);
        const file = {botToken: {source: 'file', id: '/run/token'}};
        expect(notes(block({baseUrl: 'https://x', ...file}))).toEqual([]);
    });

    it('name entries that match nobody and channels that are none', () => {
        const found = notes(
            block({
                allowFrom: ['alice', ID, `user:@${ID}`, 'role:system_admin', 'group:x'],
                groups: {deck: {}, '*': {}},
            }),
        );
        expect(found).toEqual([
            expect.stringContaining('allowFrom[0]: is no user id'),
            expect.stringContaining('allowFrom[4]: groups are not looked up'),
            expect.stringContaining('groups.deck: is no channel id'),
        ]);
        expect(notes(block({allowFrom: ['alice'], dangerouslyAllowNameMatching: true}))).toEqual(
            [],
        );
    });

    it('name accounts that cannot connect, and bots that would answer twice', () => {
        expect(notes(block({accounts: {a: {baseUrl: 'https://x'}}}))).toEqual([
            'channels.mattermost: account a cannot connect: no botToken',
        ]);
        expect(notes(block({accounts: {a: {enabled: false}}}))).toEqual([]);
        expect(notes(block({baseUrl: 'https://x', botToken: 't', accounts: {a: {}}}))).toEqual([
            'channels.mattermost: accounts default and a are the same bot on the same server',
        ]);
    });

    it('warn of a conversation that everybody shares, and of a default that is none', () => {
        expect(notes({session: {dmScope: 'main'}})).toEqual([
            expect.stringContaining('session.dmScope: everybody'),
        ]);
        expect(notes(block({defaultAccount: 'b'}))).toEqual([
            expect.stringContaining('defaultAccount: there is no such account'),
        ]);
    });
});

describe('settings that are refused', () => {
    it.each<[unknown, string]>([
        [
            block({dmpolicy: 'open'}),
            'channels.mattermost.dmpolicy: unknown key; did you mean "dmPolicy"?',
        ],
        [block({token: 'x'}), 'channels.mattermost.token: unknown key; did you mean "botToken"?'],
        [block({xyzzy: 1}), 'channels.mattermost.xyzzy: unknown key'],
        [{qeue: {}}, 'qeue: unknown key; did you mean "queue"?'],
        [
            block({groups: {'*': {requireMentions: true}}}),
            'channels.mattermost.groups["*"].requireMentions: unknown key; did you mean "requireMention"?',
        ],
        [
            block({accounts: {b: {streaming: {mod: 'off'}}}}),
            'channels.mattermost.accounts.b.streaming.mod: unknown key; did you mean "mode"?',
        ],
        [
            block({chatmode: 'on-call'}),
            'channels.mattermost.chatmode: must be one of "oncall", "onmessage", "onchar"; did you mean "oncall"?',
        ],
        [
            block({streaming: 'partail'}),
            'channels.mattermost.streaming: must be one of "partial", "block", "progress", "off"; did you mean "partial"?',
        ],
        [
            block({streaming: 5}),
            'channels.mattermost.streaming: must be "partial", "block", "progress", "off" or true or false or an object',
        ],
        [block({allowFrom: '*'}), 'channels.mattermost.allowFrom: must be a list'],
        [block({allowFrom: [{}]}), 'channels.mattermost.allowFrom[0]: must be text or a number'],
        [block({historyLimit: -1}), 'channels.mattermost.historyLimit: must be at least 0'],
        [block({historyLimit: 1.5}), 'channels.mattermost.historyLimit: must be a whole number'],
        [block({mediaMaxMb: 0}), 'channels.mattermost.mediaMaxMb: must be more than 0'],
        [block({botToken: ''}), 'channels.mattermost.botToken: must not be empty'],
        [block({botToken: 5}), 'channels.mattermost.botToken: must be text or an object'],
        [
            block({botToken: {source: 'envv', id: 'X'}}),
            'channels.mattermost.botToken.source: must be one of "env", "file", "store", "exec"; did you mean "env"?',
        ],
        [block({botToken: {source: 'env'}}), 'channels.mattermost.botToken.id: is missing'],
        [
            {agents: {a: {kind: 'modell'}}},
            'agents.a.kind: must be one of "demo", "model"; did you mean "model"?',
        ],
        [{agents: {a: {kind: 'model'}}}, 'agents.a.model: is missing'],
        [
            {agents: {a: {kind: 'model', model: 'x', modle: 1}}},
            'agents.a.modle: unknown key; did you mean "model"?',
        ],
        [{agents: {a: {kind: 'demo', modle: 1}}}, 'agents.a.modle: unknown key'],
        [{agents: {'a b': {kind: 'demo'}}}, 'agents["a b"]: is no id of an agent'],
        [
            {store: {kind: 'sqlit'}},
            'store.kind: must be one of "sqlite", "memory"; did you mean "sqlite"?',
        ],
        [{http: {port: 70_000}}, 'http.port: must be at most 65535'],
        [{http: {publicUrl: 'x'}}, 'http.publicUrl: must be a web address'],
        [null, 'must be an object'],
        [[], 'must be an object'],
    ])('[SET-03] %j says: %s', (input, expected) => {
        expect(problems(input)).toEqual([expected]);
    });

    it.each([
        'ftp://x',
        'chat.example.com',
        'https://',
        'https://a:b@x',
        'https://x?y',
        'https://x#y',
    ])('[SET-03] have no usable address in %j', (baseUrl) => {
        expect(problems(block({baseUrl}))).toEqual([
            'channels.mattermost.baseUrl: must be an address like https://chat.example.com, without user, ? and #',
        ]);
    });

    it('[SET-03] are told all their problems at once', () => {
        const input = {
            ...(block({dmPolicy: 'open', chatmode: 1, mentionPatterns: ['(']}) as object),
            agents: {a: {kind: 'model'}},
            log: {level: 'loud'},
        };
        expect(problems(input)).toEqual([
            expect.stringContaining('chatmode'),
            expect.stringContaining('agents.a.model'),
            expect.stringContaining('log.level'),
            expect.stringContaining('dmPolicy "open" needs "*"'),
            expect.stringContaining('mentionPatterns[0]'),
        ]);
    });

    it('[SET-03] never repeat a value, which might be a secret', () => {
        const secret = 'xoxb-very-secret';
        const inputs = [
            block({botToken: [secret]}),
            block({botToken: {source: secret, id: 1}}),
            block({baseUrl: `https://u:${secret}@x`}),
            block({chatmode: secret}),
            block({mentionPatterns: secret}),
            {agents: {a: {kind: 'model', model: {x: secret}}}},
        ];
        for (const input of inputs) {
            expect(problems(input).length).toBeGreaterThan(0);
            expect(problems(input).join()).not.toContain(secret);
        }
    });

    it('[GATE-08] have an open dmPolicy without "*", after resolution', () => {
        const reason = 'dmPolicy "open" needs "*" in allowFrom';
        expect(problems(block({dmPolicy: 'open', allowFrom: [ID]}))).toEqual([
            `channels.mattermost.dmPolicy: ${reason}`,
        ]);
        expect(problems(block({dmPolicy: 'open', accounts: {a: {}, b: {}}}))).toEqual([
            `channels.mattermost.dmPolicy: ${reason}`,
        ]);
        expect(problems(block({dmPolicy: 'open', allowFrom: ['*']}))).toEqual([]);
        expect(problems(block({allowFrom: ['*'], accounts: {b: {dmPolicy: 'open'}}}))).toEqual([]);
        expect(
            problems(block({dmPolicy: 'open', allowFrom: ['*'], accounts: {b: {allowFrom: []}}})),
        ).toEqual([`channels.mattermost.accounts.b.allowFrom: ${reason}`]);
    });

    it.each<[unknown, string[]]>([
        [{maxRetries: 11}, ['.maxRetries: must be at most 10']],
        [{maxRetries: -1}, ['.maxRetries: must be at least 0']],
        [{initialDelayMs: 99}, ['.initialDelayMs: must be at least 100']],
        [{maxDelayMs: 999, initialDelayMs: 100}, ['.maxDelayMs: must be at least 1000']],
        [{maxDelayMs: 60_001}, ['.maxDelayMs: must be at most 60000']],
        [{timeoutMs: 4999}, ['.timeoutMs: must be at least 5000']],
        [{timeoutMs: 120_001}, ['.timeoutMs: must be at most 120000']],
        [
            {initialDelayMs: 5000, maxDelayMs: 4000},
            [': initialDelayMs must not be more than maxDelayMs'],
        ],
        [{initialDelayMs: 10_001}, [': initialDelayMs must not be more than maxDelayMs']],
        [{maxRetries: 0, initialDelayMs: 10_000, timeoutMs: 120_000}, []],
    ])('[CON-08] have dmChannelRetry %j: %j', (dmChannelRetry, expected) => {
        expect(problems(block({dmChannelRetry}))).toEqual(
            expected.map((line) => `channels.mattermost.dmChannelRetry${line}`),
        );
    });

    it('[CON-08] compare the delays of an account with those of the root', () => {
        const input = block({
            dmChannelRetry: {initialDelayMs: 5000},
            accounts: {b: {dmChannelRetry: {maxDelayMs: 2000}}},
        });
        expect(problems(input)).toEqual([
            'channels.mattermost.accounts.b.dmChannelRetry: initialDelayMs must not be more than maxDelayMs',
        ]);
    });

    it('[GATE-03] have a mention pattern that is not taken', () => {
        expect(problems(block({mentionPatterns: ['ok', '(']}))).toEqual([
            'channels.mattermost.mentionPatterns[1]: is not taken: a "(" is not closed',
        ]);
    });

    it('name agents that do not exist, or several as the default', () => {
        const agents = {main: {kind: 'demo', default: true}, coder: {kind: 'demo', default: true}};
        const groups = {'*': {agent: 'mian'}};
        expect(problems({...(block({groups}) as object), agents})).toEqual([
            'channels.mattermost.groups["*"].agent: there is no agent of this id; did you mean "main"?',
            'agents.coder.default: only one agent may be the default',
        ]);
        expect(problems(block({groups: {'*': {agent: 'demo'}}}))).toEqual([]);
    });

    it('name two accounts alike', () => {
        expect(problems(block({accounts: {b: {}, B: {}}}))).toEqual([
            'channels.mattermost.accounts.B: there is another account of this name; case does not count',
        ]);
    });
});

describe('hostile settings', () => {
    const names = [
        'channels',
        'mattermost',
        'accounts',
        'default',
        'groups',
        '*',
        'agents',
        'botToken',
        'source',
        'id',
        'streaming',
        'mode',
        'dmPolicy',
        'allowFrom',
        'kind',
        'store',
        '__proto__',
        'constructor',
    ];
    const leaf = fc.oneof(
        fc.constantFrom<unknown>('open', '*', 'env', 'partial', 'demo', true, 0, -1, null, [], {}),
        fc.string(),
        fc.anything(),
    );
    const {tree} = fc.letrec<{tree: unknown}>((tie) => ({
        tree: fc.oneof(
            {maxDepth: 6, withCrossShrink: true},
            leaf,
            fc
                .array(fc.tuple(fc.constantFrom(...names), tie('tree')), {maxLength: 5})
                .map((entries) => Object.fromEntries(entries)),
        ),
    }));

    it('[SET-03] never make the parser throw', () => {
        fc.assert(
            fc.property(tree, (input) => {
                for (const value of [input, block(input), block({accounts: input})]) {
                    expect(['ok', 'refused']).toContain(parser.parse(value).kind);
                }
            }),
            {numRuns: 400},
        );
    });

    it('[SET-03] are the same after a round through a file', () => {
        const value = fc.record(
            {
                botToken: fc.constantFrom('x', {source: 'env', id: 'X'}),
                baseUrl: fc.constantFrom('https://x/', 'http://y/z/api/v4'),
                dmPolicy: fc.constantFrom('pairing', 'allowlist', 'disabled'),
                allowFrom: fc.array(fc.oneof(fc.string(), fc.nat())),
                streaming: fc.constantFrom('off', true, {mode: 'block'}, {throttleMs: 500}),
                markdown: fc.constantFrom({tables: 'block'}, {tables: 'off'}),
                groups: fc.dictionary(
                    fc.string({minLength: 1}),
                    fc.record({requireMention: fc.boolean()}),
                ),
                accounts: fc.dictionary(
                    fc.stringMatching(/^[A-Za-z]{1,9}$/),
                    fc.record({enabled: fc.boolean()}),
                ),
            },
            {requiredKeys: []},
        );
        fc.assert(
            fc.property(value, (mattermost) => {
                const once = parser.parse(block(mattermost));
                if (once.kind === 'refused') return;
                const again = parser.parse(JSON.parse(JSON.stringify(once.settings)));
                expect(again).toEqual(once);
            }),
            {numRuns: 500},
        );
    });
});

describe('the JSON Schema', () => {
    it('[SET-07] has types, bounds, defaults, descriptions and marks of secrets', () => {
        const schema = parser.jsonSchema();
        expect(schema).toMatchObject({
            type: 'object',
            additionalProperties: false,
            properties: {
                channels: {
                    properties: {
                        mattermost: {
                            properties: {
                                dmPolicy: {
                                    enum: ['pairing', 'allowlist', 'open', 'disabled'],
                                    default: 'pairing',
                                    description: expect.stringContaining('direct messages'),
                                },
                                botToken: {secret: true},
                                dmChannelRetry: {
                                    properties: {maxRetries: {minimum: 0, maximum: 10, default: 3}},
                                },
                            },
                        },
                    },
                },
            },
        });
        expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
    });

    it('[SET-07] describes every key', () => {
        const bare: string[] = [];
        const look = (schema: unknown, path: string): void => {
            if (typeof schema !== 'object' || schema === null) return;
            for (const [name, inner] of Object.entries(schema)) {
                if (name === 'properties' && !path.includes('agents')) {
                    for (const [key, value] of Object.entries(inner as object)) {
                        const {description, const: constant} = value as Record<string, unknown>;
                        const isSecretPart = path.includes('botToken');
                        if (description === undefined && constant === undefined && !isSecretPart) {
                            bare.push(`${path}.${key}`);
                        }
                        look(value, `${path}.${key}`);
                    }
                } else {
                    look(inner, path);
                }
            }
        };
        look(parser.jsonSchema(), '');
        expect(bare).toEqual([]);
    });
});
