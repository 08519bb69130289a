/**
 * JSON as Go writes it: keys of maps sorted by code point at every depth, and what HTML might read escaped. The keys
 * of `struct` keep their order, as the fields of a Go struct do; absent ones are left out.
 */
export function goMarshal(struct: Readonly<Record<string, unknown>>): string {
    const fields = Object.entries(struct)
        .filter(([, value]) => value !== undefined)
        .map(([key, value]) => `${quote(key)}:${anyJson(value)}`);
    return `{${fields.join(',')}}`;
}

function anyJson(value: unknown): string {
    if (Array.isArray(value)) {
        return `[${value.map(anyJson).join(',')}]`;
    }
    if (typeof value === 'object' && value !== null) {
        // By hand: an object of JavaScript puts "9" before "10" whatever the order of insertion.
        const entries = Object.entries(value)
            .filter(([, inner]) => inner !== undefined)
            .sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
        return `{${entries.map(([key, inner]) => `${quote(key)}:${anyJson(inner)}`).join(',')}}`;
    }
    return typeof value === 'string' ? quote(value) : JSON.stringify(value);
}

function quote(text: string): string {
    return JSON.stringify(text).replace(
        /[<>&\u2028\u2029]/g,
        (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
}
