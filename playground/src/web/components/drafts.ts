const drafts = new Map<string, string>();

/** What was being written at a place when it was left; ''. Kept as long as the page. */
export function draftOf(key: string): string {
    return drafts.get(key) ?? '';
}

/** Keeps what is being written at a place. */
export function keepDraft(key: string, text: string): void {
    if (text === '') {
        drafts.delete(key);
    } else {
        drafts.set(key, text);
    }
}
