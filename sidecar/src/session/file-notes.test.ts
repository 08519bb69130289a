import {PlatformError} from '../mattermost/errors.ts';
import {fileLines, fileNotes} from './file-notes.ts';

const info = (id: string, size = 10) => ({id, name: `${id}.txt`, mimeType: 'text/plain', size});

describe('the files of a post', () => {
    it('[MED-01][BR-02] are looked up where the server did not say what they are, as with hooks', async () => {
        const asked: string[] = [];
        const platform = {
            fileInfo: async (id: string) => {
                asked.push(id);
                return info(id);
            },
        };
        expect(await fileNotes(platform, {fileIds: ['a', 'b'], files: [info('b', 5)]})).toEqual([
            info('b', 5),
            info('a'),
        ]);
        expect(asked).toEqual(['a']);
    });

    it('[MED-01] cost no message when the server cannot say what they are', async () => {
        const platform = {
            fileInfo: () => Promise.reject(new PlatformError('server-error', 'is away')),
        };
        const notes = await fileNotes(platform, {fileIds: ['a'], files: undefined});
        expect(fileLines(notes)).toBe(
            '[An attached file of which nothing is known. It cannot be read yet.]',
        );
        const over = AbortSignal.abort();
        await expect(fileNotes(platform, {fileIds: ['a'], files: undefined}, over)).rejects.toThrow(
            'is away',
        );
    });

    it('[MED-01] have sizes as people write them', () => {
        const sizes = [0, 1, 1023, 1024, 12_900, 3_565_158, 5e9, 3e12].map((size) =>
            fileLines([info('a', size)]).replace(/^.*, (.*)\)\..*$/, '$1'),
        );
        expect(sizes).toEqual([
            '0 bytes',
            '1 byte',
            '1023 bytes',
            '1 KB',
            '13 KB',
            '3.4 MB',
            '4.7 GB',
            '2.7 TB',
        ]);
    });
});
