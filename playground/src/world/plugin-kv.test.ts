import {createCore} from './core.ts';
import {createPluginKv} from './plugin-kv.ts';

const bytes = (text: string): Buffer => Buffer.from(text);

function rows() {
    let now = 1_000_000;
    const kv = createPluginKv(createCore({now: () => now}));
    return {kv, pass: (ms: number) => (now += ms)};
}

describe('the key-value rows of a plugin', () => {
    it("are got as they were set, and are each plugin's own", () => {
        const {kv} = rows();
        expect(kv.set('one', 'key', bytes('value'))).toBe(true);
        expect(kv.get('one', 'key')?.toString()).toBe('value');
        expect(kv.get('two', 'key')).toBeUndefined();
        kv.delete('one', 'key');
        kv.delete('one', 'key');
        expect(kv.get('one', 'key')).toBeUndefined();
    });

    it('cannot be empty: an empty value deletes', () => {
        const {kv} = rows();
        kv.set('one', 'key', bytes('value'));
        expect(kv.set('one', 'key', bytes(''))).toBe(true);
        expect(kv.list('one', 0, 10)).toEqual([]);
    });

    it('[SET-03] change atomically only from the value that was named', () => {
        const {kv} = rows();
        const change = (old: string, next: string): boolean =>
            kv.set('one', 'key', bytes(next), {atomic: true, oldValue: bytes(old)});
        expect(change('other', 'a')).toBe(false);
        expect(change('', 'a')).toBe(true);
        expect(change('', 'b')).toBe(false);
        expect(change('a', 'a')).toBe(true);
        expect(change('a', 'b')).toBe(true);
        expect(change('a', '')).toBe(false);
        expect(change('b', '')).toBe(true);
        expect(change('', '')).toBe(false);
    });

    it('refuse an old value without atomic, and keys that are too long', () => {
        const {kv} = rows();
        expect(() => kv.set('one', 'key', bytes('a'), {oldValue: bytes('b')})).toThrow(
            "Invalid old value, it shouldn't be set when the operation is not atomic.",
        );
        expect(() => kv.set('one', '', bytes('a'))).toThrow();
        expect(() => kv.set('one', 'x'.repeat(151), bytes('a'))).toThrow();
        expect(kv.set('one', '🐟'.repeat(150), bytes('a'))).toBe(true);
    });

    it('expire, and are then as if they had never been', () => {
        const {kv, pass} = rows();
        kv.set('one', 'key', bytes('a'), {expireInSeconds: 2});
        pass(1999);
        expect(kv.get('one', 'key')?.toString()).toBe('a');
        pass(1);
        expect(kv.get('one', 'key')).toBeUndefined();
        expect(kv.list('one', 0, 10)).toEqual([]);
        expect(kv.set('one', 'key', bytes('b'), {atomic: true})).toBe(true);
        pass(10_000_000);
        expect(kv.get('one', 'key')?.toString()).toBe('b');
    });

    it('are listed by their keys, ten a page unless said', () => {
        const {kv} = rows();
        for (let at = 11; at >= 0; at--) {
            kv.set('one', `key-${String(at).padStart(2, '0')}`, bytes('x'));
        }
        expect(kv.list('one', 0, 0)).toHaveLength(10);
        expect(kv.list('one', 1, 5)).toEqual(['key-05', 'key-06', 'key-07', 'key-08', 'key-09']);
        expect(kv.list('one', 9, 5)).toEqual([]);
        kv.deleteAll('one');
        expect(kv.list('one', 0, 5)).toEqual([]);
    });
});
