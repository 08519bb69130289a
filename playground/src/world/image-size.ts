/** Width and height of a PNG, GIF or JPEG in pixels; undefined for anything else. */
export function imageSize(bytes: Buffer): {width: number; height: number} | undefined {
    if (bytes.length >= 24 && bytes.readUInt32BE(0) === 0x89504e47) {
        return {width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20)};
    }
    if (bytes.length >= 10 && bytes.toString('latin1', 0, 4) === 'GIF8') {
        return {width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8)};
    }
    return bytes.length >= 4 && bytes.readUInt16BE(0) === 0xffd8 ? jpegSize(bytes) : undefined;
}

function jpegSize(bytes: Buffer): {width: number; height: number} | undefined {
    let at = 2;
    while (at + 9 <= bytes.length && bytes.readUInt8(at) === 0xff) {
        const marker = bytes.readUInt8(at + 1);
        const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
        if (isFrame) {
            return {width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5)};
        }
        at += 2 + bytes.readUInt16BE(at + 2);
    }
    return undefined;
}
