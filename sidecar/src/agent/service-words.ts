/** What a model service says of an error, read out of whatever shape it has. */
export interface ServiceWords {
    /** One line for people, neither shortened nor redacted; '' for nothing. */
    readonly text: string;
    /** Names that the service gives the error (`code`, `type`, `error_type`, `status`), outermost first. */
    readonly names: readonly string[];
    /** Fields of the request that the error is about (`param`, the first part of `loc`). */
    readonly fields: readonly string[];
    /** Whether this looks like an error at all. */
    readonly found: boolean;
}

/** Errors within errors are read this deep. */
const DEEPEST = 6;
/** A list of errors is read up to this many. */
const MOST_ERRORS = 3;
/** No more of a text is looked at, characters: nobody reads on. */
const LONGEST_READ = 20_000;

const NOTHING: ServiceWords = {text: '', names: [], fields: [], found: false};

/** Keys under which services put the error, or what it says, best first. */
const KEYS = ['error', 'message', 'detail', 'errors', 'msg', 'error_description'] as const;
const NAMES = ['code', 'type', 'error_type', 'status'] as const;

/**
 * Reads the body of an error answer, or an error inside a stream. Known are the shapes of OpenAI
 * (`{"error": {"message"}}`), LM Studio (`{"error": "…"}`), vLLM (`{"object": "error", "message"}`), FastAPI
 * (`{"detail": "…"}`, `{"detail": [{loc, msg}]}`), Gemini (a list of errors), OpenRouter (the upstream's words in
 * `metadata.raw`), JSON inside a message, plain text and web pages. Nothing but the words is taken: other
 * fields may hold the request.
 */
export function serviceWords(body: unknown): ServiceWords {
    return read(body, 0);
}

/** The same of an error answer; where its body says nothing, `message` stands for it. */
export function wordsOfAnswer(answer: {
    readonly responseBody?: string | undefined;
    readonly message: string;
}): ServiceWords {
    const words = serviceWords(answer.responseBody);
    return words.text === '' ? {...words, text: answer.message} : words;
}

function read(value: unknown, depth: number): ServiceWords {
    if (depth > DEEPEST) return NOTHING;
    if (typeof value === 'string') return readText(value, depth);
    if (Array.isArray(value)) {
        return together(value.slice(0, MOST_ERRORS).map((item) => read(item, depth + 1)));
    }
    return typeof value === 'object' && value !== null ? readObject(value, depth) : NOTHING;
}

function readText(text: string, depth: number): ServiceWords {
    const trimmed = text.slice(0, LONGEST_READ).trim();
    if (trimmed === '') return NOTHING;
    // A gateway may have put the whole answer of the service behind words of its own.
    const at = trimmed.search(/[{[]\s*["{]/);
    const inner = at < 0 ? undefined : parsed(trimmed.slice(at));
    if (inner !== undefined) {
        const words = read(inner, depth + 1);
        if (at === 0) return words;
        const before = oneLine(trimmed.slice(0, at)).replace(/[\s:-]+$/, '');
        if (words.text !== '') {
            return {...words, text: [before, words.text].filter((part) => part !== '').join(': ')};
        }
    }
    return {...NOTHING, text: oneLine(withoutMarkup(trimmed))};
}

function readObject(value: object, depth: number): ServiceWords {
    const entries = new Map<string, unknown>(Object.entries(value));
    const key = KEYS.find((name) => isSomething(entries.get(name)));
    const names = NAMES.flatMap((name) => nameOf(entries.get(name)));
    const param = entries.get('param');
    const loc = entries.get('loc');
    const place = Array.isArray(loc) ? loc.map(String).filter((part) => part !== 'body') : [];
    const field = typeof param === 'string' ? param : place[0];
    const fields = field === undefined ? [] : [field];
    if (key === undefined) return {text: '', names, fields, found: false};
    const inner = read(entries.get(key), depth + 1);
    const upstream = key === 'message' ? read(rawOf(entries.get('metadata')), depth + 1) : NOTHING;
    const text = [place.join('.'), inner.text, upstream.text].filter((part) => part !== '');
    return {
        text: text.join(': '),
        names: [...names, ...inner.names, ...upstream.names],
        fields: [...fields, ...inner.fields, ...upstream.fields],
        found: true,
    };
}

function together(all: readonly ServiceWords[]): ServiceWords {
    return {
        text: all
            .map(({text}) => text)
            .filter((text) => text !== '')
            .join('; '),
        names: all.flatMap(({names}) => names),
        fields: all.flatMap(({fields}) => fields),
        found: all.some(({found}) => found),
    };
}

function isSomething(value: unknown): boolean {
    return (
        (typeof value === 'string' && value !== '') || (typeof value === 'object' && value !== null)
    );
}

function nameOf(value: unknown): string[] {
    return typeof value === 'string' || typeof value === 'number' ? [String(value)] : [];
}

function rawOf(metadata: unknown): unknown {
    return typeof metadata === 'object' && metadata !== null && 'raw' in metadata
        ? metadata.raw
        : undefined;
}

function parsed(text: string): unknown {
    try {
        const value: unknown = JSON.parse(text);
        return value;
    } catch {
        return undefined;
    }
}

/** A web page as one reads it; most are a proxy's own words, and short. */
function withoutMarkup(text: string): string {
    if (!/<(?:!doctype|html|head|body|h1|title)\b/i.test(text)) return text;
    return text
        .replace(/<(style|script|title)\b[^>]*>[\s\S]*?<\/\1\s*>/gi, ' ')
        .replace(/<[^>]*>/g, ' ');
}

function oneLine(text: string): string {
    return text.replace(/[\s\u0000-\u001f\u007f]+/g, ' ').trim();
}
