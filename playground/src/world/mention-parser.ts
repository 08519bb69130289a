/** Finds the users whom a keyword calls: `@name`, `@all`, or a word of their own. */
export type KeywordLookup = (keyword: string) => readonly string[] | undefined;

/** What a text mentions. */
export interface Mentions {
    readonly userIds: Set<string>;
    /** `@names` that called nobody in the channel. */
    readonly others: string[];
}

const wordBreak = /[^:.\-_@\p{L}\p{N}]+/u;
const channelWords = new Set(['@here', '@channel', '@all']);

/** Adds to `mentions` whom a text calls, by the rules of the server's standard parser. */
export function parseMentions(text: string, lookup: KeywordLookup, mentions: Mentions): void {
    for (const word of text.split(wordBreak)) {
        if (word !== '' && !(word.startsWith(':') && word.endsWith(':'))) {
            parseWord(word.replace(/^[:.\-_]+/, ''), lookup, mentions);
        }
    }
}

function parseWord(word: string, lookup: KeywordLookup, mentions: Mentions): void {
    if (word === '' || addMatches(word, lookup, mentions)) {
        return;
    }
    let shorter = word;
    while (/[.\-:_]$/.test(shorter)) {
        shorter = shorter.slice(0, -1);
        if (addMatches(shorter, lookup, mentions)) {
            return;
        }
    }
    if (word.startsWith('@')) {
        if (!channelWords.has(word)) {
            mentions.others.push(word.replace(/[.\-:]$/, '').slice(1));
        }
        return;
    }
    if (/[.\-:]/.test(word)) {
        for (const part of word.split(/[.\-:]+/).filter((piece) => piece !== '')) {
            if (!addMatches(part, lookup, mentions) && part.startsWith('@')) {
                mentions.others.push(part.slice(1));
            }
        }
    }
}

function addMatches(word: string, lookup: KeywordLookup, mentions: Mentions): boolean {
    const ids = lookup(word.toLowerCase()) ?? lookup(word);
    for (const id of ids ?? []) {
        mentions.userIds.add(id);
    }
    return ids !== undefined;
}
