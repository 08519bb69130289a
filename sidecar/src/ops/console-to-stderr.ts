/**
 * Imported first by the program: whatever a library writes to the console becomes a log line on stderr.
 * On stdout it would break the handshake with Mattermost, and a long line there later stops the process.
 */
import {Console} from 'node:console';
import {Writable} from 'node:stream';

const LONGEST = 8_192;

/** The console's text as one debug line that Mattermost's plugin supervisor can read. */
export function consoleLine(text: string): string {
    const message = `console: ${text.trimEnd().slice(0, LONGEST)}`;
    return `${JSON.stringify({'@level': 'debug', '@message': message})}\n`;
}

const lines = new Writable({
    decodeStrings: false,
    write(chunk: unknown, _encoding, done) {
        process.stderr.write(consoleLine(String(chunk)));
        done();
    },
});

globalThis.console = new Console(lines, lines);
