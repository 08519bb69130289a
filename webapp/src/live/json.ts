/** Parses text from outside; undefined for what is no JSON. */
export function parseJson(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        // A frame of another version of the server: the stored post is drawn all the same.
        return undefined;
    }
}

/** An object with fields to look at. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
    return typeof value === 'object' && value !== null;
}
