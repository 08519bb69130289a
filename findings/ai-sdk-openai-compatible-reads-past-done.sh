#!/usr/bin/env bash
# @ai-sdk/openai-compatible 3.0.92: `data: [DONE]` ends nothing. Chunks behind it are read on and become text of the same
# answer, while a stream that ends by [DONE] without a `finish_reason` is an error although all of its text came.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-audit --no-fund --loglevel=error @ai-sdk/openai-compatible@3.0.92 >/dev/null
cat >try.mjs <<'EOF'
import {createServer} from 'node:http';
import {createOpenAICompatible} from '@ai-sdk/openai-compatible';

let answer = '';
const server = createServer((request, response) => {
    request.resume().on('end', () => {
        response.writeHead(200, {'content-type': 'text/event-stream'}).end(answer);
    });
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const baseURL = `http://127.0.0.1:${server.address().port}/v1`;
const model = createOpenAICompatible({name: 'service', baseURL}).chatModel('m');
const chunk = (delta, finish_reason = null) =>
    `data: ${JSON.stringify({
        id: 'x',
        object: 'chat.completion.chunk',
        created: 1,
        model: 'm',
        choices: [{index: 0, delta, finish_reason}],
    })}\n\n`;
const read = async (name, body) => {
    answer = body;
    const prompt = [{role: 'user', content: [{type: 'text', text: 'Hello'}]}];
    const {stream} = await model.doStream({prompt});
    let text = '';
    for await (const part of stream) {
        if (part.type === 'text-delta') text += part.delta;
        if (part.type === 'error') console.log(`${name}: error:`, part.error.message);
        if (part.type === 'finish') console.log(`${name}:`, part.finishReason.unified, JSON.stringify(text));
    }
};
const done = 'data: [DONE]\n\n';
await read('behind [DONE]', chunk({content: 'Ahoy.'}) + chunk({}, 'stop') + done + chunk({content: ' More.'}));
await read('no finish_reason', chunk({content: 'Ahoy.'}) + done);
server.close();
EOF
node try.mjs | tee output.txt
cat >expected.txt <<'EOF'
behind [DONE]: stop "Ahoy. More."
no finish_reason: error: Response stream ended without a finish reason.
no finish_reason: error "Ahoy."
EOF
diff expected.txt output.txt && echo 'As described.'
