import {createMemoryStore} from '../store/memory-store.ts';
import {createFreshStarts} from './fresh-start.ts';

it('[SES-06] remembers where a session began anew, across restarts', async () => {
    const store = createMemoryStore();
    const starts = createFreshStarts({store});
    expect(await starts.of('s')).toBeUndefined();
    await starts.note('s', 2_000);
    await starts.note('s', 1_000);
    expect(await createFreshStarts({store}).of('s')).toBe(2_000);
    expect(await starts.of('other')).toBeUndefined();
    await starts.note('s', 3_000);
    expect(await starts.of('s')).toBe(3_000);
});
