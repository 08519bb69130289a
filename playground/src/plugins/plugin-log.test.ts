import type {Log} from '../../../sidecar/src/contract/log.ts';
import {createPluginLog} from './plugin-log.ts';

function logged(...input: string[]): string[] {
    const lines: string[] = [];
    const at = (level: string) => (message: string, fields?: object) =>
        void lines.push([level, message, ...Object.values(fields ?? {})].join(' '));
    const log: Log = {
        debug: at('debug'),
        info: at('info'),
        warn: at('warn'),
        error: at('error'),
        child: () => log,
    };
    input.forEach(createPluginLog(log));
    return lines;
}

describe('a line on the stderr of a plugin', () => {
    const stamp = '"@timestamp":"2026-11-21T10:00:00.123456Z"';
    it.each([
        [`{"@level":"INFO","@message":"hello",${stamp}}`, 'info hello'],
        [`{"@level":"trace","@message":"hello"}`, 'debug hello'],
        [`{"@level":"warn","@message":"hello",${stamp},"k":"v","n":1}`, 'warn hello kvn1'],
        ['[ERROR] oh no', 'error oh no'],
        ['[WARN] careful', 'warn careful'],
        [' [WARN] not at the start', 'debug  [WARN] not at the start'],
        ['some text', 'debug some text'],
        ['[1, 2]', 'debug [1, 2]'],
        ['{"@level":"loud","@message":"x"}', 'debug {"@level":"loud","@message":"x"}'],
        ['{"@message":"x"}', 'debug {"@message":"x"}'],
    ])('[INS-11] %s', (line, expected) => {
        expect(logged(line)).toEqual([expected]);
    });

    it('[INS-11] with three digits of a second is not recognised, and shown raw at debug', () => {
        const line = '{"@level":"error","@message":"x","@timestamp":"2026-11-21T10:00:00.123Z"}';
        expect(logged(line)).toEqual([`debug ${line}`]);
    });

    it.each(['{"@level":3,"@message":"x"}', '{"@level":"info","@message":{}}', '{"@timestamp":1}'])(
        '[INS-11] that would end the real server is an error: %s',
        (line) => {
            expect(logged(line)).toEqual([`error this line would end a Mattermost server ${line}`]);
        },
    );

    it('after a panic is an error', () => {
        expect(logged('before', 'panic: nil', 'goroutine 1')).toEqual([
            'debug before',
            'error panic: nil',
            'error goroutine 1',
        ]);
    });
});
