const blockSize = 512;

/** A file or folder of an archive. Links and devices are read too, to be skipped by name. */
export interface TarEntry {
    readonly name: string;
    readonly kind: 'file' | 'folder' | 'other';
    /** Permission bits. */
    readonly mode: number;
    readonly bytes: Buffer;
}

/** Thrown for bytes that are no tar archive. */
export class TarError extends Error {}

/**
 * Reads an archive that is wholly in memory: ustar, with long names of GNU and of pax.
 * @throws TarError
 */
export function* readTar(archive: Buffer): Generator<TarEntry, void, undefined> {
    let at = 0;
    let longName: string | undefined;
    while (at + blockSize <= archive.length) {
        const header = archive.subarray(at, at + blockSize);
        if (header.every((byte) => byte === 0)) {
            return;
        }
        refuseBadSum(header);
        const size = octal(header, 124, 12);
        const bytes = archive.subarray(at + blockSize, at + blockSize + size);
        if (bytes.length < size) {
            throw new TarError('the archive ends inside a file');
        }
        at += blockSize + Math.ceil(size / blockSize) * blockSize;
        const type = String.fromCharCode(header[156] ?? 0);
        if (type === 'L') {
            longName = textOf(bytes);
        } else if (type === 'x') {
            longName = paxPath(bytes) ?? longName;
        } else if (type !== 'g') {
            const name = longName ?? nameOf(header);
            longName = undefined;
            yield {name, kind: kindOf(type), mode: octal(header, 100, 8) & 0o777, bytes};
        }
    }
}

function refuseBadSum(header: Buffer): void {
    let sum = 0;
    for (const [at, byte] of header.entries()) {
        sum += at >= 148 && at < 156 ? 32 : byte;
    }
    if (sum !== octal(header, 148, 8)) {
        throw new TarError('a header of the archive is damaged');
    }
}

function octal(header: Buffer, at: number, length: number): number {
    const digits = textOf(header.subarray(at, at + length)).trim();
    if (!/^[0-7]*$/.test(digits)) {
        throw new TarError('a header of the archive has a number that is none');
    }
    return digits === '' ? 0 : Number.parseInt(digits, 8);
}

function textOf(bytes: Buffer): string {
    const end = bytes.indexOf(0);
    return bytes.toString('utf8', 0, end === -1 ? bytes.length : end);
}

function nameOf(header: Buffer): string {
    const name = textOf(header.subarray(0, 100));
    const isUstar = header.toString('latin1', 257, 263) === 'ustar\0';
    const prefix = isUstar ? textOf(header.subarray(345, 500)) : '';
    return prefix === '' ? name : `${prefix}/${name}`;
}

function paxPath(bytes: Buffer): string | undefined {
    const line = bytes
        .toString('utf8')
        .split('\n')
        .find((record) => /^\d+ path=/.test(record));
    return line?.slice(line.indexOf('=') + 1);
}

function kindOf(type: string): TarEntry['kind'] {
    switch (type) {
        case '0':
        case '\0':
            return 'file';
        case '5':
            return 'folder';
        default:
            return 'other';
    }
}

/** Writes an archive of files; their folders are implied. Names are at most 100 bytes long. */
export function writeTar(
    files: readonly {readonly name: string; readonly mode: number; readonly bytes: Uint8Array}[],
): Buffer {
    const parts = files.flatMap(({name, mode, bytes}) => {
        const padding = Buffer.alloc((blockSize - (bytes.length % blockSize)) % blockSize);
        return [headerOf(name, mode, bytes.length), bytes, padding];
    });
    return Buffer.concat([...parts, Buffer.alloc(2 * blockSize)]);
}

function headerOf(name: string, mode: number, size: number): Buffer {
    const header = Buffer.alloc(blockSize);
    const field = (at: number, text: string): void => void header.write(text, at, 'utf8');
    const number = (at: number, value: number, length: number): void =>
        field(at, value.toString(8).padStart(length - 1, '0'));
    if (Buffer.byteLength(name) > 100) {
        throw new TarError(`the name ${name} is too long`);
    }
    field(0, name);
    number(100, mode, 8);
    number(108, 0, 8);
    number(116, 0, 8);
    number(124, size, 12);
    number(136, 0, 12);
    field(148, ' '.repeat(8));
    field(156, '0');
    field(257, 'ustar\0' + '00');
    number(
        148,
        header.reduce((sum, byte) => sum + byte, 0),
        7,
    );
    return header;
}
