import * as z from 'zod';
import {
    jsonOf,
    type PluginPlayground,
    startPluginPlayground,
    until,
} from '../../test/plugin-playground.ts';
import {bundleOf, testBundle} from '../../test/test-bundles.ts';

let server: PluginPlayground;
afterEach(() => server.playground.close());

const webHalf = {webapp: {bundle_path: 'webapp/main.js'}};
const webFiles = {'webapp/main.js': 'window.here = 1;', 'public/logo.svg': '<svg/>'};
const post = {method: 'POST'};

async function pid(): Promise<number> {
    const told = z.object({pid: z.number()});
    return (await jsonOf(told, server.request('/plugins/test-plugin/'))).pid;
}

describe('uploading', () => {
    it('[INS-01] installs without enabling, and says what it installed', async () => {
        server = await startPluginPlayground();
        const answer = await server.upload(testBundle());
        expect(answer.status).toBe(201);
        expect(await answer.json()).toMatchObject({id: 'test-plugin', version: '1.0.0'});
        expect(await server.status()).toMatchObject({state: 0, error: ''});
        expect(await (await server.request('/api/v4/plugins')).json()).toMatchObject({
            active: [],
            inactive: [{id: 'test-plugin'}],
        });
        expect((await server.request('/plugins/test-plugin/')).status).toBe(404);
    });

    it('[INS-01] is refused where uploads are off, to who is no admin, and for what is no bundle', async () => {
        server = await startPluginPlayground();
        const {config} = server.playground.world.core;
        const {id} = server.playground.addUser('alice');
        const token = server.playground.login(id);
        expect((await server.request('/api/v4/plugins', {...post, token})).status).toBe(403);
        expect((await server.request('/api/v4/plugins', {...post, token: ''})).status).toBe(401);
        expect((await server.request('/api/v4/plugins', post)).status).toBe(400);
        expect((await server.upload(Buffer.from('x'))).status).toBe(400);
        config.FileSettings.MaxFileSize = 100;
        expect((await server.upload(Buffer.alloc(10_000))).status).toBe(413);
        config.PluginSettings.EnableUploads = false;
        const refused = await server.upload(testBundle());
        expect(refused.status).toBe(501);
        expect(await refused.json()).toMatchObject({id: 'app.plugin.upload_disabled.app_error'});
    });

    it('[INS-04] needs force to replace, keeps rows and state, and activates at once', async () => {
        server = await startPluginPlayground();
        await server.start();
        const {world} = server.playground;
        world.pluginKv.set('test-plugin', 'key', Buffer.from('kept'));
        const before = await pid();
        const newer = testBundle({version: '1.1.0'});
        const refused = await server.upload(newer);
        expect(await refused.json()).toMatchObject({id: 'app.plugin.install_id.app_error'});
        expect(refused.status).toBe(400);
        expect(await pid()).toBe(before);
        expect((await server.upload(newer, true)).status).toBe(201);
        expect(await server.status()).toMatchObject({state: 2, version: '1.1.0'});
        expect(await pid()).not.toBe(before);
        expect(world.pluginKv.get('test-plugin', 'key')?.toString()).toBe('kept');
    });
});

describe('enabling and disabling', () => {
    it('[INS-02] starts and ends the process, with the environment of a plugin', async () => {
        server = await startPluginPlayground();
        await server.start();
        const told = await (await server.request('/plugins/test-plugin/')).json();
        expect(told).toMatchObject({
            argv: [],
            cwd: process.cwd(),
            cookie: 'Securely message teams, anywhere.',
        });
        expect(server.lines).toContainEqual(
            expect.objectContaining({
                level: 'info',
                message: 'activated',
                fields: {plugin_id: 'test-plugin'},
            }),
        );
        await server.request('/api/v4/plugins/test-plugin/disable', post);
        expect(await server.status()).toMatchObject({state: 0});
        expect(server.lines).toContainEqual(expect.objectContaining({message: 'deactivated'}));
        expect(() => process.kill(told.pid, 0)).toThrow();
        expect((await server.request('/plugins/test-plugin/')).status).toBe(404);
        await server.request('/api/v4/plugins/test-plugin/enable', post);
        expect(await pid()).not.toBe(told.pid);
    });

    it('[INS-08] loads and unloads the webapp half in clients, without a session', async () => {
        server = await startPluginPlayground();
        const told: unknown[] = [];
        server.playground.tap((event) => {
            if (
                event.kind === 'published' &&
                /^plugin_(en|dis)abled$/.test(event.published.event)
            ) {
                told.push([event.published.event, event.published.data]);
            }
        });
        await server.start(webHalf, webFiles);
        const list = z.array(z.looseObject({webapp: z.object({bundle_path: z.string()})}));
        const webapp = () => jsonOf(list, server.request('/api/v4/plugins/webapp', {token: ''}));
        const manifest = {
            id: 'test-plugin',
            name: 'Test plugin',
            version: '1.0.0',
            webapp: {
                bundle_path: expect.stringMatching(
                    /^\/static\/test-plugin\/test-plugin_[0-9a-f]{16}_bundle\.js$/,
                ),
            },
        };
        const [shown] = await webapp();
        expect(shown).toEqual(manifest);
        const at = shown!.webapp.bundle_path.replace('/static/', '/static/plugins/');
        const script = await server.request(at, {token: ''});
        expect(await script.text()).toBe('window.here = 1;');
        expect(script.headers.get('content-type')).toMatch('javascript');
        await server.request('/api/v4/plugins/test-plugin/disable', post);
        expect(await webapp()).toEqual([]);
        expect(told).toEqual([
            ['plugin_enabled', {manifest}],
            ['plugin_disabled', {manifest}],
        ]);
    });

    it('serves the public folder, and nothing else of the bundle', async () => {
        server = await startPluginPlayground();
        await server.start(webHalf, webFiles);
        const get = (path: string) => server.request(path, {token: ''});
        const logo = await get('/plugins/test-plugin/public/logo.svg');
        expect(await logo.text()).toBe('<svg/>');
        for (const path of ['', 'none.svg', '..%2fplugin.json']) {
            const {status} = await get(`/plugins/test-plugin/public/${path}`);
            expect([path, status]).toEqual([path, 404]);
        }
        expect((await get('/static/plugins/test-plugin/..%2fplugin.json')).status).toBe(404);
    });

    it('tells plugins that the configuration changed', async () => {
        server = await startPluginPlayground();
        await server.start();
        const heard = () =>
            jsonOf(z.array(z.string()), server.request('/plugins/test-plugin/heard'));
        expect(await heard()).toEqual(['OnConfigurationChange']);
        server.playground.world.core.emit({kind: 'config-changed'});
        await server.playground.plugins.configurationHeard();
        expect(await heard()).toEqual(['OnConfigurationChange', 'OnConfigurationChange']);
    });

    it('[SET-05] saves a configuration, of which all have heard before the call is answered', async () => {
        server = await startPluginPlayground();
        await server.start();
        const told = server.request('/plugins/test-plugin/save');
        expect(await jsonOf(z.array(z.string()), told)).toHaveLength(2);
        const {Plugins} = server.playground.world.core.config.PluginSettings;
        expect(Plugins).toEqual({'test-plugin': {own: 'saved'}});
    });

    it('[INS-05] removes the bundle and keeps the rows', async () => {
        server = await startPluginPlayground();
        await server.start();
        server.playground.world.pluginKv.set('test-plugin', 'key', Buffer.from('kept'));
        const gone = await server.request('/api/v4/plugins/test-plugin', {method: 'DELETE'});
        expect(await gone.json()).toEqual({status: 'OK'});
        expect(await (await server.request('/api/v4/plugins/statuses')).json()).toEqual([]);
        for (const path of ['/test-plugin/enable', '/test-plugin/disable']) {
            expect((await server.request(`/api/v4/plugins${path}`, post)).status).toBe(404);
        }
        expect(server.playground.world.pluginKv.list('test-plugin', 0, 10)).toEqual(['key']);
    });

    it('kills what does not end by itself within two seconds', async () => {
        server = await startPluginPlayground({mode: 'stubborn', plugins: {exitTimeoutMs: 2_000}});
        await server.start();
        const own = await pid();
        const begun = Date.now();
        await server.request('/api/v4/plugins/test-plugin/disable', post);
        expect(Date.now() - begun).toBeGreaterThan(1900);
        expect(() => process.kill(own, 0)).toThrow();
    });
});

describe('a plugin that does not start', () => {
    const broken = async (): Promise<string> => {
        expect((await server.request('/api/v4/plugins/test-plugin/enable', post)).status).toBe(200);
        const {state, error} = await server.status();
        expect(state).toBe(3);
        expect((await server.request('/plugins/test-plugin/')).status).toBe(404);
        return error;
    };

    it.each([
        ['late', 'the plugin printed no handshake'],
        ['garbage', 'unrecognized plugin: not a handshake line'],
        ['exit', 'the plugin ended at its start, code 3'],
        ['refuse', 'no licence'],
    ])('[INS-03] because it is %s is in state 3, and says why', async (mode, reason) => {
        server = await startPluginPlayground({
            mode,
            plugins: mode === 'late' ? {startTimeoutMs: 300} : {},
        });
        await server.upload(testBundle());
        expect(await broken()).toBe(reason);
    });

    it('runs all the same when it threw instead of returning an error', async () => {
        server = await startPluginPlayground({mode: 'throw'});
        await server.start();
        expect(await server.status()).toMatchObject({state: 2});
        expect(server.lines).toContainEqual(
            expect.objectContaining({
                level: 'error',
                message: 'RPC call to OnActivate plugin failed.',
            }),
        );
    });

    it('[INS-06] says so when the server is too old, at the activation and not at the upload', async () => {
        server = await startPluginPlayground();
        expect((await server.upload(testBundle({min_server_version: '99.0.0'}))).status).toBe(201);
        expect(await broken()).toBe('plugin requires Mattermost 99.0.0: test-plugin');
    });

    it('[INS-05] [INS-06] is installed by an upload over one that ran, which says that it does not start', async () => {
        server = await startPluginPlayground();
        await server.start();
        const answer = await server.upload(testBundle({min_server_version: '99.0.0'}), true);
        expect(answer.status).toBe(500);
        expect(await answer.json()).toMatchObject({id: 'app.plugin.restart.app_error'});
        expect(await server.status()).toMatchObject({
            state: 3,
            error: 'plugin requires Mattermost 99.0.0: test-plugin',
        });
        expect(await broken()).toBe('plugin requires Mattermost 99.0.0: test-plugin');
        expect((await server.upload(testBundle(), true)).status).toBe(201);
        expect(await server.status()).toMatchObject({state: 2});
    });

    it('says so when there is no executable, or it may not be executed', async () => {
        server = await startPluginPlayground();
        await server.upload(testBundle({server: {executables: {'plan9-mips': 'server/run'}}}));
        expect(await broken()).toMatch('backend executable not found');
        const manifest = JSON.stringify({
            id: 'test-plugin',
            name: 'x',
            server: {executable: 'run'},
        });
        await server.upload(bundleOf({'plugin.json': manifest, run: '#!/bin/sh\n'}), true);
        expect(await broken()).toBe('the plugin could not be started');
    });
});

describe('the health check', () => {
    const crash = async (): Promise<void> => {
        process.kill(await pid(), 'SIGKILL');
    };
    const check = () => server.playground.plugins.find('test-plugin')?.checkHealth();

    it('[INS-06] starts a plugin anew that was killed; until then requests get a 500', async () => {
        server = await startPluginPlayground();
        await server.start();
        const before = await pid();
        await crash();
        await until(async () => (await server.request('/plugins/test-plugin/')).status === 500);
        expect(await server.status()).toMatchObject({state: 2});
        await check();
        expect(await pid()).not.toBe(before);
    });

    it('[INS-06] runs by itself', async () => {
        server = await startPluginPlayground({plugins: {healthCheckMs: 100}});
        await server.start();
        const before = await pid();
        await crash();
        await until(async () => {
            const answer = await server.request('/plugins/test-plugin/');
            return answer.status === 200 && (await answer.json()).pid !== before;
        });
    });

    it('[INS-06] gives up after three crashes in an hour, until somebody enables it again', async () => {
        server = await startPluginPlayground();
        await server.start();
        for (const state of [2, 2, 4]) {
            await crash();
            await check();
            expect(await server.status()).toMatchObject({state});
        }
        await check();
        expect(await server.status()).toMatchObject({state: 4});
        await server.request('/api/v4/plugins/test-plugin/enable', post);
        expect(await server.status()).toMatchObject({state: 2});
        await crash();
        await check();
        expect(await server.status()).toMatchObject({state: 2});
    });

    it('[INS-06] forgets crashes after an hour', async () => {
        let now = Date.now();
        server = await startPluginPlayground({now: () => now});
        await server.start();
        for (let times = 0; times < 4; times++) {
            await crash();
            await check();
            expect(await server.status()).toMatchObject({state: 2});
            now += 31 * 60 * 1000;
        }
    });
});
