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
        expect(name).toBe(`${'ä'.repeat(98)}.csv`);
    });

    it.each([
        ['あ'.repeat(84) + '.txt', 'あ'.repeat(65) + '.txt'],
        ['あ'.repeat(65) + '.txt', 'あ'.repeat(65) + '.txt'],
        ['a'.repeat(199) + '👩‍👩‍👧.tar', 'a'.repeat(196) + '.tar'],
        ['👩‍👩‍👧'.repeat(40), '👩‍👩‍👧'.repeat(11)],
        [`v1.${'x'.repeat(300)}`, `v1.${'x'.repeat(197)}`],
    ])('[MED-02] cuts %s by bytes, between whole characters', (name, cut) => {
        expect(safeFileName(name)).toBe(cut);
        expect(Buffer.byteLength(safeFileName(name))).toBeLessThanOrEqual(200);
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

    it('[MED-02] uploads one after the other: clients order files by the time of the upload', async () => {
        const fake = createFakePosts();
        fake.delayMs = 5;
        let running = 0;
        let most = 0;
        const uploads = createFileUploads(
            {
                async uploadFile(...given) {
                    most = Math.max(most, ++running);
                    try {
                        return await fake.uploadFile(...given);
                    } finally {
                        running--;
                    }
                },
            },
            'channel',
            silentLog,
        );
        for (const name of ['b', 'a', 'c']) uploads.add(file(name));
        await uploads.settled();
        expect(most).toBe(1);
        expect([...fake.files.values()].map(({name}) => name)).toEqual(['b', 'a', 'c']);
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
