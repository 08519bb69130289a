import {silentLog} from '../contract/log.ts';
import {createFakePosts} from './fake-posts.ts';
import {createFileUploads, safeFileName} from './files.ts';

const file = (name: string) => ({name, mimeType: 'text/plain', data: new Uint8Array([1, 2])});

describe('safeFileName', () => {
    it.each([
        ['report.pdf', 'report.pdf'],
        ['../../etc/passwd', 'passwd'],
        ['C:\\temp\\a.txt', 'a.txt'],
        ['.hidden', 'hidden'],
        ['a\u0000b\u202e?.txt', 'ab.txt'],
        ['..', 'file'],
        ['', 'file'],
    ])('[MED-02] makes of %j a name without folders', (name, safe) => {
        expect(safeFileName(name)).toBe(safe);
    });

    it('[MED-02] shortens a long name and keeps its ending', () => {
        const name = safeFileName(`${'ä'.repeat(500)}.csv`);
        expect(name).toMatch(/^ä+\.csv$/);
        expect(Array.from(name)).toHaveLength(120);
    });
});

describe('createFileUploads', () => {
    it('[MED-02] uploads in order', async () => {
        const fake = createFakePosts();
        const uploads = createFileUploads(fake, 'channel', silentLog);
        uploads.add(file('a.txt'));
        uploads.add(file('b.txt'));
        expect(await uploads.settled()).toEqual({ids: ['file1', 'file2'], notes: []});
        expect([...fake.files.values()]).toEqual([
            {name: 'a.txt', bytes: 2},
            {name: 'b.txt', bytes: 2},
        ]);
    });

    it('[MED-03] tells of a file that failed by name and reason, and uploads the others', async () => {
        const fake = createFakePosts();
        let count = 0;
        fake.fault = () => (count++ === 0 ? 'before' : undefined);
        const uploads = createFileUploads(fake, 'channel', silentLog);
        uploads.add(file('a_b.txt'));
        uploads.add(file('c.txt'));
        expect(await uploads.settled()).toEqual({
            ids: ['file1'],
            notes: ['_The file a\\_b.txt could not be attached: upload failed._'],
        });
    });
});
