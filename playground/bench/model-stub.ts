import {createServer, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';

/** When a model had sent how much of its answer. */
export interface Emission {
    /** Characters sent so far. */
    readonly length: number;
    /** ms, performance.now(). */
    readonly at: number;
}

/** An OpenAI-compatible model that answers as its prompt says, for measuring. */
export interface ModelStub {
    readonly url: string;
    /** What it sent, by the name in the prompt. */
    emissions(name: string): readonly Emission[];
    /** Ends the answers of that name with what was sent of them. */
    finish(name: string): void;
    close(): Promise<void>;
}

/**
 * The last prompt holds `bench:<name>:<tokens>:<rate>:<delay>`: so many tokens, so many a second (0: all
 * at once), after so many milliseconds.
 */
const ORDER = /bench:([\w-]+):(\d+):(\d+):(\d+)/g;

const WORDS = [
    'harbour ',
    'gangway ',
    'tide ',
    'anchor ',
    'and ',
    'the ',
    'of ',
    'slowly ',
    'ship\n\n',
];

/** The n-th token: short words and a paragraph now and then. */
export function token(n: number): string {
    return WORDS[n % WORDS.length] ?? ' ';
}

/** Starts the model on a free port of this machine. */
export async function startModelStub(): Promise<ModelStub> {
    const sent = new Map<string, Emission[]>();
    const finished = new Set<string>();
    const server = createServer((request, response) => {
        let body = '';
        request.setEncoding('utf8');
        request.on('data', (chunk: string) => {
            body += chunk;
        });
        request.on('end', () => {
            const [, name = '', tokens = '1', rate = '0', delay = '0'] =
                [...body.matchAll(ORDER)].at(-1) ?? [];
            const emissions: Emission[] = [];
            sent.set(name, emissions);
            const order = {
                tokens: Number(tokens),
                rate: Number(rate),
                delayMs: Number(delay),
                isFinished: () => finished.has(name),
            };
            void answer(response, order, emissions);
        });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const {port} = server.address() as AddressInfo;
    return {
        url: `http://127.0.0.1:${port}/v1`,
        emissions: (name) => sent.get(name) ?? [],
        finish: (name) => void finished.add(name),
        async close() {
            server.closeAllConnections();
            await new Promise((resolve) => server.close(resolve));
        },
    };
}

interface Order {
    readonly tokens: number;
    readonly rate: number;
    readonly delayMs: number;
    readonly isFinished: () => boolean;
}

async function answer(
    response: ServerResponse,
    {tokens, rate, delayMs, isFinished}: Order,
    emissions: Emission[],
): Promise<void> {
    response.writeHead(200, {'Content-Type': 'text/event-stream'});
    if (delayMs > 0) await wait(delayMs);
    const begun = performance.now();
    let length = 0;
    for (let n = 0; n < tokens && !isFinished(); n++) {
        if (response.destroyed) return;
        if (rate > 0) await wait(begun + (n * 1_000) / rate - performance.now());
        const text = token(n);
        length += text.length;
        response.write(chunk({content: text}, null));
        emissions.push({length, at: performance.now()});
    }
    response.write(chunk({}, 'stop'));
    response.end('data: [DONE]\n\n');
}

function chunk(delta: object, reason: string | null): string {
    const choices = [{index: 0, delta, finish_reason: reason}];
    const data = {
        id: 'bench',
        object: 'chat.completion.chunk',
        created: 0,
        model: 'bench',
        choices,
    };
    return `data: ${JSON.stringify(data)}\n\n`;
}

async function wait(ms: number): Promise<void> {
    if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
}
