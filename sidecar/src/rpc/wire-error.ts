/**
 * The base of every error that rpc/ throws: `code` is for programs, `message` for people, `cause`
 * for the log. It has the shape of the application's own errors, but rpc/ stands alone.
 */
export class WireError extends Error {
    readonly code: string;

    constructor(code: string, message: string, options?: {cause?: unknown}) {
        super(message, options);
        this.name = new.target.name;
        this.code = code;
    }
}
