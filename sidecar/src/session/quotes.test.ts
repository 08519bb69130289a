import {createMemoryStore} from '../store/memory-store.ts';
import {createQuotes} from './quotes.ts';

describe('the sessions that quote a place', () => {
    const dropped: string[] = [];
    const store = createMemoryStore();
    const quotes = createQuotes({
        store,
        transcripts: {
            dropQuoted: async (id) => {
                dropped.push(id);
            },
        },
    });

    it('[SES-05] are the place’s own, and those that keep posts of that time', async () => {
        await quotes.note('deck', 'deck', 9);
        await quotes.note('deck', 'alice', 5);
        await quotes.note('deck', 'bob', 3);
        await quotes.note('deck', 'alice', 4);
        expect(await quotes.holders('deck', 5)).toEqual(['deck', 'alice']);
        expect([...(await quotes.holders('deck', 2))].sort()).toEqual(['alice', 'bob', 'deck']);
        expect(await quotes.holders('hold', 0)).toEqual(['hold']);
    });

    it('[SES-05] lose what they quote before they are forgotten', async () => {
        for (let n = 0; n < 100; n++) await quotes.note('deck', `s${n}`, 10 + n);
        expect(dropped.sort()).toEqual(['alice', 'bob']);
        expect(await quotes.holders('deck', 0)).toHaveLength(101);
    });
});
