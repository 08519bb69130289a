/** Cuts text that comes in pieces into lines; longer ones are cut into several. */
export class LineSplitter {
    readonly #onLine: (line: string) => void;
    readonly #maxBytes: number;
    #pieces: Buffer[] = [];
    #length = 0;

    /** @param maxBytes the longest line, by default 64 KiB as in Go's host. */
    constructor(onLine: (line: string) => void, maxBytes = 64 * 1024) {
        this.#onLine = onLine;
        this.#maxBytes = maxBytes;
    }

    /** Takes the next bytes. */
    push(chunk: Buffer): void {
        let rest = chunk;
        while (rest.length > 0) {
            const newline = rest.indexOf(10);
            const room = this.#maxBytes - this.#length;
            const end = Math.min(newline === -1 ? rest.length : newline, room);
            this.#pieces.push(Buffer.from(rest.subarray(0, end)));
            this.#length += end;
            if (end === newline || this.#length === this.#maxBytes) this.flush();
            rest = rest.subarray(end === newline ? end + 1 : end);
        }
    }

    /** Hands out what came without a line end, if anything. */
    flush(): void {
        const line = Buffer.concat(this.#pieces).toString();
        this.#pieces = [];
        this.#length = 0;
        if (line !== '') this.#onLine(line);
    }
}
