/** How one family of models marks its thinking in the text of its answer. */
export interface Spelling {
    /** Stand before the thinking, at the very beginning of an answer; lower case. */
    readonly opens: readonly string[];
    /** Ends the thinking. */
    readonly closes: RegExp;
    /** No end is longer than this, characters. */
    readonly closeLength: number;
    /** Its first character. */
    readonly closeBegins: string;
}

/** What some models put around the answer behind their thinking. */
export interface Wrapper {
    /** Lower case. */
    readonly open: string;
    /** Stand at the very end of the answer; lower case. */
    readonly closes: readonly string[];
    /** Counts at the beginning of an answer without thinking as well: no prose begins like this. */
    readonly alone: boolean;
}

/** Tags in the form of XML: DeepSeek, Qwen, GLM, Granite, EXAONE, Hunyuan, fine-tunes of many others. */
const TAGS = [
    'think',
    'thinking',
    'thought',
    'thoughts',
    'reasoning',
    'reflection',
    // Seed-OSS, LongCat, and Claude in its own tags
    'seed:think',
    'longcat_think',
    'antthinking',
] as const;

function spelling(opens: readonly string[], close: string): Spelling {
    const closes = new RegExp(escaped(close), 'i');
    return {opens, closes, closeLength: close.length, closeBegins: close.charAt(0)};
}

function escaped(text: string): string {
    return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** The message of gpt-oss goes on by itself in the next channel where its end is not written. */
const HARMONY_CLOSES = /<\|end\|>|(?=<\|start\|>assistant|<\|channel\|>final)/i;
const HARMONY_HEADS = ['', '<|start|>assistant'] as const;

/** How models that are in use write their thinking, where the service leaves it in the text. */
export const SPELLINGS: readonly Spelling[] = [
    ...TAGS.map((tag) => spelling([`<${tag}>`], `</${tag}>`)),
    // Magistral and other models of Mistral
    spelling(['[think]'], '[/THINK]'),
    // gpt-oss (Harmony)
    {
        opens: HARMONY_HEADS.flatMap((head) =>
            ['analysis', 'commentary'].map((channel) => `${head}<|channel|>${channel}<|message|>`),
        ),
        closes: HARMONY_CLOSES,
        closeLength: '<|start|>assistant'.length,
        closeBegins: '<',
    },
    // Gemma 4
    spelling(['<|channel>thought'], '<channel|>'),
    // Kimi
    spelling(['◁think▷'], '◁/think▷'),
    // Command A Reasoning, Command R7B
    spelling(['<|start_thinking|>'], '<|END_THINKING|>'),
    // Apertus
    spelling(['<|inner_prefix|>'], '<|inner_suffix|>'),
    // Sky-T1, OpenThinker
    spelling(['<|begin_of_thought|>'], '<|end_of_thought|>'),
];

/** What may stand around the answer itself. */
export const WRAPPERS: readonly Wrapper[] = [
    ...HARMONY_HEADS.map((head) => ({
        open: `${head}<|channel|>final<|message|>`,
        closes: ['<|return|>', '<|end|>'],
        alone: true,
    })),
    {open: '<|start_response|>', closes: ['<|end_response|>'], alone: true},
    {open: '<|begin_of_solution|>', closes: ['<|end_of_solution|>'], alone: true},
    // Hunyuan, Granite, and the tags of Reflection
    {open: '<answer>', closes: ['</answer>'], alone: false},
    {open: '<response>', closes: ['</response>'], alone: false},
    {open: '<output>', closes: ['</output>'], alone: false},
];

/** Pairs of which the end is called like nothing else. */
const PAIRS: readonly (readonly [open: string, close: string])[] = [
    ...TAGS.map((tag) => [`<${tag}>`, `</${tag}>`] as const),
    ['[THINK]', '[/THINK]'],
    ['◁think▷', '◁/think▷'],
    ['<|START_THINKING|>', '<|END_THINKING|>'],
    ['<|inner_prefix|>', '<|inner_suffix|>'],
    ['<|begin_of_thought|>', '<|end_of_thought|>'],
];

/**
 * Ends of thinking that may come without their beginning, which the service has put into the prompt or
 * taken away; lower case.
 */
export const LONE_CLOSES: readonly string[] = PAIRS.map(([, close]) => close.toLowerCase());

/** Any of them. */
export const LONE_CLOSE = new RegExp(LONE_CLOSES.map(escaped).join('|'), 'i');

/** Any opening half: text that has one speaks about tags, so that an end in it is no lone one. */
export const OPENING = new RegExp(PAIRS.map(([open]) => escaped(open)).join('|'), 'i');
