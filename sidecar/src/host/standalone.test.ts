import express from 'express';
import type {AgentSettings} from '../agent/agent-settings.ts';
import {silentLog} from '../contract/log.ts';
import type {Settings} from '../contract/settings.ts';
import {createMemoryStore} from '../store/memory-store.ts';
import {createStandaloneHost, ListenError, type StandaloneHost} from './standalone.ts';
import {directOutbound} from '../net/direct.fixture.ts';

type Mattermost = NonNullable<NonNullable<Settings<AgentSettings>['channels']>['mattermost']>;

function hostOf(
    mattermost: Mattermost,
    change: Partial<Settings<AgentSettings>> = {},
): StandaloneHost {
    return createStandaloneHost({
        settings: {channels: {mattermost}, http: {port: 0}, ...change},
        resolveSecret: async () => 'secret',
        store: createMemoryStore(),
        outbounds: () => directOutbound,
        log: silentLog,
    });
}

const LOCAL: Mattermost = {baseUrl: 'http://127.0.0.1:8065', botToken: 'token'};

/** Serves for as long as `look` takes. */
async function serving<T>(host: StandaloneHost, look: () => T | Promise<T>): Promise<T> {
    const stop = await host.serve(express());
    try {
        return await look();
    } finally {
        await stop();
    }
}

const callbackUrl = (host: StandaloneHost): string | undefined =>
    host.current().accounts[0]?.callbackUrl;

describe('the standalone host', () => {
    it('[INS-07] is called back by a server on its own machine without any setting', async () => {
        const host = hostOf(LOCAL);
        expect(callbackUrl(host)).toBeUndefined();
        const url = await serving(host, () => callbackUrl(host));
        expect(url).toBe(`http://127.0.0.1:${host.port}/mattermost/interactions/default`);
        const everywhere = hostOf(LOCAL, {http: {host: '0.0.0.0', port: 0}});
        expect(await serving(everywhere, () => callbackUrl(everywhere))).toBe(
            `http://127.0.0.1:${everywhere.port}/mattermost/interactions/default`,
        );
    });

    it('[INS-07] has no buttons on a server elsewhere, unless it is told how that reaches it', async () => {
        const far = {...LOCAL, baseUrl: 'https://chat.example.com'};
        const host = hostOf(far);
        expect(await serving(host, () => callbackUrl(host))).toBeUndefined();
        const told = hostOf(far, {http: {port: 0, publicUrl: 'https://bot.example.com/g/'}});
        expect(callbackUrl(told)).toBe('https://bot.example.com/g/mattermost/interactions/default');
        const account = hostOf({
            ...far,
            interactions: {callbackBaseUrl: 'https://inside.example.com'},
        });
        expect(callbackUrl(account)).toBe(
            'https://inside.example.com/mattermost/interactions/default',
        );
    });

    it('[INS-07] says where it cannot listen', async () => {
        const first = hostOf(LOCAL);
        await serving(first, async () => {
            const second = hostOf(LOCAL, {http: {port: first.port}});
            await expect(second.serve(express())).rejects.toThrow(ListenError);
        });
    });

    it('[INS-07] leaves out accounts that lack something, and answers by the demo where no agent is set up', () => {
        const host = hostOf({...LOCAL, accounts: {half: {baseUrl: 'https://other.example.com'}}});
        expect(host.current().accounts.map(({settings}) => settings.account)).toEqual(['default']);
        expect(host.current().agents.map(({id, agent}) => [id, agent.kind])).toEqual([
            ['demo', 'demo'],
        ]);
    });

    it('[INS-07] answers by the agent that is the default, else by the first', () => {
        const agents: Record<string, AgentSettings> = {
            one: {kind: 'demo'},
            two: {kind: 'demo', default: true},
        };
        const ids = (map: Record<string, AgentSettings>): string[] =>
            hostOf(LOCAL, {agents: map})
                .current()
                .agents.map(({id}) => id);
        expect(ids(agents)).toEqual(['two', 'one']);
        expect(ids({...agents, two: {kind: 'demo'}})).toEqual(['one', 'two']);
    });

    it('tells of other settings, and connects anew only where the connection changed', () => {
        const host = hostOf(LOCAL);
        let told = 0;
        using following = host.onChange(() => told++);
        expect(following).toBeDefined();
        const before = host.current().accounts[0]?.connection;
        host.replace({channels: {mattermost: {...LOCAL, chatmode: 'onmessage'}}});
        expect(host.current().accounts[0]?.settings.chatmode).toBe('onmessage');
        expect(host.current().accounts[0]?.connection).toBe(before);
        host.replace({channels: {mattermost: {...LOCAL, botToken: 'another'}}});
        expect(host.current().accounts[0]?.connection).not.toBe(before);
        expect(told).toBe(2);
    });
});
