import {crc32, deflateSync} from 'node:zlib';

/** Red, green and blue, 0–255. */
export type Colour = readonly [number, number, number];

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/**
 * Draws a picture as PNG (8 bits, RGB, no interlace): `colour` is asked for each pixel.
 * @see https://www.w3.org/TR/png-3/
 */
export function drawPng(
    width: number,
    height: number,
    colour: (x: number, y: number) => Colour,
): Uint8Array<ArrayBuffer> {
    const stride = 1 + width * 3;
    const pixels = Buffer.alloc(stride * height);
    for (let y = 0; y < height; y += 1) {
        for (let x = 0; x < width; x += 1) {
            pixels.set(colour(x, y).map(Math.round), y * stride + 1 + x * 3);
        }
    }
    const header = Buffer.alloc(13);
    header.writeUInt32BE(width, 0);
    header.writeUInt32BE(height, 4);
    // Bit depth 8, colour type 2 (RGB); compression, filter and interlace have only the value 0 here.
    header.set([8, 2, 0, 0, 0], 8);
    return new Uint8Array(
        Buffer.concat([
            SIGNATURE,
            chunk('IHDR', header),
            chunk('IDAT', deflateSync(pixels)),
            chunk('IEND', Buffer.alloc(0)),
        ]),
    );
}

function chunk(type: string, body: Buffer): Buffer {
    const typed = Buffer.concat([Buffer.from(type, 'latin1'), body]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(body.length);
    const check = Buffer.alloc(4);
    check.writeUInt32BE(crc32(typed));
    return Buffer.concat([length, typed, check]);
}
