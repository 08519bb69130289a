import {inflateSync} from 'node:zlib';
import {harbour} from './files.ts';
import {drawPng} from './png.ts';

it('[ROUTE-02] draws the pixels that it was told, as PNG', () => {
    const image = Buffer.from(drawPng(2, 2, (x, y) => [x * 255, y * 255, 7.6]));
    expect(image.subarray(1, 4).toString()).toBe('PNG');
    expect(image.toString('latin1', 12, 16)).toBe('IHDR');
    expect([image.readUInt32BE(16), image.readUInt32BE(20)]).toEqual([2, 2]);
    // The chunk lengths, and the check sums as the PNG specification gives them for an empty IEND.
    expect(image.subarray(-12).toString('hex')).toBe('0000000049454e44ae426082');
    const data = image.subarray(41, 41 + image.readUInt32BE(33));
    expect([...inflateSync(data)]).toEqual([0, 0, 0, 8, 255, 0, 8, 0, 0, 255, 8, 255, 255, 8]);
});

it('[ROUTE-02] keeps the picture of the demo small', () => {
    expect(harbour().byteLength).toBeLessThan(200_000);
});
