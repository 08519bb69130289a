import * as fc from 'fast-check';
import {createLog, type LogFormat} from './log.ts';
import {createRedactor} from './redact.ts';

function capture(format: LogFormat) {
    const lines: string[] = [];
    const redactor = createRedactor();
    const log = createLog({level: 'debug', format, redactor, write: (line) => lines.push(line)});
    return {lines, log, redactor};
}

describe.each<LogFormat>(['json', 'text', 'hclog'])('log as %s', (format) => {
    it('[INS-11] writes no secret that it was told of, nor anything shaped like one', () => {
        const {lines, log, redactor} = capture(format);
        redactor.add('s3cr3t-value');
        log.info('using s3cr3t-value', {detail: 'Authorization: Bearer abcdefghijkl'});
        log.child({key: 'sk-ant-0123456789'}).error('x', {
            error: new Error('https://bob:hunter22@host/', {cause: new Error('s3cr3t-value')}),
        });
        const all = lines.join('');
        for (const secret of ['s3cr3t-value', 'abcdefghijkl', 'sk-ant-0123456789', 'hunter22']) {
            expect(all).not.toContain(secret);
        }
        expect(lines).toHaveLength(2);
    });

    it('[INS-11] writes one line for any message and field', () => {
        fc.assert(
            fc.property(fc.string({unit: 'binary'}), fc.string({unit: 'binary'}), (a, b) => {
                const {lines, log} = capture(format);
                log.warn(a, {field: b});
                return lines.length === 1 && lines[0]?.endsWith('\n') === true;
            }),
        );
    });
});

it('[INS-11] writes hclog lines whose three keys are strings, with six fractional digits', () => {
    const {lines, log} = capture('hclog');
    log.error('broken', {account: 'default', tries: 3, error: new TypeError('no')});
    const line: unknown = JSON.parse(lines[0] ?? '');
    expect(line).toEqual({
        '@level': 'error',
        '@message': 'broken account=default tries=3 error="TypeError: no"',
        '@timestamp': expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
    });
});

it('[INS-11] cuts hclog lines well before the limit of the supervisor', () => {
    const {lines, log} = capture('hclog');
    log.info('x'.repeat(100_000));
    expect(lines[0]?.length).toBeLessThan(10_000);
});

it('leaves out lines below its level', () => {
    const lines: string[] = [];
    const log = createLog({
        level: 'warn',
        format: 'json',
        redactor: createRedactor(),
        write: (line) => lines.push(line),
    });
    log.info('quiet');
    log.warn('loud', {id: 'a'});
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({level: 'warn', msg: 'loud', id: 'a'});
});
