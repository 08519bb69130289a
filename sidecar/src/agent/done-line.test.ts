import fc from 'fast-check';
import {silentLog} from '../contract/log.ts';
import {collect, turnOf} from './agent.contract.ts';
import {createAgent} from './create-agent.ts';
import {endingAtDone} from './done-line.ts';

const chunk = (content: string, finish: string | null = null): string =>
    `data: ${JSON.stringify({choices: [{index: 0, delta: {content}, finish_reason: finish}]})}\n\n`;
const DONE = 'data: [DONE]\n\n';

/** A stream of these bytes in pieces of `size`. */
function streamed(text: string, size: number): Response {
    const bytes = new TextEncoder().encode(text);
    const body = new ReadableStream<Uint8Array>({
        start(controller) {
            for (let at = 0; at < bytes.length; at += size) {
                controller.enqueue(bytes.slice(at, at + size));
            }
            controller.close();
        },
    });
    return new Response(body, {headers: {'content-type': 'text/event-stream; charset=utf-8'}});
}

async function said(text: string, size = 7) {
    const agent = createAgent(
        {kind: 'openai-compatible', baseUrl: 'http://127.0.0.1:9/v1', model: 'm'},
        {
            resolveSecret: async () => 'key-1',
            log: silentLog,
            fetch: async () => streamed(text, size),
        },
    );
    const events = await collect(agent, turnOf('Hello'));
    const words = events.map((event) => (event.kind === 'text' ? event.text : '')).join('');
    return {words, last: events.at(-1)};
}

describe('the end of a stream', () => {
    it.each([1, 5, 4_096])(
        '[ROUTE-03] is [DONE], also where a service gives no finish_reason (pieces of %d)',
        async (size) => {
            const whole = {words: 'Ahoy, señor 🏴‍☠️.', last: {kind: 'done', reason: 'stop'}};
            expect(await said(chunk('Ahoy, señor 🏴‍☠️.') + DONE, size)).toEqual(whole);
            expect(await said(chunk('Ahoy, señor 🏴‍☠️.') + 'data: [DONE]', size)).toEqual(whole);
        },
    );

    it('[ROUTE-03] is what a service says it is, and nothing behind [DONE] belongs to the answer', async () => {
        const {words, last} = await said(
            chunk('Ahoy') + chunk('', 'length') + DONE + chunk(' More'),
        );
        expect(words).toBe('Ahoy');
        expect(last).toEqual({kind: 'done', reason: 'length'});
    });

    it('[ROUTE-03] is missing where a stream breaks off without a word of it', async () => {
        const {words, last} = await said(chunk('Ahoy'));
        expect(words).toBe('Ahoy');
        expect(last).toMatchObject({kind: 'failed', code: 'bad-response'});
    });
});

it('[DEL-17] passes a stream on byte for byte up to [DONE], however it is cut into pieces', async () => {
    await fc.assert(
        fc.asyncProperty(
            fc.array(
                fc.oneof(fc.string({unit: 'grapheme'}), fc.constant('\n'), fc.constant('\r\n')),
            ),
            fc.integer({min: 1, max: 9}),
            async (parts, size) => {
                const text = parts.join('').replaceAll('[DONE]', '');
                const through = endingAtDone(async () => streamed(text, size));
                const passed = await (await through('http://127.0.0.1:9/')).arrayBuffer();
                expect(Buffer.from(passed)).toEqual(Buffer.from(text));
            },
        ),
    );
});
