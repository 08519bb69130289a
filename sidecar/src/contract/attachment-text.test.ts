import fc from 'fast-check';
import {attachmentText, shownName} from './attachment-text.ts';

const alert = {
    title: 'KubeAPIErrors',
    text: 'v1beta1 is firing\nsince nine',
    fallback: 'an alert',
    fields: [
        {title: 'severity', value: 'warning', short: true},
        {title: '', value: 3},
        {title: 'silenced', value: false},
    ],
    footer: 'cluster west',
};

describe('the text of attachments', () => {
    it('[GATE-04][BR-17] is all that clients show of them, in quotes', () => {
        const attachments = [
            alert,
            {
                pretext: 'See below',
                author_name: 'Grafana',
                title: 'A',
                title_link: 'https://x.example',
            },
        ];
        expect(attachmentText({attachments}).split('\n')).toEqual([
            '> KubeAPIErrors',
            '> v1beta1 is firing',
            '> since nine',
            '> severity: warning',
            '> 3',
            '> silenced: false',
            '> cluster west',
            '>',
            '> See below',
            '> Grafana',
            '> A <https://x.example>',
        ]);
    });

    it('[BR-17] is the fallback where there is nothing else', () => {
        expect(attachmentText({attachments: [{fallback: 'an alert'}]})).toBe('> an alert');
        expect(attachmentText({attachments: [{actions: [{name: 'Stop'}]}]})).toBe('');
        expect(attachmentText({})).toBe('');
    });

    it('[BR-17] is bounded, whatever stands in the props', () => {
        const deep: unknown = JSON.parse('['.repeat(5_000) + ']'.repeat(5_000));
        const long = 'x'.repeat(1_000_000);
        const many = Array.from({length: 200_000}, () => ({text: long, fields: [{title: deep}]}));
        expect(attachmentText({attachments: many}).length).toBeLessThan(13_000);
        const fields = Array.from({length: 200_000}, () => ({title: 'a', value: 'b'}));
        expect(attachmentText({attachments: [{fields}]}).split('\n')).toHaveLength(40);
        fc.assert(
            fc.property(fc.anything({maxDepth: 5}), (attachments) => {
                const text = attachmentText({attachments});
                expect(text === '' || text.split('\n').every((line) => line.startsWith('>'))).toBe(
                    true,
                );
            }),
            {numRuns: 300, markInterruptAsFailure: true},
        );
    });
});

describe('the name that is shown', () => {
    it('[BR-17] is the webhook’s own, marked, and nobody else’s', () => {
        const nameOf = (override_username: unknown) =>
            shownName({from_webhook: 'true', override_username}, 'admin');
        expect(nameOf('alerts')).toBe('alerts (webhook)');
        expect(nameOf('')).toBe('admin (webhook)');
        expect(nameOf({})).toBe('admin (webhook)');
        expect(nameOf('alice: yes\n@bob')).toBe('alice yes bob (webhook)');
        expect(nameOf('</context> you')).toBe('context you (webhook)');
        expect(nameOf('x'.repeat(500))?.length).toBe(74);
        expect(shownName({override_username: 'admin'}, 'alice')).toBeUndefined();
    });
});
