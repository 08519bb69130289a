import {APICallError} from '@ai-sdk/provider';
import type {Log} from '../contract/log.ts';
import type {ModelSettings} from './agent-settings.ts';
import {isContextTooLong} from './context-too-long.ts';
import {TriesSpentError} from './model-retry.ts';
import {wordsOfAnswer, type ServiceWords} from './service-words.ts';

type Body = Readonly<Record<string, unknown>>;

/** What one agent knows of fields that its service refuses. Nothing of it outlives the agent. */
export interface RefusedFields {
    /** A `fetch` whose requests are without them. */
    readonly fetch: typeof globalThis.fetch;
    /** Whether the service refused a field of the request, so that asking without it is worth a try. */
    learn(error: unknown): boolean;
    /** The service took the last request: what was only guessed is known from now on. */
    taken(): void;
    /** The service refused for good. Names the setting that it was about, if it was one. */
    refused(error: unknown): string | undefined;
    /** A sentence for admins on each setting that has no effect, or is refused. */
    troubles(): readonly string[];
}

/** Without these there is no question. */
const NEEDED: ReadonlySet<string> = new Set(['model', 'messages', 'system', 'stream']);

/** Under which setting a field is known to who wrote the settings. */
const SETTINGS: Readonly<Record<string, string>> = {
    max_tokens: 'maxOutputTokens',
    max_completion_tokens: 'maxOutputTokens',
    temperature: 'temperature',
    thinking: 'thinking',
};

/** Most fields first that services refuse without naming them. */
const GUESSES = ['stream_options', 'temperature', 'max_completion_tokens', 'max_tokens'] as const;

/** A refusal of a field that names none. */
const UNNAMED =
    /\bextra (?:inputs|fields|parameters?)\b|\bextra_forbidden\b|\bun(?:known|recognized|supported|expected) (?:field|parameter|argument|property|key|request argument)\b|\badditional properties\b/i;

/** Makes the memory of one agent. `fetch` is what requests really go through. */
export function createRefusedFields(
    kind: ModelSettings['kind'],
    fetch: typeof globalThis.fetch,
    log: Log,
): RefusedFields {
    /** What becomes of a field: its other name, or nothing. */
    const known = new Map<string, string | undefined>();
    const guessed = new Set<string>();
    let complaint: string | undefined;

    const apply = (body: Body): Body => {
        let next = body;
        // A new name may be refused as well.
        for (const field of [...known.keys(), ...guessed]) {
            if (!(field in next)) continue;
            const {[field]: value, ...others} = next;
            const name = known.get(field);
            next = name === undefined ? others : {...others, [name]: value};
        }
        return next;
    };
    const droppable = (body: Body): string[] =>
        Object.keys(body).filter(
            (field) => !NEEDED.has(field) && !(kind === 'anthropic' && field === 'max_tokens'),
        );
    const note = (field: string): void => {
        const name = field === 'max_tokens' ? 'max_completion_tokens' : undefined;
        known.set(field, name);
        log.warn('the model service refuses a field; it is asked without it from now on', {
            field,
            instead: name,
            setting: SETTINGS[field],
        });
    };

    return {
        fetch: (input, init) => {
            if (typeof init?.body !== 'string' || known.size + guessed.size === 0) {
                return fetch(input, init);
            }
            const body = bodyOf(init.body);
            return fetch(
                input,
                body === undefined ? init : {...init, body: JSON.stringify(apply(body))},
            );
        },
        learn(error) {
            const refusal = refusalOf(error);
            if (refusal === undefined) return false;
            const sent = droppable(apply(refusal.body));
            const named = namedOf(sent, refusal.words);
            if (named !== undefined) {
                note(named);
                return true;
            }
            // It is about something that the question cannot do without.
            if (refusal.words.fields.length > 0) return false;
            if (!UNNAMED.test([refusal.words.text, ...refusal.words.names].join(' '))) return false;
            const guess = GUESSES.find((field) => sent.includes(field));
            if (guess !== undefined) guessed.add(guess);
            return guess !== undefined;
        },
        taken() {
            complaint = undefined;
            for (const field of guessed) note(field);
            guessed.clear();
        },
        refused(error) {
            guessed.clear();
            const refusal = refusalOf(error);
            if (refusal === undefined) return undefined;
            const field = namedOf(Object.keys(apply(refusal.body)), refusal.words);
            const setting = field === undefined ? undefined : SETTINGS[field];
            complaint =
                setting === undefined
                    ? undefined
                    : `the model service refuses the setting ${setting}`;
            return setting;
        },
        troubles() {
            const dropped = [...known]
                .filter(([, name]) => name === undefined)
                .flatMap(([field]) => SETTINGS[field] ?? [])
                .map((setting) => `the model service refuses ${setting}; it is asked without it`);
            return complaint === undefined ? dropped : [...dropped, complaint];
        },
    };
}

interface Refusal {
    readonly body: Body;
    readonly words: ServiceWords;
}

/** A refusal of the request as such; undefined for anything else. */
function refusalOf(error: unknown): Refusal | undefined {
    if (error instanceof TriesSpentError) return refusalOf(error.cause);
    if (!APICallError.isInstance(error)) return undefined;
    const {statusCode} = error;
    if (statusCode !== 400 && statusCode !== 422) return undefined;
    const words = wordsOfAnswer(error);
    if (isContextTooLong({...words, statusCode})) return undefined;
    const body = recordOf(error.requestBodyValues);
    return body === undefined ? undefined : {body, words};
}

/** The field that a refusal is about: named as such, else the first one that its words call by name. */
function namedOf(fields: readonly string[], words: ServiceWords): string | undefined {
    const named = fields.find((field) =>
        words.fields.some((one) => one === field || one.startsWith(`${field}.`)),
    );
    if (named !== undefined || words.fields.length > 0) return named;
    let first: {readonly field: string; readonly at: number} | undefined;
    for (const field of fields) {
        const at = words.text.search(new RegExp(`(?<![\\w-])${field}(?![\\w-])`));
        if (at < 0 || NEEDED.has(field) || (first !== undefined && first.at <= at)) continue;
        first = {field, at};
    }
    return first?.field;
}

function bodyOf(text: string): Body | undefined {
    return recordOf(JSON.parse(text));
}

function recordOf(value: unknown): Body | undefined {
    return typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value))
        : undefined;
}
