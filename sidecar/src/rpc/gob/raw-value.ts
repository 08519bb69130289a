/**
 * A decoded value in the sender's terms, to be read together with its wire type: a struct is a list
 * of field numbers and values in turn, a map of keys and values in turn, a complex number a pair, an
 * opaque value its bytes. (Lists by field number would have holes, and a hostile sender could make
 * them large for nothing.)
 */
export type Raw =
    boolean | number | bigint | string | Buffer | RawInterface | null | undefined | readonly Raw[];

/** The content of an interface value; a nil interface is `null`. */
export class RawInterface {
    readonly name: string;
    readonly type: number;
    readonly value: Raw;

    constructor(name: string, type: number, value: Raw) {
        this.name = name;
        this.type = type;
        this.value = value;
    }
}
