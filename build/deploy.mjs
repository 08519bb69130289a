// `make deploy`: uploads the bundle to the server named by MATTERMOST_URL and enables it, as an admin
// would in System Console → Plugins. Needs MATTERMOST_ADMIN_USER and MATTERMOST_ADMIN_PASSWORD, or
// MATTERMOST_ADMIN_TOKEN.
import {readFileSync, existsSync, statSync} from 'node:fs';
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
    const text = await response.text();
    const {id = '', message = plain(text)} = parsed(text);
    const hint = hintFor(response.status, id, text);
    fail(`${method} ${route} was refused (${response.status}): ${message}${hint}`);
}

/** What the server answered, if it is an error of the server's own. */
function parsed(text) {
    try {
        return JSON.parse(text);
    } catch {
        return {};
    }
}

/** A page or a line of somebody between, short. */
function plain(text) {
    return text
        .replace(/<[^>]*>/g, ' ')
        .replace(/\s+/g, ' ')
        .trim()
        .slice(0, 200);
}

/** What to do about it, by who refused: the server says so in JSON or in Go's words, a proxy in a page of its own. */
function hintFor(status, id, text) {
    const size = `${Math.ceil(statSync(archive).size / 1_048_576)} MiB`;
    if (status === 501) {
        return (
            '\nUploads are off by default: set PluginSettings.EnableUploads (or MM_PLUGINSETTINGS_ENABLEUPLOADS=true) and restart the server.' +
            '\nWhere they are on, PluginSettings.RequirePluginSignature refuses them as well.'
        );
    }
    const isServers = id !== '' || text.includes('request body too large');
    if (isServers && (status === 413 || text.includes('request body too large'))) {
        return `\nThe bundle has ${size}: raise FileSettings.MaxFileSize (System Console → Environment → File Storage) above that.`;
    }
    if (status === 413) {
        return `\nThis came from a proxy before the server: let it pass bodies of ${size} (nginx: client_max_body_size).`;
    }
    return '';
}
