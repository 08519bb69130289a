import fc from 'fast-check';
import {nearest} from './nearest.ts';

const names = ['botToken', 'baseUrl', 'dmPolicy', 'groupPolicy', 'streaming', 'enabled'];

describe('the nearest name', () => {
    it.each([
        ['dmpolicy', 'dmPolicy'],
        ['dm_policy', 'dmPolicy'],
        ['dmPolciy', 'dmPolicy'],
        ['enable', 'enabled'],
        ['token', 'botToken'],
        ['url', 'baseUrl'],
        ['streamingMode', 'streaming'],
        ['xyzzy', undefined],
        ['', undefined],
        ['x'.repeat(1000), undefined],
    ])('[SET-03] for %s is %s', (name, expected) => {
        expect(nearest(name, names)).toBe(expected);
    });

    it('is the name itself where it is one', () => {
        fc.assert(
            fc.property(fc.constantFrom(...names), (name) => {
                expect(nearest(name, names)).toBe(name);
            }),
        );
    });
});
