/** What a piece of code can be told to be by looking at it only once. */
type Kind = 'comment' | 'string' | 'number' | 'keyword' | 'literal' | 'call';

interface Grammar {
    /** What begins a comment that ends with its line. */
    readonly line?: string;
    /** Whether slash-star comments exist. */
    readonly block?: boolean;
    readonly keywords: string;
    readonly ignoreCase?: boolean;
}

const scriptWords =
    'abstract as async await break case catch class const continue debugger default delete do else ' +
    'enum export extends finally for from function get if implements import in instanceof interface ' +
    'let namespace new of private protected public readonly return satisfies set static super switch ' +
    'this throw try type typeof var void while with yield';

const braces =
    'abstract auto bool boolean break byte case catch char chan class const continue crate def default ' +
    'defer delete do double else enum explicit extends extern final finally float fn for foreach func ' +
    'function go goto if impl implements import in inline int interface internal let long loop map match ' +
    'mod move mut namespace new operator override package private protected pub public range return ' +
    'select self short signed sizeof static string struct super switch template this throw throws trait ' +
    'try type typedef typename unsafe unsigned use using val var virtual void volatile where while yield';

const grammars: Readonly<Record<string, Grammar>> = {
    script: {line: '//', block: true, keywords: scriptWords},
    braces: {line: '//', block: true, keywords: braces},
    python: {
        line: '#',
        keywords:
            'and as assert async await break case class continue def del elif else except finally for ' +
            'from global if import in is lambda match nonlocal not or pass raise return try while with yield',
    },
    shell: {
        line: '#',
        keywords:
            'case cd do done echo elif else esac exit export fi for function if in local read return ' +
            'set shift source then trap unset until while npm npx node git curl make docker sudo',
    },
    data: {line: '#', keywords: ''},
    ruby: {
        line: '#',
        keywords:
            'begin break case class def do else elsif end ensure for if in module next not or redo ' +
            'require rescue retry return self super then undef unless until when while yield',
    },
    sql: {
        line: '--',
        block: true,
        ignoreCase: true,
        keywords:
            'add all alter and as asc begin between by case commit constraint create database default ' +
            'delete desc distinct drop else end exists foreign from full group having if in index inner ' +
            'insert into is join key left like limit not null offset on or order outer primary ' +
            'references returning right rollback select set table then union unique update using ' +
            'values view when where with',
    },
    style: {block: true, keywords: 'and import media not only root supports'},
};

const languages: Readonly<Record<string, string>> = {
    ...names('script', 'js jsx ts tsx mjs cjs javascript typescript json json5 jsonc'),
    ...names('braces', 'c cc cpp h hpp cs csharp go golang java kotlin kt php rust rs scala swift'),
    ...names('python', 'py python'),
    ...names('shell', 'sh bash zsh shell console dockerfile makefile make powershell ps1'),
    ...names('data', 'yaml yml toml ini conf properties env'),
    ...names('ruby', 'rb ruby'),
    ...names('sql', 'sql postgres postgresql mysql sqlite'),
    ...names('style', 'css scss less'),
};

/** How a language is called in front of a reader; the word of the fence where it has no other. */
const titles: Readonly<Record<string, string>> = {
    js: 'JavaScript',
    javascript: 'JavaScript',
    ts: 'TypeScript',
    typescript: 'TypeScript',
    tsx: 'TSX',
    jsx: 'JSX',
    json: 'JSON',
    json5: 'JSON5',
    py: 'Python',
    python: 'Python',
    sh: 'Shell',
    bash: 'Bash',
    shell: 'Shell',
    yaml: 'YAML',
    yml: 'YAML',
    toml: 'TOML',
    go: 'Go',
    golang: 'Go',
    rust: 'Rust',
    rs: 'Rust',
    sql: 'SQL',
    css: 'CSS',
    html: 'HTML',
    xml: 'XML',
    java: 'Java',
    c: 'C',
    cpp: 'C++',
    cs: 'C#',
    diff: 'Diff',
    md: 'Markdown',
    markdown: 'Markdown',
};

/** What stands above a code block. */
export function languageTitle(language: string): string {
    return titles[language.toLowerCase()] ?? language;
}

/** HTML of code with its parts marked; text of unknown languages is only escaped. */
export function highlight(code: string, language: string): string {
    const name = language.toLowerCase();
    if (name === 'diff' || name === 'patch') {
        return diff(code);
    }
    const grammar = grammars[languages[name] ?? ''];
    return grammar === undefined ? escapeHtml(code) : mark(code, grammar);
}

/** Text as HTML that shows it as it is. */
export function escapeHtml(text: string): string {
    return text
        .replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replaceAll('>', '&gt;')
        .replaceAll('"', '&quot;')
        .replaceAll("'", '&#39;');
}

function mark(code: string, grammar: Grammar): string {
    const keywords = new Set(grammar.keywords.split(' '));
    let html = '';
    let end = 0;
    for (const match of code.matchAll(pattern(grammar))) {
        const kind = kindOf(match, keywords, grammar, code);
        html += escapeHtml(code.slice(end, match.index));
        html += kind === undefined ? escapeHtml(match[0]) : span(kind, match[0]);
        end = match.index + match[0].length;
    }
    return html + escapeHtml(code.slice(end));
}

function pattern({line, block}: Grammar): RegExp {
    const comments = [
        ...(block === true ? ['/\\*[\\s\\S]*?(?:\\*/|$)'] : []),
        // A hash inside of a word is no comment: `$#`, `a#b`.
        ...(line === undefined ? [] : [line === '#' ? '(?<![\\w$])#[^\\n]*' : `${line}[^\\n]*`]),
    ];
    const comment = comments.length === 0 ? '(?!)' : comments.join('|');
    const text = '"(?:\\\\.|[^"\\\\\\n])*"?|\'(?:\\\\.|[^\'\\\\\\n])*\'?|`(?:\\\\.|[^`\\\\])*`?';
    const number = '\\b(?:0x[\\da-fA-F_]+|\\d[\\d_]*(?:\\.\\d+)?(?:e[+-]?\\d+)?)\\b';
    return new RegExp(`(${comment})|(${text})|(${number})|([A-Za-z_$][\\w$]*)`, 'g');
}

function kindOf(
    match: RegExpExecArray,
    keywords: ReadonlySet<string>,
    grammar: Grammar,
    code: string,
): Kind | undefined {
    const [whole, comment, text, number] = match;
    if (comment !== undefined) {
        return 'comment';
    }
    if (text !== undefined) {
        return 'string';
    }
    if (number !== undefined) {
        return 'number';
    }
    const word = grammar.ignoreCase === true ? whole.toLowerCase() : whole;
    if (/^(?:true|false|null|undefined|nil|None|True|False)$/.test(whole)) {
        return 'literal';
    }
    if (keywords.has(word)) {
        return 'keyword';
    }
    return code[match.index + whole.length] === '(' ? 'call' : undefined;
}

function diff(code: string): string {
    return code
        .split('\n')
        .map((line) => {
            const first = line[0];
            return first === '+' || first === '-'
                ? `<span class="pg-code-${first === '+' ? 'added' : 'removed'}">${escapeHtml(line)}</span>`
                : escapeHtml(line);
        })
        .join('\n');
}

function span(kind: Kind, text: string): string {
    return `<span class="pg-code-${kind}">${escapeHtml(text)}</span>`;
}

function names(grammar: string, list: string): Record<string, string> {
    return Object.fromEntries(list.split(' ').map((name) => [name, grammar]));
}
