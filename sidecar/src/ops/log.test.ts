import * as fc from 'fast-check';
import * as z from 'zod';
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

    it('[INS-11] writes no part of a secret where a long text is cut', () => {
        const {lines, log, redactor} = capture(format);
        redactor.add('s3cr3t-value');
        log.info(`${'x'.repeat(8_186)}s3cr3t-value`);
        expect(lines.join('')).toContain('xxx');
        expect(lines.join('')).not.toContain('s3cr');
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

describe('hclog lines for a host that ends when one of them is wrong', () => {
    /** Its reader cuts longer lines into pieces, which are no JSON any more. */
    const LONGEST_LINE = 64 * 1024;

    const hostLine = z.strictObject({
        '@level': z.enum(['debug', 'info', 'warn', 'error']),
        '@message': z.string(),
        '@timestamp': z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
    });

    const obeys = (line: string | undefined): void => {
        const bytes = Buffer.from(line ?? '');
        expect(bytes.length).toBeLessThan(LONGEST_LINE);
        expect(bytes.indexOf('\n')).toBe(bytes.length - 1);
        expect(hostLine.safeParse(JSON.parse(bytes.toString())).error).toBeUndefined();
    };

    // Halves of pairs too, which are no UTF-8.
    const anyUnit = fc.integer({min: 0, max: 0xffff}).map((unit) => String.fromCharCode(unit));
    const anyText = fc.oneof(
        fc.string({unit: anyUnit}),
        fc.string({unit: 'binary'}),
        fc.constantFrom('\n', '\r\n\n', '{"@level":5}', '@message', '__proto__', 'panic: '),
        fc
            .tuple(
                fc.oneof(anyUnit, fc.constantFrom('\\', '"', '\u0000', '💥', 's3cret')),
                fc.nat(100_000),
            )
            .map(([unit, times]) => unit.repeat(times)),
    );
    const anyError = fc
        .tuple(anyText, anyText, anyText)
        .map(([name, message, cause]) =>
            Object.assign(new Error(message, {cause: new Error(cause)}), {name, code: message}),
        );
    const anyField = fc.oneof(anyText, anyError, fc.double(), fc.boolean(), fc.constant(undefined));
    const level = fc.constantFrom('debug', 'info', 'warn', 'error');

    it('[INS-11] keep its rules for any message, field, error and length', () => {
        fc.assert(
            fc.property(
                level,
                anyText,
                fc.dictionary(anyText, anyField),
                fc.dictionary(anyText, anyField),
                (name, message, own, fields) => {
                    const {lines, log, redactor} = capture('hclog');
                    redactor.add('s3cret');
                    log.child(own)[name](message, fields);
                    expect(lines).toHaveLength(1);
                    obeys(lines[0]);
                },
            ),
        );
    });

    it.each([
        ['units that are escaped', '\u0000'],
        ['halves of pairs', '\ud800'],
        ['secrets', 's3cret'],
        ['back slashes', '\\'],
        ['wide letters', '字'],
        ['letters', 'abcdefghij'],
        ['fields with secrets', 'token="'],
    ])('[INS-11] keep its rules for megabytes of %s', (_, unit) => {
        const {lines, log, redactor} = capture('hclog');
        redactor.add('s3cret');
        const text = unit.repeat(1_000_000);
        log.warn(text);
        log.warn('', {field: text, [text]: 1});
        expect(lines).toHaveLength(2);
        for (const line of lines) obeys(line);
    });
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
