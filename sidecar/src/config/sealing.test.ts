import {changeTexts, createSealer, isSealed} from './sealing.ts';

const sealer = createSealer('0123456789abcdef', 'settings');

describe('sealed secrets', () => {
    it('[SET-05] opens what it sealed, and seals the same secret differently each time', () => {
        const sealed = sealer.seal('tøken');
        expect(isSealed(sealed)).toBe(true);
        expect(sealed).not.toContain('tøken');
        expect(sealer.open(sealed)).toBe('tøken');
        expect(sealer.seal('tøken')).not.toBe(sealed);
    });

    it('[SET-05] opens nothing with another key, for another purpose, or after a change', () => {
        const sealed = sealer.seal('token');
        expect(createSealer('0123456789abcdeX', 'settings').open(sealed)).toBeUndefined();
        expect(createSealer('0123456789abcdef', 'runner').open(sealed)).toBeUndefined();
        for (let at = 0; at < sealed.length; at++) {
            const other = sealed[at] === 'A' ? 'B' : 'A';
            const changed = sealed.slice(0, at) + other + sealed.slice(at + 1);
            expect({at, opened: sealer.open(changed)}).toEqual({at, opened: undefined});
            expect(sealer.open(`${sealed.slice(0, at)} ${sealed.slice(at)}`)).toBeUndefined();
        }
        for (const broken of ['', 'token', 'sealed:1:', 'sealed:1:a.b.c', 'sealed:2:a.b.c']) {
            expect(sealer.open(broken)).toBeUndefined();
        }
    });

    it('[SET-05] opens nothing whose tag was cut short', () => {
        const [head, tag = '', text] = sealer.seal('token').split('.');
        const whole = Buffer.from(tag, 'base64url');
        expect(whole).toHaveLength(16);
        for (let bytes = 0; bytes < 16; bytes++) {
            const cut = [head, whole.subarray(0, bytes).toString('base64url'), text].join('.');
            expect({bytes, opened: sealer.open(cut)}).toEqual({bytes, opened: undefined});
        }
    });

    it('changes texts at their paths only', () => {
        const settings = {a: {b: 'x', c: 'x'}, l: ['x']};
        expect(changeTexts(settings, [['a', 'b']], (text) => `${text}!`)).toEqual({
            a: {b: 'x!', c: 'x'},
            l: ['x'],
        });
        expect(changeTexts(settings, [['a', 'b']], () => undefined)).toEqual({
            a: {c: 'x'},
            l: ['x'],
        });
    });
});
