import {Marked} from 'marked';
import type {Tokens, TokenizerAndRendererExtension} from 'marked';
import {emojiCharacter} from './emoji.ts';
import {escapeHtml, highlight, languageTitle} from './highlight.ts';
import {sanitize} from './sanitize.ts';

/** Whom a text can mention. */
export interface Names {
    /** Whether the name calls the reader, be it by name or as one of all. */
    isMe(name: string): boolean;
    isKnown(name: string): boolean;
}

/** Turns messages into HTML that is safe to show. */
export interface Renderer {
    /**
     * The text block by block (paragraphs, lists, fences …): while a text grows, all blocks but
     * the last stay the same, and so does what is drawn of them.
     */
    blocks(text: string): readonly string[];
    /** The whole text as one piece. */
    whole(text: string): string;
    /** The text as one line, without paragraphs. */
    line(text: string): string;
}

/** Rendered blocks that are kept; a long conversation on the screen has some hundreds. */
const cacheSize = 3_000;

/** Creates a renderer of the host's flavour: line breaks count, HTML is shown as text. */
export function createRenderer(names: Names): Renderer {
    const marked = new Marked({gfm: true, breaks: true});
    marked.use({
        extensions: [mentions(names), emojis],
        // Answering undefined means: this is no HTML, but text that looks like it.
        tokenizer: {html: () => undefined, tag: () => undefined},
        renderer: {code, codespan, image, link, table},
    });
    const cache = new Map<string, string>();

    const cached = (key: string, render: () => string): string => {
        const known = cache.get(key);
        if (known !== undefined) {
            return known;
        }
        const html = sanitize(render());
        if (cache.size >= cacheSize) {
            cache.clear();
        }
        cache.set(key, html);
        return html;
    };
    const blocks = (text: string): readonly string[] => {
        const tokens = marked.lexer(text);
        // A block that uses a link defined elsewhere is not told by its own text alone.
        const links = Object.keys(tokens.links).length > 0 ? JSON.stringify(tokens.links) : '';
        return tokens
            .filter((token) => token.type !== 'space' && token.type !== 'def')
            .map((token) => cached(`${token.raw} ${links}`, () => marked.parser([token])));
    };
    return {
        blocks,
        whole: (text) => blocks(text).join(''),
        line: (text) => cached(`\n${text}`, () => marked.parseInline(text, {async: false})),
    };
}

function mentions(names: Names): TokenizerAndRendererExtension {
    return {
        name: 'mention',
        level: 'inline',
        start: (text) => /(?<![\w@.])@[a-z0-9]/i.exec(text)?.index,
        tokenizer(text, before) {
            const found = /^@([a-z0-9][a-z0-9._-]*)/i.exec(text);
            const previous = before.at(-1)?.raw.at(-1) ?? ' ';
            if (found?.[1] === undefined || /\w/.test(previous)) {
                return undefined;
            }
            const name = knownName(found[1], names);
            return name === undefined
                ? undefined
                : ({type: 'mention', raw: `@${name}`, name} satisfies Tokens.Generic);
        },
        renderer(token) {
            const name = String(token['name']);
            const mine = names.isMe(name.toLowerCase()) ? ' mention--highlight' : '';
            return `<span class="mention-link${mine}" data-mention="${escapeHtml(name)}">@${escapeHtml(name)}</span>`;
        },
    };
}

/** The mentioned name; punctuation at its end may belong to the sentence. */
function knownName(typed: string, names: Names): string | undefined {
    for (let name = typed; name !== ''; name = name.slice(0, -1)) {
        if (names.isKnown(name.toLowerCase())) {
            return name;
        }
        if (!/[._-]$/.test(name)) {
            return undefined;
        }
    }
    return undefined;
}

const emojis: TokenizerAndRendererExtension = {
    name: 'emoji',
    level: 'inline',
    start: (text) => /:[a-z0-9_+-]+:/.exec(text)?.index,
    tokenizer(text) {
        const name = /^:([a-z0-9_+-]+):/.exec(text)?.[1];
        const character = name === undefined ? undefined : emojiCharacter(name);
        return name === undefined || character === undefined
            ? undefined
            : ({type: 'emoji', raw: `:${name}:`, name, character} satisfies Tokens.Generic);
    },
    renderer(token) {
        const {name, character} = token;
        return `<span class="emoticon" title=":${escapeHtml(String(name))}:">${String(character)}</span>`;
    },
};

function code({text, lang}: Tokens.Code): string {
    const language = (lang ?? '').trim().split(/\s+/)[0] ?? '';
    const title = escapeHtml(languageTitle(language));
    return (
        '<div class="post-code"><div class="post-code__bar">' +
        `<span class="post-code__language">${title}</span>` +
        '<button type="button" class="post-code__copy" data-copy="">Copy</button></div>' +
        `<pre tabindex="0"><code>${highlight(text.replace(/\n$/, ''), language)}</code></pre></div>`
    );
}

function codespan({text}: Tokens.Codespan): string {
    return `<code class="codespan">${escapeHtml(text)}</code>`;
}

function image({href, text, title}: Tokens.Image): string {
    const label = title === null || title === '' ? '' : ` title="${escapeHtml(title)}"`;
    return (
        `<img class="markdown-inline-img" src="${escapeHtml(href)}" alt="${escapeHtml(text)}"` +
        `${label} loading="lazy" referrerpolicy="no-referrer">`
    );
}

function link(
    this: {parser: {parseInline(tokens: Tokens.Link['tokens']): string}},
    token: Tokens.Link,
): string {
    return `<a class="markdown__link" href="${escapeHtml(token.href)}">${this.parser.parseInline(token.tokens)}</a>`;
}

type InlineParser = {parser: {parseInline(tokens: Tokens.TableCell['tokens']): string}};

function table(this: InlineParser, token: Tokens.Table): string {
    const cell = (tag: 'td' | 'th', {align, tokens}: Tokens.TableCell): string => {
        const side = align === null ? '' : ` align="${align}"`;
        return `<${tag}${side}>${this.parser.parseInline(tokens)}</${tag}>`;
    };
    const head = token.header.map((one) => cell('th', one)).join('');
    const rows = token.rows.map((row) => `<tr>${row.map((one) => cell('td', one)).join('')}</tr>`);
    return (
        '<div class="table-responsive" tabindex="0"><table class="markdown__table">' +
        `<thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`
    );
}
