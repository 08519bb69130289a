import {once} from 'node:events';
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import {setTimeout as sleep} from 'node:timers/promises';
import * as z from 'zod';
import {
    BEHAVIOURS,
    fluent,
    REFUSALS_OF_SIZE,
    type Asked,
    type Reply,
} from './bad-day-behaviours.ts';

/** The name of something that the model can do. */
export type BehaviourName = keyof typeof BEHAVIOURS;

/** One request, and what was done with it. */
export interface Exchange {
    readonly path: string;
    readonly asked: Asked;
    /** The behaviour's name; `fluent` where none was named, `too-long` where the conversation was. */
    readonly did: string;
    readonly status: number;
}

/** How the service is set up. */
export interface BadDayOptions {
    /** Behaviours for the first requests that name none, in order [none]. */
    readonly script?: readonly BehaviourName[];
    /** More bytes of messages than this are refused [no limit]. */
    readonly contextBytes?: number;
    /** In whose words they are refused [openai]. */
    readonly contextShape?: keyof typeof REFUSALS_OF_SIZE;
    /** Between two pieces of an answer, ms [0]. */
    readonly paceMs?: number;
}

/** A model service on a local port that has a bad day. */
export interface BadDayModel extends AsyncDisposable {
    /** For `baseUrl` of an openai-compatible agent. */
    readonly url: string;
    /** All requests for answers, oldest first. */
    readonly exchanges: readonly Exchange[];
    /** The exchanges whose question holds these words. */
    about(words: string): readonly Exchange[];
}

const request = z.looseObject({
    messages: z.array(
        z.looseObject({
            content: z.union([z.string(), z.array(z.looseObject({text: z.string().optional()}))]),
        }),
    ),
});

/**
 * Starts a service that does all that real ones do on a bad day. A behaviour is chosen by its name, as a word
 * anywhere in the question (`bad-day-behaviours.ts` has them all); a question that names none gets the next one
 * of the script, or a good answer.
 */
export async function startBadDayModel(options: BadDayOptions = {}): Promise<BadDayModel> {
    const {contextBytes = Infinity, contextShape = 'openai', paceMs = 0} = options;
    const exchanges: Exchange[] = [];
    const script = [...(options.script ?? [])];

    const chosen = (question: string): BehaviourName | undefined => {
        const words: readonly string[] = question.match(/[a-z\d]+(?:-[a-z\d]+)+/g) ?? [];
        return words.find(isBehaviour) ?? script.shift();
    };

    const answer = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        await once(incoming, 'end');
        if (incoming.method !== 'POST') {
            response.writeHead(404).end();
            return;
        }
        const fields = request.parse(JSON.parse(Buffer.concat(chunks).toString()));
        const content = fields.messages.at(-1)?.content ?? '';
        const question =
            typeof content === 'string' ? content : content.map(({text = ''}) => text).join('');
        const isTooLong = Buffer.byteLength(JSON.stringify(fields.messages)) > contextBytes;
        const name = isTooLong ? undefined : chosen(question);
        const before = exchanges.filter(({did}) => did === name).length;
        const asked: Asked = {fields, question, before};
        const behaviour = name === undefined ? fluent : BEHAVIOURS[name];
        const reply = isTooLong ? REFUSALS_OF_SIZE[contextShape](contextBytes) : behaviour(asked);
        exchanges.push({
            path: incoming.url ?? '',
            asked,
            did: isTooLong ? 'too-long' : (name ?? 'fluent'),
            status: reply.status ?? 200,
        });
        await send(reply, response, paceMs);
    };

    // Far longer than a test: else a connection may close just when it is used again.
    const server = createServer({keepAliveTimeout: 600_000}, (incoming, response) => {
        answer(incoming, response).catch(() => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return {
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
        exchanges,
        about: (words) => exchanges.filter(({asked}) => asked.question.includes(words)),
        async [Symbol.asyncDispose]() {
            server.closeAllConnections();
            await new Promise((resolve) => server.close(resolve));
        },
    };
}

function isBehaviour(word: string): word is BehaviourName {
    return Object.hasOwn(BEHAVIOURS, word);
}

async function send(reply: Reply, response: ServerResponse, paceMs: number): Promise<void> {
    await sleep(reply.delayMs ?? 0);
    response.writeHead(reply.status ?? 200, {
        'content-type': 'text/event-stream',
        ...reply.headers,
    });
    response.flushHeaders();
    for (const piece of reply.pieces) {
        if (response.destroyed) return;
        if (typeof piece === 'string') {
            // Written before the next one, so that a reset does not overtake it.
            await new Promise((resolve) => response.write(piece, resolve));
            await sleep(paceMs);
        } else if ('pauseMs' in piece) {
            await sleep(piece.pauseMs);
        } else if (piece.kind === 'reset') {
            await sleep(30);
            response.socket?.resetAndDestroy();
            return;
        } else {
            return;
        }
    }
    response.end();
}
