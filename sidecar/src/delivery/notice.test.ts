import {cutNotice, failureNotice, withoutNotices} from './notice.ts';

describe('the notice under an answer that failed', () => {
    it('is a quote of one line, whatever the sentence holds', () => {
        expect(failureNotice('Too busy.\n\n# Now', '0a1b2c3d', ' Again?')).toBe(
            '> ⚠️ Too busy. # Now (reference `0a1b2c3d`) Again?',
        );
    });

    it('is found again at the end of a text, also several times, and nothing else is', () => {
        const notice = failureNotice('Too busy.', '0a1b2c3d', '');
        expect(withoutNotices(`Ten\n\n${notice}\n\n${notice}`)).toBe('Ten');
        expect(withoutNotices(notice)).toBe('');
        for (const text of ['Ten', '> ⚠️ Mind the step', `${notice}\n\nTen`]) {
            expect(withoutNotices(text)).toBe(text);
        }
    });
});

it('[DEL-15] takes the mark of a cut answer off, and no quote that merely looks like it', () => {
    const mark = cutNotice('length', ' Write `@gangway continue` for the rest.');
    expect(withoutNotices(`ten\n\n${mark}`)).toBe('ten');
    expect(withoutNotices('ten\n\n> ✂️ cut here')).toBe('ten\n\n> ✂️ cut here');
});
