#!/usr/bin/env bash
# @ai-sdk/anthropic 4.0.105: text that stands in `content_block_start` is dropped. Anthropic's own service begins a text
# block with "", but the field is a text block like any other, and proxies and gateways that speak this protocol put the
# first words there: the answer then begins in its middle, and nothing says so (finish reason `stop`).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-audit --no-fund --loglevel=error @ai-sdk/anthropic@4.0.105 >/dev/null
cat >try.mjs <<'EOF'
import {createServer} from 'node:http';
import {createAnthropic} from '@ai-sdk/anthropic';

const event = (data) => `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
const answer = [
    {
        type: 'message_start',
        message: {
            id: 'm',
            type: 'message',
            role: 'assistant',
            model: 'x',
            content: [],
            stop_reason: null,
            stop_sequence: null,
            usage: {input_tokens: 1, output_tokens: 1},
        },
    },
    {type: 'content_block_start', index: 0, content_block: {type: 'text', text: 'The dose is '}},
    {type: 'content_block_delta', index: 0, delta: {type: 'text_delta', text: 'two a day.'}},
    {type: 'content_block_stop', index: 0},
    {
        type: 'message_delta',
        delta: {stop_reason: 'end_turn', stop_sequence: null},
        usage: {output_tokens: 4},
    },
    {type: 'message_stop'},
]
    .map(event)
    .join('');
const server = createServer((request, response) => {
    request.resume().on('end', () => {
        response.writeHead(200, {'content-type': 'text/event-stream'}).end(answer);
    });
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const baseURL = `http://127.0.0.1:${server.address().port}/v1`;
const prompt = [{role: 'user', content: [{type: 'text', text: 'How much?'}]}];
const {stream} = await createAnthropic({apiKey: 'k', baseURL}).messages('x').doStream({prompt});
let text = '';
for await (const part of stream) {
    if (part.type === 'text-delta') text += part.delta;
    if (part.type === 'finish') console.log('finish reason:', part.finishReason.unified);
}
console.log('text:', JSON.stringify(text));
server.close();
EOF
node try.mjs | tee output.txt
printf 'finish reason: stop\ntext: "two a day."\n' | diff - output.txt && echo 'As described.'
