// `make deploy`: uploads the bundle to the server named by MATTERMOST_URL and enables it, as an admin
// would in System Console → Plugins. Needs MATTERMOST_ADMIN_USER and MATTERMOST_ADMIN_PASSWORD, or
// MATTERMOST_ADMIN_TOKEN.
import {readFileSync, existsSync} from 'node:fs';
import path from 'node:path';
import {pluginId, version} from './manifest.mjs';
import {dist, fail, root} from './paths.mjs';

const env = process.env;
const url = env.MATTERMOST_URL?.replace(/\/+$/, '');
if (!url) fail('Set MATTERMOST_URL to the address of the server.');
const platform = env.PLUGIN_PLATFORM ?? 'linux-amd64';
const archive = path.join(dist, `${pluginId}-${version}-${platform}.tar.gz`);
if (!existsSync(archive)) fail(`${path.relative(root, archive)} is not there; run: make dist`);

const token = env.MATTERMOST_ADMIN_TOKEN ?? (await login());
const form = new FormData();
form.append('plugin', new Blob([readFileSync(archive)]), path.basename(archive));
form.append('force', 'true');
await api('POST', '/plugins', form);
await api('POST', `/plugins/${pluginId}/enable`);
console.log(`${pluginId} ${version} is enabled on ${url}`);

async function login() {
    const {MATTERMOST_ADMIN_USER: user, MATTERMOST_ADMIN_PASSWORD: password} = env;
    if (!user || !password)
        fail('Set MATTERMOST_ADMIN_USER and MATTERMOST_ADMIN_PASSWORD, or MATTERMOST_ADMIN_TOKEN.');
    const response = await fetch(`${url}/api/v4/users/login`, {
        method: 'POST',
        body: JSON.stringify({login_id: user, password}),
        signal: AbortSignal.timeout(30_000),
    });
    if (!response.ok) fail(`The server refused the login (${response.status}).`);
    return response.headers.get('Token');
}

async function api(method, route, body) {
    const response = await fetch(`${url}/api/v4${route}`, {
        method,
        body,
        headers: {Authorization: `Bearer ${token}`},
        signal: AbortSignal.timeout(120_000),
    });
    if (response.ok) return;
    const {message = ''} = await response.json().catch(() => ({}));
    const hint =
        response.status === 501
            ? '\nUploads are off by default: set PluginSettings.EnableUploads (or MM_PLUGINSETTINGS_ENABLEUPLOADS=true) and restart the server.'
            : '';
    fail(`${method} ${route} was refused (${response.status}): ${message}${hint}`);
}
