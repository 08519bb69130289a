/** The yamux protocol, version 0, as constants (github.com/hashicorp/yamux, spec.md). */

/** What a frame is about; the meaning of its length differs. */
export const FrameType = {
    /** Length: bytes of payload that follow. */
    data: 0,
    /** Length: credit to add, may be 0. */
    windowUpdate: 1,
    /** Length: an opaque value that the answer repeats. Stream id 0. */
    ping: 2,
    /** Length: a `GoAwayCode`. Stream id 0. */
    goAway: 3,
} as const;

/** Bits of a frame's flags. */
export const Flag = {
    /** Begins a stream, or asks a ping. */
    syn: 1,
    /** Accepts a stream, or answers a ping. */
    ack: 2,
    /** The sender will send no more data on this stream. */
    fin: 4,
    /** The stream is dead at once, both ways; buffered data is lost. */
    rst: 8,
} as const;

/** Why a side will take no more streams. */
export const GoAwayCode = {normal: 0, protocolError: 1, internalError: 2} as const;

/** Every frame begins with this many bytes. */
export const HEADER_BYTES = 12;

/** The credit that both sides of a stream have at birth. */
export const INITIAL_WINDOW = 256 * 1024;

/** How many streams may wait for their ACK; Go resets those beyond. */
export const ACCEPT_BACKLOG = 256;

const VERSION = 0;

/** The first twelve bytes of a frame. */
export interface FrameHeader {
    readonly type: number;
    readonly flags: number;
    readonly streamId: number;
    readonly length: number;
}

/** A frame's bytes. The payload is copied: its owner may change it once it is sent. */
export function encodeFrame(header: FrameHeader, payload?: Uint8Array): Buffer {
    const frame = Buffer.allocUnsafe(HEADER_BYTES + (payload?.length ?? 0));
    frame[0] = VERSION;
    frame[1] = header.type;
    frame.writeUInt16BE(header.flags, 2);
    frame.writeUInt32BE(header.streamId, 4);
    frame.writeUInt32BE(header.length, 8);
    if (payload !== undefined) frame.set(payload, HEADER_BYTES);
    return frame;
}

/** Reads a header; undefined if it is of another version or of no known type. */
export function decodeHeader(bytes: Buffer): FrameHeader | undefined {
    const type = bytes[1] ?? FrameType.goAway + 1;
    if (bytes[0] !== VERSION || type > FrameType.goAway) return undefined;
    return {
        type,
        flags: bytes.readUInt16BE(2),
        streamId: bytes.readUInt32BE(4),
        length: bytes.readUInt32BE(8),
    };
}
