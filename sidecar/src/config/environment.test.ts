import {block, notes, problems, taken} from './config.fixture.ts';
import {listAccounts, resolveAccount} from './resolve.ts';

const env = {
    MATTERMOST_URL: 'https://env.example.com/',
    MATTERMOST_BOT_TOKEN: 'from-env',
    MATTERMOST_ALLOWED_USERS: ' u1, ,u2 ',
};
const reference = {source: 'env', id: 'MATTERMOST_BOT_TOKEN'};

describe('the environment', () => {
    it('[INS-09] configures the default account when there are no settings at all', () => {
        const settings = taken({}, env);
        expect(listAccounts(settings)).toEqual(['default']);
        expect(resolveAccount(settings, 'default')).toMatchObject({
            settings: {allowFrom: ['u1', 'u2']},
            connection: {baseUrl: 'https://env.example.com', botToken: reference},
        });
    });

    it('[INS-09] takes MATTERMOST_TOKEN for the token where the other is absent or empty', () => {
        const {MATTERMOST_URL} = env;
        const alias = {MATTERMOST_URL, MATTERMOST_BOT_TOKEN: ' ', MATTERMOST_TOKEN: 't'};
        const {connection} = resolveAccount(taken({}, alias), 'default');
        expect(connection?.botToken).toEqual({source: 'env', id: 'MATTERMOST_TOKEN'});
        const both = resolveAccount(taken({}, {...env, MATTERMOST_TOKEN: 't'}), 'default');
        expect(both.connection?.botToken).toEqual(reference);
    });

    it('[INS-09] never wins over the settings, value by value', () => {
        const root = {baseUrl: 'https://file', allowFrom: []};
        for (const input of [block(root), block({accounts: {default: root}})]) {
            const {connection, settings} = resolveAccount(taken(input, env), 'default');
            expect(connection).toMatchObject({baseUrl: 'https://file', botToken: reference});
            expect(settings.allowFrom).toEqual([]);
        }
        const full = block({...root, botToken: 'file'});
        expect(taken(full, env)).toEqual(taken(full));
    });

    it('[INS-09] does not fall back where the settings name a token that cannot be had', () => {
        const botToken = {source: 'exec', provider: 'vault', id: 'X'};
        const input = block({baseUrl: 'https://file', botToken});
        expect(resolveAccount(taken(input, env), 'default').connection?.botToken).toEqual(botToken);
    });

    it('[INS-09] says nothing to other accounts', () => {
        const settings = taken(block({accounts: {b: {}}}), env);
        expect(listAccounts(settings).sort()).toEqual(['b', 'default']);
        expect(resolveAccount(settings, 'b')).toMatchObject({
            missing: ['baseUrl', 'botToken'],
            settings: {allowFrom: []},
        });
    });

    it('[INS-09] makes no half account beside others', () => {
        const input = block({accounts: {b: {}}});
        const {MATTERMOST_BOT_TOKEN} = env;
        expect(listAccounts(taken(input, {MATTERMOST_BOT_TOKEN}))).toEqual(['b']);
        expect(listAccounts(taken({}, {MATTERMOST_BOT_TOKEN}))).toEqual(['default']);
        expect(notes({}, {MATTERMOST_BOT_TOKEN})).toEqual([
            'channels.mattermost: account default cannot connect: no baseUrl',
        ]);
    });

    it('[INS-09] is refused where its address is none', () => {
        expect(problems({}, {MATTERMOST_URL: 'chat'})).toEqual([
            expect.stringMatching(/^MATTERMOST_URL: must be an address/),
        ]);
    });

    it('[GATE-08] counts for the rule that an open dmPolicy needs "*"', () => {
        const input = block({dmPolicy: 'open'});
        expect(problems(input, {...env, MATTERMOST_ALLOWED_USERS: '*'})).toEqual([]);
    });
});
