import {withoutPings} from './pings.ts';

/** What tools are doing, as short lines for people (DEL-07). */
export interface ToolLines {
    start(id: string, name: string, summary: string | undefined): void;
    end(id: string, ok: boolean): void;
    /** Text followed: what has ended before it is of no interest any more. */
    textCame(): void;
    /** The newest `maxLines` lines, Markdown, each at most `maxLineChars` code points; [] for none. */
    lines(which: 'current' | 'all', maxLines: number, maxLineChars: number): string[];
}

interface Line {
    readonly id: string;
    readonly text: string;
    readonly state: 'running' | 'ok' | 'failed';
    /** Ended before the newest text. */
    readonly past: boolean;
}

/** Beyond this, old lines are forgotten. */
const KEPT = 100;

const MARKS = {running: '⚙', ok: '✓', failed: '✗'} as const;

/** Text as one line that Markdown does not act on. */
export function plainLine(text: string): string {
    const line = text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
    return withoutPings(line.replace(/[\\`*_~[\]()#|<>!$]/g, '\\$&'));
}

/** The first `max` code points of a text, with an ellipsis where something was cut off. */
export function shortened(text: string, max: number): string {
    const chars = Array.from(text);
    return chars.length <= max ? text : `${chars.slice(0, Math.max(max - 1, 0)).join('')}…`;
}

function render(line: Line, maxChars: number): string {
    const text = plainLine(shortened(line.text, maxChars));
    return `_${MARKS[line.state]} ${text}${line.state === 'running' ? ' …' : ''}_`;
}

/** The tool lines of one answer. */
export function createToolLines(): ToolLines {
    let all: Line[] = [];
    return {
        start(id, name, summary) {
            const text = summary === undefined || summary === '' ? name : `${name}: ${summary}`;
            all = [...all.slice(1 - KEPT), {id, text, state: 'running', past: false}];
        },
        end(id, ok) {
            const state = ok ? 'ok' : 'failed';
            all = all.map((line) => (line.id === id ? {...line, state} : line));
        },
        textCame() {
            all = all.map((line) => (line.state === 'running' ? line : {...line, past: true}));
        },
        lines(which, maxLines, maxLineChars) {
            const shown = which === 'all' ? all : all.filter((line) => !line.past);
            if (maxLines < 1) return [];
            return shown.slice(-maxLines).map((line) => render(line, maxLineChars));
        },
    };
}
