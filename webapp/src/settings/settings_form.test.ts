import {differences, pathText, withoutValue, withValue} from './paths.ts';
import {mergeThreeWays} from './merge.ts';
import {createSettingsForm} from './settings_form.ts';

const held = (settings: unknown, revision = 1) => ({revision, settings, troubles: []});

describe('the settings as they are edited', () => {
    it('[WEB-01] count as changed only where they differ from what is saved', () => {
        const form = createSettingsForm(held({queue: {max: 3}}));
        form.set(['queue', 'max'], 4);
        expect(form.changes()).toEqual([['queue', 'max']]);
        form.set(['queue', 'max'], 3);
        expect(form.isChanged()).toBe(false);
        form.set(['turn', 'idleSeconds'], 9);
        form.unset(['turn', 'idleSeconds']);
        expect(form.draft()).toEqual({queue: {max: 3}});
        expect(form.isChanged()).toBe(false);
    });

    it('leave what lies beside a change the same object, so that it is not drawn anew', () => {
        const before = {queue: {max: 3}, turn: {idleSeconds: 9}};
        const after = withValue(before, ['queue', 'max'], 4) as typeof before;
        expect(after.turn).toBe(before.turn);
        expect(withoutValue(before, ['queue', 'max'])).toEqual({turn: {idleSeconds: 9}});
        expect(withoutValue(before, ['__proto__', 'x'])).toBe(before);
        expect(withoutValue(before, ['queue', 'mode', 'x'])).toEqual(before);
    });

    it('[WEB-01] tell each listener once of a change', () => {
        const form = createSettingsForm(held({}));
        let told = 0;
        const stop = form.subscribe(() => told++);
        form.set(['recovery'], 'mark');
        stop();
        form.set(['recovery'], 'resume');
        expect(told).toBe(1);
    });

    it('[SET-01] keep changes of two admins field by field, and name what both changed', () => {
        const form = createSettingsForm(held({queue: {max: 3}, turn: {idleSeconds: 9}}));
        form.set(['queue', 'max'], 4);
        form.set(['agents', 'a.b'], {kind: 'demo'});
        const conflicts = form.rebase(
            held({queue: {max: 5, mode: 'steer'}, turn: {idleSeconds: 8}}, 2),
        );
        expect(form.draft()).toEqual({
            queue: {max: 4, mode: 'steer'},
            turn: {idleSeconds: 8},
            agents: {'a.b': {kind: 'demo'}},
        });
        expect(conflicts).toEqual([{path: ['queue', 'max'], mine: 4, theirs: 5}]);
        expect(form.held().revision).toBe(2);
    });

    it('[SET-01] takes away what one of the two took away', () => {
        const base = {agents: {a: {kind: 'demo'}, b: {kind: 'demo'}}};
        const mine = {agents: {b: {kind: 'demo'}}};
        const theirs = {agents: {a: {kind: 'demo'}}};
        expect(mergeThreeWays(base, mine, theirs)).toEqual({value: {agents: {}}, conflicts: []});
        expect(
            mergeThreeWays(base, mine, {agents: {...base.agents, a: {kind: 'x'}}}).conflicts,
        ).toEqual([{path: ['agents', 'a'], mine: undefined, theirs: {kind: 'x'}}]);
    });
});

it('[WEB-01] names settings as the plugin names them in its answers', () => {
    expect(pathText(['channels', 'mattermost', 'groups', '*', 'agent'])).toBe(
        'channels.mattermost.groups["*"].agent',
    );
    expect(differences({a: {b: 1}}, {a: {b: 1, c: {d: 2}}})).toEqual([['a', 'c', 'd']]);
    expect(differences({a: [1]}, {a: [2]})).toEqual([['a']]);
    expect(differences({}, {a: {}})).toEqual([['a']]);
});
