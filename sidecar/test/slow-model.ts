import {once} from 'node:events';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';

/** A model service that says the same words to every question, one after the other. */
export interface SlowModel extends AsyncDisposable {
    /** For `baseUrl` of an openai-compatible agent. */
    readonly url: string;
    /** The last message of each request. */
    readonly questions: readonly string[];
    /** Called with each question before the first word. */
    onQuestion: ((question: string) => void) | undefined;
    /** Whether it says its words over and over instead of ending the next answers. */
    endless: boolean;
    /** What to send instead of an answer, for the next request. */
    fail: {readonly status: number; readonly body: string} | undefined;
}

const chunk = (content: string, finish: string | null = null): string =>
    `data: ${JSON.stringify({
        id: 'c1',
        object: 'chat.completion.chunk',
        created: 1,
        model: 'slow',
        choices: [{index: 0, delta: {role: 'assistant', content}, finish_reason: finish}],
    })}\n\n`;

/** Starts a model that says `words` with `paceMs` between two of them. */
export async function startSlowModel(words: readonly string[], paceMs: number): Promise<SlowModel> {
    const questions: string[] = [];
    const server = createServer((request, response) => {
        const answer = async (): Promise<void> => {
            const parts: Buffer[] = [];
            request.on('data', (part: Buffer) => parts.push(part));
            await once(request, 'end');
            const {messages} = JSON.parse(Buffer.concat(parts).toString()) as {
                messages: {content: string}[];
            };
            // Date and time stand behind it, and are another at each run.
            const question = (messages.at(-1)?.content ?? '').replace(/\n\n<now>[^]*$/, '');
            questions.push(question);
            model.onQuestion?.(question);
            const {endless, fail} = model;
            if (fail !== undefined) {
                model.fail = undefined;
                response.writeHead(fail.status, {'content-type': 'application/json'});
                response.end(fail.body);
                return;
            }
            response.writeHead(200, {'content-type': 'text/event-stream'});
            do {
                for (const word of words) {
                    if (response.destroyed) return;
                    response.write(chunk(word));
                    await new Promise((resolve) => setTimeout(resolve, paceMs));
                }
            } while (endless);
            response.end(`${chunk('', 'stop')}data: [DONE]\n\n`);
        };
        answer().catch(() => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const model: SlowModel = {
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
        questions,
        onQuestion: undefined,
        endless: false,
        fail: undefined,
        async [Symbol.asyncDispose]() {
            server.closeAllConnections();
            await new Promise((resolve) => server.close(resolve));
        },
    };
    return model;
}
