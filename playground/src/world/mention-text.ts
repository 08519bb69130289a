/**
 * The parts of a message in which mentions count: not in code, not in addresses. It follows the
 * server's small Markdown reader, which knows blocks, code spans, links and bare addresses, and
 * takes emphasis for plain text.
 */
export function mentionTexts(message: string): string[] {
    return paragraphs(message).flatMap(inlineTexts);
}

const fenceOpening = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})/;
const quoteMark = /^ {0,3}> ?/;
const listMark = /^( {0,3})(?:[-*+]|\d{1,9}[.)])( {1,4}|$)/;

function paragraphs(message: string): string[] {
    const found: string[] = [];
    let open: string[] = [];
    let fence: string | undefined;
    const close = (): void => {
        if (open.length > 0) {
            found.push(open.join('\n'));
            open = [];
        }
    };
    for (const raw of message.split(/\r\n|\n|\r/)) {
        const line = withoutContainers(raw, open.length > 0);
        if (fence !== undefined) {
            fence = closesFence(line, fence) ? undefined : fence;
            continue;
        }
        const opening = fenceOpening.exec(line)?.[1];
        if (opening !== undefined) {
            close();
            fence = opening;
        } else if (line.trim() === '') {
            close();
        } else if (open.length > 0 || !/^(?: {4}|\t)/.test(line)) {
            open.push(line.trimStart());
        }
    }
    close();
    return found;
}

function withoutContainers(raw: string, inParagraph: boolean): string {
    let line = raw;
    for (;;) {
        const mark = quoteMark.exec(line) ?? (inParagraph ? null : listMark.exec(line));
        if (mark === null) {
            return line;
        }
        line = line.slice(mark[0].length);
    }
}

function closesFence(line: string, fence: string): boolean {
    const mark = /^ {0,3}(`+|~+)\s*$/.exec(line)?.[1];
    return mark !== undefined && mark[0] === fence[0] && mark.length >= fence.length;
}

const bareAddress = /^(?:https?:\/\/|ftp:\/\/|www\.)[^\s<]+/i;

/** Text of one paragraph, cut where code, links and addresses interrupt it. */
function inlineTexts(paragraph: string): string[] {
    const texts: string[] = [];
    let buffer = '';
    const cut = (): void => {
        if (buffer !== '') {
            texts.push(buffer);
            buffer = '';
        }
    };
    let at = 0;
    while (at < paragraph.length) {
        const rest = paragraph.slice(at);
        const skip = skippable(rest, at === 0 ? '' : paragraph.charAt(at - 1));
        if (skip === undefined) {
            const escaped = rest.startsWith('\\') && /^\\[!-/:-@[-`{-~]/.test(rest);
            buffer += paragraph.charAt(escaped ? at + 1 : at);
            at += escaped ? 2 : 1;
            continue;
        }
        cut();
        texts.push(...(skip.inside === undefined ? [] : inlineTexts(skip.inside)));
        at += skip.length;
    }
    cut();
    return texts;
}

function skippable(rest: string, before: string): {length: number; inside?: string} | undefined {
    const first = rest.charAt(0);
    if (first === '`') {
        const run = /^`+/.exec(rest)?.[0] ?? '`';
        const end = new RegExp(`(?<!\`)\`{${run.length}}(?!\`)`, 'g');
        end.lastIndex = run.length;
        const closing = end.exec(rest);
        return closing === null ? undefined : {length: closing.index + run.length};
    }
    if (first === '[' || (first === '!' && rest.startsWith('!['))) {
        const link =
            /^!?\[((?:[^[\]\\]|\\.)*)\]\(\s*(?:<[^>\n]*>|[^\s()]*(?:\([^\s()]*\)[^\s()]*)*)(?:\s+(?:"[^"]*"|'[^']*'))?[^()\n]*\)/.exec(
                rest,
            );
        return link === null ? undefined : {length: link[0].length, inside: link[1] ?? ''};
    }
    if (/[hfw]/i.test(first) && !/\w/.test(before)) {
        const address = bareAddress.exec(rest);
        return address === null ? undefined : {length: address[0].length};
    }
    return first === '\n' ? {length: 1} : undefined;
}
