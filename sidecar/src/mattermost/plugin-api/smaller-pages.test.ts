import {PlatformError} from '../errors.ts';
import {createPageReader} from './smaller-pages.ts';

/** A channel of which at most so many posts can be read at once. */
function channel(most: number) {
    const asked: number[] = [];
    const read = async (size: number): Promise<string> => {
        asked.push(size);
        if (size > most) throw new PlatformError('too-large', 'gob: value over the limit of bytes');
        return `${size} posts`;
    };
    return {asked, read};
}

describe('a page of posts', () => {
    it('is read at once where it fits', async () => {
        const {asked, read} = channel(200);
        expect(await createPageReader(200)(read)).toEqual({page: '200 posts', size: 200});
        expect(asked).toEqual([200]);
    });

    it('[OPS-02] is read with fewer posts where people made them too large for the connection', async () => {
        const {asked, read} = channel(10);
        expect(await createPageReader(200)(read)).toEqual({page: '2 posts', size: 2});
        expect(asked).toEqual([200, 20, 2]);
    });

    it('[OPS-02] is small for a while after one that was too large, and grows again', async () => {
        const {asked, read} = channel(10);
        const readPage = createPageReader(200);
        for (let page = 0; page < 4; page++) await readPage(read);
        expect(asked).toEqual([200, 20, 2, 4, 8, 16, 1]);
        const all = channel(200);
        for (let page = 0; page < 9; page++) await readPage(all.read);
        expect(all.asked).toEqual([2, 4, 8, 16, 32, 64, 128, 200, 200]);
    });

    it('is given up where nothing of it can be read, and at once for other reasons', async () => {
        const {asked, read} = channel(0);
        await expect(createPageReader(200)(read)).rejects.toMatchObject({code: 'too-large'});
        expect(asked).toEqual([200, 20, 2, 1]);
        const away = new PlatformError('unreachable', 'the server is gone');
        const reading = jest.fn(() => Promise.reject(away));
        await expect(createPageReader(200)(reading)).rejects.toBe(away);
        expect(reading).toHaveBeenCalledTimes(1);
    });
});
