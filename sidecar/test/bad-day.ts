import {ABOUT_TAGS, GOOD, WORDS} from './bad-day-behaviours.ts';
import type {BehaviourName} from './bad-day-model.ts';

/** One message of a day's talk, and what the person who wrote it reads. */
export interface Hour {
    readonly asks: BehaviourName;
    readonly state: 'done' | 'failed';
    /** The whole answer. */
    readonly reads: RegExp | string;
    /** The button below the answer, if there is one. */
    readonly offers?: 'Try again' | 'Continue';
}

const good = (asks: BehaviourName): Hour => ({asks, state: 'done', reads: GOOD});

/** A sentence with a reference, below the words that had come; nothing else. */
function fails(
    asks: BehaviourName,
    sentence: string,
    {words = '', again = true}: {words?: string; again?: boolean} = {},
): Hour {
    const literal = sentence.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    const above = words === '' ? '' : `${words}\\n\\n`;
    return {
        asks,
        state: 'failed',
        reads: new RegExp(`^${above}> ⚠️ ${literal} \\(reference \`[0-9a-f]{8}\`\\)$`),
        ...(again ? {offers: 'Try again'} : {}),
    };
}

const refused = (asks: BehaviourName, status = 400, words = WORDS): Hour =>
    fails(asks, `The model service refused this request (${status}): ${words}`, {again: false});

/** A mark below the words that had come. */
const cut = (asks: BehaviourName, words: string, offers: 'Try again' | 'Continue'): Hour => ({
    asks,
    state: 'done',
    reads: new RegExp(`^${words}\\n\\n> ✂️ [A-Z][^\\n]+\\.$`),
    offers,
});

const BROKE_OFF = 'The answer of the model broke off, or could not be read.';
const NO_LINE = 'The connection to the model service could not be made, or broke off.';
const HALF = {words: 'The tide turns'};

/** A day's talk in four parts: each fault of the model once. */
export const DAY: Readonly<Record<string, readonly Hour[]>> = {
    'thinks aloud': [
        good('think-tags'),
        good('think-lone-close'),
        good('thinking-tags'),
        good('think-brackets'),
        good('reasoning-tags'),
        good('think-channels'),
        good('think-field'),
        good('think-other-field'),
        good('think-twice'),
        good('think-unclosed'),
        {asks: 'think-about-tags', state: 'done', reads: ABOUT_TAGS},
        fails('think-only', 'The model thought about it, but sent no answer.'),
        fails('think-only-field', 'The model thought about it, but sent no answer.'),
        fails(
            'think-too-long',
            'The model used up its output on thinking before it said anything. An admin can allow it more (`maxOutputTokens`).',
        ),
    ],
    'refuses in every shape': [
        refused('error-openai'),
        refused('error-lm-studio'),
        refused('error-vllm'),
        refused('error-detail'),
        refused('error-detail-list', 422, `messages: ${WORDS}`),
        refused('error-text'),
        fails(
            'error-key',
            'The model service did not accept the key of this agent. An admin has to check its settings.',
            {again: false},
        ),
    ],
    'is busy or far away': [
        // These are asked again within the turn.
        good('error-page'),
        good('error-busy'),
        good('error-too-many'),
        fails(
            'error-all-day',
            'The model service has trouble right now. Please try again in a moment.',
        ),
        good('slow-start'),
        good('slow-words'),
        fails('reset-at-once', NO_LINE),
    ],
    'ends in the middle': [
        fails('reset-half-way', NO_LINE, HALF),
        fails('end-half-way', BROKE_OFF, HALF),
        fails(
            'error-in-stream',
            'The model service has trouble right now. Please try again in a moment.',
            HALF,
        ),
        fails('error-string-in-stream', BROKE_OFF, HALF),
        fails('empty-answer', 'The model sent an empty answer.'),
        fails('blank-answer', 'The model sent an empty answer.'),
        cut('cut-by-length', 'The tide turns at six, and then', 'Continue'),
        cut('cut-by-filter', 'The tide turns at six, and then', 'Try again'),
        cut('garbage-in-stream', 'The tide turns at six\\.', 'Try again'),
    ],
};

/** What another try gives: the service that is down all day stays so. */
export function afterAgain({asks}: Hour): 'good' | 'the same' {
    return asks === 'error-all-day' || asks.startsWith('cut-') || asks === 'garbage-in-stream'
        ? 'the same'
        : 'good';
}

/** Tags of thinking and JSON, which no person reads except where an answer speaks about them. */
const RAW = /<\/?(?:think|thinking|reasoning)\b|\[\/?THINK\]|<\||\{\s*"|"(?:error|detail|message)"/;

/** What is in a post that must not be there; undefined where all is well. */
export function rawIn(text: string): string | undefined {
    return text === '' || ABOUT_TAGS.startsWith(text.trimEnd()) ? undefined : RAW.exec(text)?.[0];
}

/**
 * The different words of a text in their order, each once: what is repeated at the beginning of a further part
 * (a table's header, the language of a fence) does not count, and pictures are links.
 */
export function wordsOf(text = ''): readonly string[] {
    return [...new Set(text.match(/[\p{L}\p{N}_]+/gu))];
}
