import fc from 'fast-check';
import {ACCOUNT_DEFAULTS} from '../contract/account-defaults.ts';
import {block, taken} from './config.fixture.ts';
import {mergeKeyByKey} from './merge.ts';
import {defaultAccount, listAccounts, resolveAccount, serverSettings} from './resolve.ts';

const resolved = (mattermost: unknown, account = 'default') =>
    resolveAccount(taken(block(mattermost)), account);
const server = {baseUrl: 'https://x', botToken: 't'};

describe('resolution', () => {
    it('[SET-01] has a default for everything', () => {
        const {settings, connection, missing} = resolveAccount({}, 'default');
        expect(settings).toEqual({account: 'default', ...ACCOUNT_DEFAULTS});
        expect(connection).toBeUndefined();
        expect(missing).toEqual(['baseUrl', 'botToken']);
    });

    it('[SET-02] takes the account value, then the root value, then the default', () => {
        const root = {dmPolicy: 'allowlist', historyLimit: 5, accounts: {b: {historyLimit: 7}}};
        const {settings} = resolved(root, 'b');
        expect(settings.historyLimit).toBe(7);
        expect(settings.dmPolicy).toBe('allowlist');
        expect(settings.groupPolicy).toBe('allowlist');
        expect(resolved(root, 'c').settings.historyLimit).toBe(5);
    });

    it('[SET-02] does not put the default of an account over what the root says', () => {
        const root = {dmPolicy: 'disabled', streaming: 'off', accounts: {b: {streaming: {}}}};
        expect(resolved(root, 'b').settings).toMatchObject({
            dmPolicy: 'disabled',
            streaming: {mode: 'off'},
        });
    });

    it('[SET-02] merges objects key by key and replaces lists', () => {
        const {settings} = resolved(
            {
                streaming: {mode: 'block', preview: {toolProgress: false}, throttleMs: 2000},
                groups: {'*': {requireMention: false, chatmode: 'oncall'}},
                allowFrom: ['a', 'b'],
                dmChannelRetry: {maxRetries: 1},
                accounts: {
                    b: {
                        streaming: {throttleMs: 500},
                        groups: {'*': {requireMention: true}, x: {enabled: false}},
                        allowFrom: ['c'],
                        dmChannelRetry: {timeoutMs: 6000},
                    },
                },
            },
            'b',
        );
        expect(settings.streaming).toMatchObject({
            mode: 'block',
            throttleMs: 500,
            preview: {toolProgress: false},
        });
        expect(settings.groups).toEqual({
            '*': {requireMention: true, chatmode: 'oncall'},
            x: {enabled: false},
        });
        expect(settings.allowFrom).toEqual(['c']);
        expect(settings.dmChannelRetry).toMatchObject({maxRetries: 1, timeoutMs: 6000});
    });

    it('[SET-02] is enabled only where root and account are', () => {
        const enabled = (root?: boolean, own?: boolean): boolean =>
            resolveAccount(
                {channels: {mattermost: {enabled: root, accounts: {b: {enabled: own}}}}},
                'b',
            ).settings.enabled;
        expect(enabled()).toBe(true);
        expect(enabled(true, true)).toBe(true);
        expect(enabled(false, true)).toBe(false);
        expect(enabled(true, false)).toBe(false);
        expect(enabled(false)).toBe(false);
    });

    it('carries what all accounts share', () => {
        const settings = taken({
            queue: {mode: 'steer'},
            session: {idleMinutes: 30},
            turn: {idleSeconds: 5},
            recovery: 'mark',
        });
        expect(resolveAccount(settings, 'default').settings).toMatchObject({
            queue: {mode: 'steer', max: 20},
            session: {dmScope: 'per-account-channel-peer', groupScope: 'channel', idleMinutes: 30},
            turn: {timeoutMinutes: 10, idleSeconds: 5},
            recovery: 'mark',
        });
    });

    it('leaves the bound of posts to what the server takes, and has prefixes whatever was written', () => {
        expect(resolved({textChunkLimit: 20_000}).settings.textChunkLimit).toBe(20_000);
        expect(resolved({oncharPrefixes: [' ', '']}).settings.oncharPrefixes).toEqual(['>', '!']);
        expect(resolved({oncharPrefixes: [' $ ']}).settings.oncharPrefixes).toEqual(['$']);
        expect(resolved({markdown: {tables: 'block'}}).settings.markdown.tables).toBe('code');
    });
});

describe('the connection', () => {
    it('has address, token and network rule of account or root', () => {
        const root = {...server, name: 'Primary', allowPrivateNetwork: true, accounts: {b: {}}};
        expect(resolved(root, 'b').connection).toEqual({
            account: 'b',
            ...server,
            dangerouslyAllowPrivateNetwork: true,
            callbackBaseUrl: undefined,
        });
        expect(resolved(root, 'b').name).toBe('Primary');
        const strict = {...root, accounts: {b: {network: {dangerouslyAllowPrivateNetwork: false}}}};
        expect(resolved(strict, 'b').connection?.dangerouslyAllowPrivateNetwork).toBe(false);
    });

    it('does not show the token of the root to another server', () => {
        const other = {...server, accounts: {b: {baseUrl: 'https://other'}}};
        expect(resolved(other, 'b')).toMatchObject({connection: undefined, missing: ['botToken']});
        const same = {...server, accounts: {b: {baseUrl: 'https://x/'}}};
        expect(resolved(same, 'b').connection).toMatchObject(server);
    });

    it('replaces a reference to a token as a whole', () => {
        const root = {
            ...server,
            botToken: {source: 'exec', provider: 'vault', id: 'A'},
            accounts: {b: {botToken: {source: 'env', id: 'B'}}},
        };
        expect(resolved(root, 'b').connection?.botToken).toEqual({source: 'env', id: 'B'});
    });
});

describe('the list of accounts', () => {
    const listed = (mattermost: unknown): string[] => listAccounts(taken(block(mattermost)));

    it('has the implicit default where the root can connect', () => {
        expect(listed({})).toEqual([]);
        expect(listed(server)).toEqual(['default']);
        expect(listed({baseUrl: 'https://x'})).toEqual(['default']);
        expect(listed({...server, accounts: {b: {}}})).toEqual(['default', 'b']);
        expect(listed({baseUrl: 'https://x', accounts: {b: {botToken: 't'}}})).toEqual(['b']);
        expect(listed({...server, accounts: {b: {}, default: {}}})).toEqual(['b', 'default']);
    });

    it('has a default account that exists', () => {
        const chosen = (mattermost: unknown): string | undefined =>
            defaultAccount(taken(block(mattermost)));
        expect(chosen({})).toBeUndefined();
        expect(chosen({accounts: {a: {}, b: {}}})).toBe('a');
        expect(chosen({accounts: {a: {}, default: {}}})).toBe('default');
        expect(chosen({accounts: {a: {}, b: {}}, defaultAccount: ' B '})).toBe('b');
        expect(chosen({accounts: {a: {}, b: {}}, defaultAccount: 'c'})).toBe('a');
    });
});

describe('the process', () => {
    it('has a store, a port and a log level of its own', () => {
        expect(serverSettings({})).toEqual({
            store: {kind: 'sqlite', path: '.gangway/gangway.db'},
            http: {host: '127.0.0.1', port: 8066, publicUrl: undefined},
            log: {level: 'info'},
        });
        const given = taken({store: {kind: 'memory'}, http: {port: 0}, log: {level: 'debug'}});
        expect(serverSettings(given)).toMatchObject({
            store: {kind: 'memory'},
            http: {host: '127.0.0.1', port: 0},
            log: {level: 'debug'},
        });
        expect(serverSettings(taken({store: {kind: 'sqlite', path: 'x'}})).store).toEqual({
            kind: 'sqlite',
            path: 'x',
        });
    });
});

describe('merging', () => {
    it('[SET-02] keeps every key of both, the upper one winning, and never throws', () => {
        const value = fc.object({maxDepth: 3});
        fc.assert(
            fc.property(value, value, (below, above) => {
                const merged = mergeKeyByKey(below, above) as object;
                expect(new Set(Object.keys(merged))).toEqual(
                    new Set([...Object.keys(below), ...Object.keys(above)]),
                );
                expect(mergeKeyByKey(below, {})).toEqual(below);
                expect(mergeKeyByKey(merged, above)).toEqual(merged);
            }),
        );
    });
});
