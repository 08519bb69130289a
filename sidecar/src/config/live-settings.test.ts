import {createLiveSettings} from './live-settings.ts';

describe('live settings', () => {
    it('give what holds now and tell subscribers of a change, until these have gone', () => {
        const live = createLiveSettings({a: 1});
        const seen: unknown[] = [];
        const subscription = live.subscribe((next, previous) => seen.push([next, previous]));
        live.replace({a: 2});
        expect(live.current()).toEqual({a: 2});
        expect(seen).toEqual([[{a: 2}, {a: 1}]]);
        subscription[Symbol.dispose]();
        live.replace({a: 3});
        expect(seen).toHaveLength(1);
    });

    it('say nothing when nothing changed', () => {
        const live = createLiveSettings({a: [1]});
        const before = live.current();
        const listener = jest.fn();
        live.subscribe(listener);
        live.replace({a: [1]});
        expect(listener).not.toHaveBeenCalled();
        expect(live.current()).toBe(before);
    });

    it('cannot be changed in place', () => {
        const live = createLiveSettings({a: {b: [1]}});
        live.replace({a: {b: [2]}});
        expect(Object.isFrozen(live.current().a.b)).toBe(true);
        expect(() => live.current().a.b.push(3)).toThrow(TypeError);
    });

    it('let a subscriber leave while it is told', () => {
        const live = createLiveSettings(0);
        const seen: string[] = [];
        const first = live.subscribe(() => {
            seen.push('first');
            first[Symbol.dispose]();
        });
        live.subscribe(() => void seen.push('second'));
        live.replace(1);
        live.replace(2);
        expect(seen).toEqual(['first', 'second', 'second']);
    });
});
