/** What the client says to whoever looks: ids and codes, never tokens or message text. */
export type Detail = Readonly<Record<string, string | number | boolean | undefined>>;

/** Says something in the browser's console, which is the only log that a page has. */
export function warn(message: string, detail: Detail = {}, cause?: unknown): void {
    // eslint-disable-next-line no-console -- a page has no other log
    console.warn(`[playground] ${message}`, detail, ...(cause === undefined ? [] : [cause]));
}

/** Like {@link warn}, for what is only of use while somebody develops a plugin. */
export function note(message: string, detail: Detail = {}): void {
    // eslint-disable-next-line no-console -- a page has no other log
    console.info(`[playground] ${message}`, detail);
}
