import {createLiveLevel} from './log-level.ts';
import {createLog} from './log.ts';
import {createRedactor} from './redact.ts';

describe('the level of the log', () => {
    it('[SET-04] follows the settings, from info on', () => {
        const level = createLiveLevel({});
        expect(level.current()).toBe('info');
        level.follow('debug');
        expect(level.current()).toBe('debug');
    });

    it("[SET-04] is the environment's where it names one", () => {
        const level = createLiveLevel({MM_GANGWAY_LOG_LEVEL: ' warn '});
        level.follow('debug');
        expect(level.current()).toBe('warn');
        const other = createLiveLevel({MM_GANGWAY_LOG_LEVEL: 'loud'});
        other.follow('error');
        expect(other.current()).toBe('error');
    });

    it.each(['json', 'text', 'hclog'] as const)(
        '[SET-04] holds from the next %s line',
        (format) => {
            const level = createLiveLevel({});
            const lines: string[] = [];
            const log = createLog({
                level: level.current,
                format,
                redactor: createRedactor(),
                write: (line) => void lines.push(line),
            });
            const child = log.child({account: 'default'});
            child.debug('one');
            level.follow('debug');
            child.debug('two');
            level.follow('error');
            child.warn('three');
            expect(lines).toHaveLength(1);
            expect(lines[0]).toContain('two');
        },
    );
});
