#!/usr/bin/env bash
# undici 7.30.2: a proxy that refuses CONNECT (407, 403, 502) is told to `fetch` as "Request was cancelled", without the
# status; `request` of the same library names it. Whoever tells people "your proxy wants a password" by fetch's error
# cannot: the status has to be taken where the tunnel is made. An http:// page goes by CONNECT as well.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-audit --no-fund --loglevel=error undici@7.30.2 >/dev/null
cat >try.mjs <<'EOF'
import {createServer} from 'node:http';
import {fetch, ProxyAgent, request} from 'undici';

for (const status of [407, 403, 502]) {
    const asked = [];
    const proxy = createServer((call, response) => {
        asked.push(call.method);
        response.writeHead(status).end();
    });
    proxy.on('connect', (call, socket) => {
        asked.push('CONNECT');
        socket.end(`HTTP/1.1 ${status} Refused\r\nContent-Length: 0\r\n\r\n`);
    });
    await new Promise((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const dispatcher = new ProxyAgent(`http://127.0.0.1:${proxy.address().port}`);
    const told = async (call) => {
        try {
            return `status ${(await call()).status}`;
        } catch (error) {
            return `${error.message} / ${error.cause?.message ?? 'no cause'}`;
        }
    };
    for (const url of ['https://models.invalid/', 'http://models.invalid/']) {
        const scheme = url.split(':')[0];
        console.log(status, scheme, 'fetch:', await told(() => fetch(url, {dispatcher})));
        console.log(status, scheme, 'request:', await told(() => request(url, {dispatcher})));
    }
    console.log(status, 'the proxy was asked by', [...new Set(asked)].join(' and '));
    await dispatcher.close();
    proxy.close();
}
EOF
node try.mjs | tee output.txt

cat >expected.txt <<'EOF'
407 https fetch: fetch failed / Request was cancelled.
407 https request: Proxy response (407) !== 200 when HTTP Tunneling / no cause
407 http fetch: fetch failed / Request was cancelled.
407 http request: Proxy response (407) !== 200 when HTTP Tunneling / no cause
407 the proxy was asked by CONNECT
403 https fetch: fetch failed / Request was cancelled.
403 https request: Proxy response (403) !== 200 when HTTP Tunneling / no cause
403 http fetch: fetch failed / Request was cancelled.
403 http request: Proxy response (403) !== 200 when HTTP Tunneling / no cause
403 the proxy was asked by CONNECT
502 https fetch: fetch failed / Request was cancelled.
502 https request: Proxy response (502) !== 200 when HTTP Tunneling / no cause
502 http fetch: fetch failed / Request was cancelled.
502 http request: Proxy response (502) !== 200 when HTTP Tunneling / no cause
502 the proxy was asked by CONNECT
EOF
diff expected.txt output.txt && echo 'As described.'
