import type {AgentTestEvent} from '../../../sidecar/src/contract/agent-test.ts';
import {ROUTES} from '../../../sidecar/src/contract/routes.ts';
import {isRecord, parseJson} from '../live/json.ts';
import {pluginAddress, requestOptions} from './settings_client.ts';

/** What an agent that is tried is made of: it need not be saved. */
export interface TriedAgent {
    readonly id: string;
    readonly settings: unknown;
    readonly prompt?: string;
}

/** The models of a service, or a sentence why there are none. */
export type ModelsOutcome =
    | {readonly kind: 'listed'; readonly models: readonly string[]}
    | {readonly kind: 'failed'; readonly message: string};

/** Lets an agent answer once; `tell` hears each event. Ends with `done` or `failed`, and never throws. */
export async function tryAgent(
    agent: TriedAgent,
    tell: (event: AgentTestEvent) => void,
    signal: AbortSignal,
): Promise<void> {
    const started = Date.now();
    const fail = (message: string): void => {
        tell({kind: 'failed', message, ms: Date.now() - started});
    };
    try {
        const response = await fetch(pluginAddress(`${ROUTES.admin}/agents/test`), {
            ...requestOptions('POST', agent),
            signal,
        });
        if (!response.ok || response.body === null) {
            fail(await refusalOf(response));
            return;
        }
        if (!(await readLines(response.body, tell))) fail('');
    } catch {
        if (!signal.aborted) fail('');
    }
}

/** Asks the service of an agent for its models. Never throws. */
export async function askModels(agent: TriedAgent, signal: AbortSignal): Promise<ModelsOutcome> {
    try {
        const response = await fetch(pluginAddress(`${ROUTES.admin}/agents/models`), {
            ...requestOptions('POST', agent),
            signal,
        });
        if (!response.ok) return {kind: 'failed', message: await refusalOf(response)};
        const body = parseJson(await response.text());
        const models = isRecord(body) && Array.isArray(body['models']) ? body['models'] : [];
        return {kind: 'listed', models: models.filter((one) => typeof one === 'string')};
    } catch {
        return {kind: 'failed', message: ''};
    }
}

/** Reads one event a line; says whether the last one came. */
async function readLines(
    body: ReadableStream<Uint8Array>,
    tell: (event: AgentTestEvent) => void,
): Promise<boolean> {
    const reader = body.getReader();
    const decoder = new TextDecoder();
    let rest = '';
    let isOver = false;
    for (;;) {
        const {done, value} = await reader.read();
        rest += decoder.decode(value, {stream: !done});
        const lines = rest.split('\n');
        rest = done ? '' : (lines.pop() ?? '');
        for (const line of lines) {
            const event = eventIn(parseJson(line));
            if (event === undefined) continue;
            isOver ||= event.kind !== 'text';
            tell(event);
        }
        if (done) return isOver;
    }
}

function eventIn(value: unknown): AgentTestEvent | undefined {
    if (!isRecord(value)) return undefined;
    const number = (name: string): number | undefined => {
        const found = value[name];
        return typeof found === 'number' ? found : undefined;
    };
    const text = (name: string): string => {
        const found = value[name];
        return typeof found === 'string' ? found : '';
    };
    switch (value['kind']) {
        case 'text':
            return {kind: 'text', text: text('text')};
        case 'done':
            return {
                kind: 'done',
                firstMs: number('firstMs'),
                ms: number('ms') ?? 0,
                model: text('model') || undefined,
                inputTokens: number('inputTokens'),
                outputTokens: number('outputTokens'),
            };
        case 'failed':
            return {kind: 'failed', message: text('message'), ms: number('ms') ?? 0};
        default:
            return undefined;
    }
}

async function refusalOf(response: Response): Promise<string> {
    const body = parseJson(await response.text());
    if (!isRecord(body)) return `HTTP ${response.status}`;
    const problems = Array.isArray(body['problems']) ? body['problems'].filter(isRecord) : [];
    const texts = problems.map(({text}) => (typeof text === 'string' ? text : ''));
    if (texts.length > 0) return texts.join('\n');
    const error = body['error'];
    return isRecord(error) && typeof error['message'] === 'string'
        ? error['message']
        : `HTTP ${response.status}`;
}
