import type {AgentEvent} from '../agent/agent.ts';
import {closingLine, linesOf, afterLine, OUTSIDE, withoutLineEnd} from './fences.ts';
import type {AnswerTarget} from './delivery.ts';
import {codePoints} from './code-points.ts';
import {NO_LATEX} from './formula-lines.ts';
import {createSplitter, LEAST_LIMIT, type Part, type Splitter} from './markdown-splitter.ts';
import {createLinkGuard, withGuardedLinks} from './links.ts';
import {withoutNotices} from './notice.ts';
import {withoutPings} from './pings.ts';
import {createReasoningFilter} from './reasoning-filter.ts';
import {createTextTransform} from './text-transform.ts';
import {createToolLines, plainLine} from './tool-lines.ts';

/** Tool lines under a text that grows; more would push the text away. */
const LINES_UNDER_TEXT = 3;

/** Turns agent events into what the posts of an answer should hold at any time; no I/O, no clock. */
export interface Composer {
    /** Takes an event in; `file` and `usage` are nothing that is read. */
    add(event: AgentEvent): void;
    /** Rises with each event that may have changed what is shown. */
    readonly version: number;
    /** Code points of the agent's visible text so far. */
    readonly length: number;
    /** Anything to show, text or a tool line. */
    readonly visible: boolean;
    /** Posts that are full and will not change any more. */
    readonly sealed: number;
    /** The posts as they should stand now, full ones first; [] when there is nothing to show. */
    preview(): string[];
    /**
     * The posts as they should stand at the end, after `paragraphs` (an error's sentence, notes on
     * files) that are no words of the agent. Posts of nothing but blanks are left out.
     */
    finish(paragraphs: readonly string[]): string[];
    /** The agent's visible text, without prefix and added paragraphs. */
    readonly text: string;
}

type ComposerTarget = Pick<AnswerTarget, 'agent' | 'settings'>;

/** `[{agent}]` becomes `[main]`; placeholders that are unknown stay as they are. */
function prefixOf({agent, settings}: ComposerTarget): string {
    const template = settings.responsePrefix ?? '';
    if (template === '') return '';
    const text = template.replace(/\{(agent|identity\.name)\}/g, () => agent);
    return /\s$/.test(text) ? text : `${text} `;
}

function questionText(question: string, options: readonly string[]): string {
    const lines = options.map((option, index) => {
        const line = option.replace(/\s+/g, ' ').trim();
        return `${index + 1}. ${line}`;
    });
    return lines.length === 0 ? question : `${question}\n\n${lines.join('\n')}`;
}

function limitOf(textChunkLimit: number): number {
    return Math.max(textChunkLimit, LEAST_LIMIT);
}

/** Up to the end of the last paragraph that is finished; a fence counts when it is closed. */
export function finishedParagraphs(text: string): string {
    let state = OUTSIDE;
    let at = 0;
    let end = 0;
    for (const line of linesOf(text)) {
        const wasFence = state.fence !== undefined;
        state = afterLine(state, line);
        const blank = withoutLineEnd(line).trim() === '';
        if (blank && state.fence === undefined) end = at;
        at += line.length;
        if (wasFence && state.fence === undefined) end = at;
    }
    return text.slice(0, end);
}

/** The server would take it, but a post of nothing but blanks shows nothing. */
const readable = (message: string): boolean => message.trim() !== '';

function blankLineAfter(text: string): string {
    if (text === '' || /\n[ \t]*\r?\n[ \t]*$/.test(text)) return '';
    return text.endsWith('\n') ? '\n' : '\n\n';
}

/** The composer of one answer; formulas take Mattermost's form where `latex` says so. */
export function createComposer(target: ComposerTarget, latex = NO_LATEX): Composer {
    const {streaming, markdown, links, textChunkLimit} = target.settings;
    const limit = limitOf(textChunkLimit);
    let filter = createReasoningFilter();
    const guard = createLinkGuard(links);
    const rules = {tables: markdown.tables, limit, guard, latex};
    let transform = createTextTransform(rules);
    let splitter = createSplitter(limit);
    const tools = createToolLines();
    let sealed: Part[] = [];
    const prefix = prefixOf(target);
    let text = '';
    let length = 0;
    let version = 0;
    /** A question came before: what follows is a paragraph of its own. */
    let apart = false;
    let working = false;

    const feed = (piece: string): void => void sealed.push(...splitter.push(transform.push(piece)));
    const show = (piece: string): void => {
        if (piece === '') return;
        if (text === '') feed(prefix);
        const between = apart ? blankLineAfter(text) : '';
        apart = false;
        const whole = between + piece;
        text += whole;
        length += codePoints(whole);
        feed(whole);
        tools.textCame();
    };
    /** As if nothing had been written. */
    const reset = (): void => {
        filter = createReasoningFilter();
        transform = createTextTransform(rules);
        splitter = createSplitter(limit);
        sealed = [];
        text = '';
        length = 0;
        apart = false;
    };
    const ask = (question: string): void => {
        show(filter.finish(true));
        apart = true;
        show(question);
        apart = true;
    };

    const add = (event: AgentEvent): void => {
        switch (event.kind) {
            case 'text':
                show(filter.push(event.text));
                break;
            case 'text-reset':
                reset();
                break;
            case 'reasoning':
                working = true;
                break;
            case 'tool-start':
                tools.start(event.id, event.name, event.summary);
                break;
            case 'tool-end':
                tools.end(event.id, event.ok);
                break;
            case 'ask':
                ask(questionText(event.question, event.options ?? []));
                break;
            case 'file':
            case 'usage':
            case 'done':
            case 'failed':
                return;
        }
        working = true;
        version++;
    };

    const toolLines = (): string[] => {
        if (streaming.mode === 'off') return [];
        const {maxLines, maxLineChars} = streaming.progress;
        if (streaming.mode === 'progress') return tools.lines('all', maxLines, maxLineChars);
        if (!streaming.preview.toolProgress) return [];
        return tools.lines('current', Math.min(LINES_UNDER_TEXT, maxLines), maxLineChars);
    };
    const progress = (): string[] => {
        const {label} = streaming.progress;
        const head = label === false || label === '' || !working ? [] : [`_${plainLine(label)} …_`];
        const message = [...head, ...toolLines()].join('\n');
        return message === '' ? [] : [message];
    };
    const openPost = (): string => {
        const open = splitter.open(transform.open());
        const unclosed = open.text.slice(0, open.text.length - open.tail.length);
        const done = streaming.mode === 'block' ? finishedParagraphs(unclosed) : open.text;
        const lines = toolLines().join('\n');
        if (lines === '') return done.trim() === '' ? '' : done;
        const whole = done.trim() === '' ? lines : done + blankLineAfter(done) + lines;
        return codePoints(whole) <= limit ? whole : done;
    };

    return {
        add,
        get version() {
            return version;
        },
        get length() {
            return length;
        },
        get visible() {
            return (
                length > 0 || toolLines().length > 0 || (streaming.mode === 'progress' && working)
            );
        },
        get sealed() {
            return sealed.length;
        },
        get text() {
            return text;
        },
        preview() {
            if (streaming.mode === 'off') return [];
            if (streaming.mode === 'progress') return progress();
            return [...sealed.map((part) => part.text), openPost()].filter(readable);
        },
        finish(paragraphs) {
            show(filter.finish(paragraphs.length > 0));
            // Nothing but blanks is nothing that a notice could stand below.
            if (text.trim() === '' && paragraphs.length > 0) reset();
            sealed.push(...splitter.push(transform.finish()));
            const posted = text === '' ? '' : prefix + text;
            const added = paragraphs.map((one) => withGuardedLinks(one, guard));
            sealed.push(...addParagraphs(splitter, posted, added), ...splitter.close());
            return sealed.map((part) => part.text).filter(readable);
        },
    };
}

/** Each paragraph after a blank line, outside the fence that the text may have left open. */
function addParagraphs(splitter: Splitter, posted: string, paragraphs: readonly string[]): Part[] {
    const parts: Part[] = [];
    let before = posted;
    for (const paragraph of paragraphs) {
        const {fence} = splitter.state();
        const lineEnd = before.endsWith('\n') ? '' : '\n';
        const closing = fence === undefined ? '' : `${lineEnd}${closingLine(fence)}\n`;
        const added = closing + blankLineAfter(before + closing) + withoutPings(paragraph);
        parts.push(...splitter.push(added));
        before += added;
    }
    return parts;
}

/** Status lines and the label of a progress draft, at the end of a draft. */
const STATUS_LINES = /(?:^|\n)(?:\s*\n)?(?:_(?:[⚙✓✗] [^\n]*|[^\n]* …)_(?:\n|$))+$/u;

/**
 * What the posts of an earlier run finally hold when this run has nothing to add but `paragraphs`:
 * their texts without status lines and notices, then the paragraphs.
 */
export function keptPosts(
    messages: readonly string[],
    paragraphs: readonly string[],
    {textChunkLimit, links}: Pick<ComposerTarget['settings'], 'textChunkLimit' | 'links'>,
): string[] {
    const guard = createLinkGuard(links);
    const added = paragraphs.map((one) => withGuardedLinks(one, guard));
    const full = messages.slice(0, -1);
    const last = withoutNotices((messages.at(-1) ?? '').replace(STATUS_LINES, ''));
    const splitter = createSplitter(limitOf(textChunkLimit));
    const parts = [
        ...splitter.push(last),
        ...addParagraphs(splitter, last, added),
        ...splitter.close(),
    ];
    return [...full, ...parts.map((part) => part.text)].filter(readable);
}
