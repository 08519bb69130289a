import fc from 'fast-check';
import {readAttachments} from './attachment_schema.ts';

describe('readAttachments', () => {
    it('reads what the host accepts, numbers in fields included', () => {
        const [read] = readAttachments({
            attachments: [
                {
                    title: 'Tides',
                    fields: [{title: 'Height', value: 4.1, short: true}],
                    actions: [{id: 'a', name: 'Go', type: 'button', disabled: null}],
                },
            ],
        });
        expect(read).toMatchObject({
            title: 'Tides',
            text: '',
            fields: [{value: '4.1', short: true}],
            actions: [{id: 'a', disabled: false, options: []}],
        });
    });

    it('leaves out what is none and never throws, as anybody may post anything', () => {
        expect(readAttachments({attachments: ['x', 3, {title: 'ok'}]})).toHaveLength(1);
        fc.assert(
            fc.property(fc.anything(), (value) => {
                for (const one of readAttachments({attachments: value})) {
                    expect(typeof one.text).toBe('string');
                }
            }),
        );
    });
});
