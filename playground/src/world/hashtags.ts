const validTag = /^#\p{L}[\p{L}\d\-_.]*[\p{L}\d]$/u;
const edge = /^[^\p{L}\p{N}#]+|[^\p{L}\p{N}]+$/gu;

/** The hashtags of a message, divided by spaces, cut to the server's 1,000 characters. */
export function hashtagsOf(message: string): string {
    if (!message.includes('#')) {
        return '';
    }
    const tags = message
        .split(/\s+/)
        .map((word) => word.replace(edge, '').replace(/^#{2,}/, '#'))
        .filter((word) => validTag.test(word));
    const text = tags.join(' ');
    const end = text.length > 1000 ? text.lastIndexOf(' ', 999) : text.length;
    return text.slice(0, Math.max(end, 0));
}
