import {spawn, type ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import path from 'node:path';
import {livenessOf, ownProcessMark, type ProcessMark} from './process-mark.ts';

const own = ownProcessMark();

/** A process that tells its mark and then does nothing until it is killed. */
async function idler(): Promise<{child: ChildProcess; mark: ProcessMark}> {
    const module = path.join(__dirname, 'process-mark.ts');
    const program = `import(${JSON.stringify(module)}).then((m) => {
        process.stdout.write(JSON.stringify(m.ownProcessMark()));
        process.stdin.resume();
    })`;
    const child = spawn(process.execPath, ['-e', program], {stdio: ['pipe', 'pipe', 'inherit']});
    const [said]: unknown[] = await once(child.stdout, 'data');
    return {child, mark: JSON.parse(String(said)) as ProcessMark};
}

describe('the mark of a process', () => {
    it('[DEL-09] shows this process as alive to itself', () => {
        expect(livenessOf(own, ownProcessMark())).toBe('alive');
    });

    it('[DEL-09] shows a process of this machine as gone as soon as it was killed', async () => {
        const {child, mark} = await idler();
        expect(livenessOf(mark, own)).toBe('alive');
        const exited = once(child, 'exit');
        child.kill('SIGKILL');
        await exited;
        expect(livenessOf(mark, own)).toBe('gone');
    });

    it('[DEL-09] knows that its own pid belonged to another process before', () => {
        expect(livenessOf({...own, start: '1'}, own)).toBe('gone');
    });

    it('says nothing about a process of another machine, or of unknown start', () => {
        expect(livenessOf({...own, machine: 'elsewhere', pid: 2 ** 22 + 1}, own)).toBe('unknown');
        expect(livenessOf({...own, start: ''}, own)).toBe('unknown');
    });
});
