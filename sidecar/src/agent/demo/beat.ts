import type {AgentEvent, AgentTurn} from '../agent.ts';

/**
 * One step of a demo answer. An answer is a list of beats: plain values that depend on nothing but the
 * turn, so that what is said can be tested without a clock and how fast it is said without words.
 */
export type Beat =
    /** Text, said a few words at a time [1]. */
    | {readonly kind: 'say'; readonly text: string; readonly wordsPerChunk?: number}
    /** Reasoning, word by word. */
    | {readonly kind: 'think'; readonly text: string}
    | {readonly kind: 'event'; readonly event: AgentEvent}
    /** Waits as long as that many words take, so that a faster pace shortens it too. */
    | {readonly kind: 'pause'; readonly words: number}
    /** Waits in real time, whatever the pace. */
    | {readonly kind: 'wait'; readonly ms: number};

/** One number of the guided tour. */
export type Act = (turn: AgentTurn) => Iterable<Beat>;

/** Text for the reader. */
export function say(text: string, wordsPerChunk = 1): Beat {
    return {kind: 'say', text, wordsPerChunk};
}

/** What the person wrote last, without what stands around it; '' when there is nothing. */
export function question(turn: AgentTurn): string {
    return ownWords(turn.messages.at(-1)?.text ?? '').text;
}

/**
 * The words of a message without the quoted context before them, and who said them. Where several
 * people talk, a message begins with its author's name: `@alice: hello`.
 */
export function ownWords(message: string): {readonly author?: string; readonly text: string} {
    const words = message
        .replace(/^(?:\s*<context\b[^>]*>[\s\S]*?<\/context>)+/i, '')
        // Gangway's words for files that came along.
        .replace(/^\[(?:Attached|An attached) file .*\]$/gm, '')
        .trim();
    const author = /^@([\w.-]+): /.exec(words)?.[1];
    return author === undefined
        ? {text: words}
        : {author, text: words.replaceAll(`@${author}: `, '').trim()};
}

/** Somebody's words as a Markdown quote, shortened to `limit` characters [300]. */
export function quote(text: string, limit = 300): string {
    const whole = Array.from(new Intl.Segmenter().segment(text.trim()), ({segment}) => segment);
    const start = whole.slice(0, limit).join('');
    const shown = whole.length > limit ? `${start.trimEnd()} …` : start;
    return shown
        .split(/\r\n|\r|\n/)
        .map((line) => `> ${line}`.trimEnd())
        .join('\n');
}
