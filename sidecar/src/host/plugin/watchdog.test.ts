import {silentLog} from '../../contract/log.ts';
import {watchHooks} from './watchdog.ts';

async function watch(answers: (boolean | undefined)[], minutes: number, hookAt?: () => number) {
    jest.useFakeTimers();
    const stop = new AbortController();
    let deaf = 0;
    let probes = 0;
    const watching = watchHooks(
        {
            probe: async () => {
                probes++;
                return answers.shift() ?? false;
            },
            lastHookAt: hookAt ?? (() => 0),
            onDeaf: () => deaf++,
            log: silentLog,
        },
        stop.signal,
    );
    await jest.advanceTimersByTimeAsync(minutes * 60_000);
    stop.abort();
    await watching;
    jest.useRealTimers();
    return {deaf, probes};
}

describe('the watchdog of the hooks', () => {
    it('[INS-06] says so when two requests to ourselves in a row are lost', async () => {
        expect(await watch([true, false, false], 5)).toEqual({deaf: 1, probes: 3});
    });

    it('lets a single one be lost', async () => {
        expect(await watch([true, false, true, false, true], 5)).toMatchObject({deaf: 0});
    });

    it('says nothing where requests to ourselves never worked', async () => {
        expect(await watch([false, false, false, false], 5)).toMatchObject({deaf: 0});
    });

    it('says nothing while hooks come', async () => {
        let at = 0;
        expect(await watch([true, false, false, false], 5, () => ++at)).toMatchObject({deaf: 0});
    });
});
