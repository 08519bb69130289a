import {createMemoryStore} from '../store/memory-store.ts';
import type {Store} from '../store/store.ts';
import {createTranscripts} from './transcript.ts';
import type {TranscriptMessage, Transcripts} from './transcript.ts';

const question = (postId: string, text = `question ${postId}`): TranscriptMessage => ({
    role: 'user',
    text,
    postIds: [postId],
    userId: 'alice',
    at: 1,
});
const answer = (postId: string, text = `answer ${postId}`): TranscriptMessage => ({
    role: 'assistant',
    text,
    postIds: [`${postId}-1`, `${postId}-2`],
    userId: 'bot',
    at: 2,
});

describe('the transcript', () => {
    let store: Store;
    let now: number;
    let transcripts: Transcripts;
    beforeEach(() => {
        now = 1_000_000;
        store = createMemoryStore({now: () => now});
        transcripts = createTranscripts({store, now: () => now});
    });
    it('[INS-05] leaves a session of a newer format as it is, and archives it whole', async () => {
        const newer = {v: 2, messages: 'said otherwise', more: [1]};
        const bytes = new TextEncoder().encode(JSON.stringify(newer));
        await store.compareAndSet('session/s', undefined, bytes);
        await transcripts.append('s', 'main', 't1', [question('p1')]);
        expect(await transcripts.load('s', 0)).toEqual({
            messages: [],
            archivedAs: undefined,
            brokenAs: undefined,
        });
        expect(await store.get('session/s')).toEqual(bytes);
        const archived = (await transcripts.reset('s')) ?? '';
        expect(await store.get(archived)).toEqual(bytes);
        await transcripts.append('s', 'main', 't1', [question('p1')]);
        expect((await transcripts.load('s')).messages).toHaveLength(1);
    });

    const said = async (id = 's'): Promise<string[]> =>
        (await transcripts.load(id)).messages.map(({text}) => text);
    const talk = async (turnId: string, id = 's'): Promise<void> => {
        await transcripts.append(id, 'main', turnId, [question(turnId), answer(turnId)]);
    };

    it('[SES-06] outlives the process that wrote it', async () => {
        expect(await said()).toEqual([]);
        await talk('p1');
        await talk('p2');
        const other = createTranscripts({store, now: () => now});
        expect((await other.load('s')).messages).toEqual([
            {...question('p1'), turnId: 'p1'},
            {...answer('p1'), turnId: 'p1'},
            {...question('p2'), turnId: 'p2'},
            {...answer('p2'), turnId: 'p2'},
        ]);
        expect(await said('other')).toEqual([]);
    });

    it('[SES-06] holds a turn once, although recovery appends it again', async () => {
        await talk('p1');
        await talk('p1');
        await Promise.all([talk('p2'), talk('p2'), talk('p3')]);
        expect(await said()).toHaveLength(6);
    });

    it('[DEL-09] knows which turns it holds, also those that were merged into another', async () => {
        await transcripts.append('s', 'main', 'p2', [question('p1'), question('p2'), answer('p2')]);
        expect(await transcripts.holds('s', 'p2')).toBe(true);
        expect(await transcripts.holds('s', 'p1')).toBe(false);
        expect(await transcripts.holds('s', 'p1', 'p1')).toBe(true);
        expect(await transcripts.holds('s', 'p2-1', 'p2-1')).toBe(false);
        expect(await transcripts.holds('other', 'p2', 'p2')).toBe(false);
    });

    it('[SES-06] starts afresh after a reset, and the former session is kept', async () => {
        await talk('p1');
        const archivedAs = await transcripts.reset('s');
        expect(archivedAs).toBe('archive/s/1000000');
        expect(await said()).toEqual([]);
        const archived = await store.get(archivedAs ?? '');
        expect(new TextDecoder().decode(archived)).toContain('question p1');
        expect(await transcripts.reset('s')).toBeUndefined();

        await talk('p2');
        expect(await transcripts.reset('s')).toBe('archive/s/1000001');
        expect(await store.list('archive/s/')).toHaveLength(2);
    });

    it('[SES-06] loses no message to a reset that it races', async () => {
        await talk('p1');
        await Promise.all([talk('p2'), transcripts.reset('s'), transcripts.reset('s'), talk('p3')]);
        const texts: string[] = [];
        for (const key of [...(await store.list('archive/')), ...(await store.list('session/'))]) {
            texts.push(new TextDecoder().decode(await store.get(key)));
        }
        for (const turnId of ['p1', 'p2', 'p3']) {
            const found = texts.join().split(`"question ${turnId}"`).length - 1;
            expect({turnId, found}).toEqual({turnId, found: 1});
        }
    });

    it('[SES-06] is archived after idleMinutes without a message, and never without that setting', async () => {
        await talk('p1');
        now += 29 * 60_000;
        expect((await transcripts.load('s', 30)).messages).toHaveLength(2);
        await talk('p2');
        now += 29 * 60_000;
        expect((await transcripts.load('s', 30)).archivedAs).toBeUndefined();
        now += 60_000;
        expect((await transcripts.load('s')).messages).toHaveLength(4);
        const idle = await transcripts.load('s', 30);
        expect(idle).toMatchObject({messages: [], archivedAs: `archive/s/${now}`});
        expect(await store.get(`archive/s/${now}`)).toBeDefined();
        expect((await transcripts.load('s', 30)).archivedAs).toBeUndefined();
    });

    it('loses what a deleted post said, and says what an edited one says now', async () => {
        await talk('p1');
        await talk('p2');
        expect(await transcripts.replacePost('s', 'p1', 'better')).toBe(true);
        expect(await transcripts.replacePost('s', 'p1', 'better')).toBe(false);
        expect(await transcripts.removePost('s', 'p2')).toBe(true);
        expect(await transcripts.removePost('s', 'p2')).toBe(false);
        expect(await said()).toEqual(['better', 'answer p1', 'answer p2']);
        expect(await transcripts.removePost('s', 'p1-2')).toBe(true);
        expect(await said()).toEqual(['better', 'answer p2']);
        expect(await transcripts.removePost('nobody', 'p1')).toBe(false);
        expect(await store.get('session/nobody')).toBeUndefined();
    });

    it('keeps the newest 200 messages', async () => {
        for (let i = 0; i < 102; i++) await talk(`p${i}`);
        const texts = await said();
        expect(texts).toHaveLength(200);
        expect(texts[0]).toBe('question p2');
        expect(texts.at(-1)).toBe('answer p101');
    });

    it('keeps the newest messages that fit into 256 KiB, and the beginning of one that does not', async () => {
        for (let i = 0; i < 10; i++) {
            const turnId = `p${i}`;
            await transcripts.append('s', 'main', turnId, [question(turnId, 'ä'.repeat(20_000))]);
        }
        const {messages} = await transcripts.load('s');
        expect(messages).toHaveLength(6);
        expect(messages.at(-1)?.postIds).toEqual(['p9']);

        await transcripts.append('s', 'main', 'big', [answer('big', '\u0001😀'.repeat(200_000))]);
        const only = (await transcripts.load('s')).messages;
        expect(only).toHaveLength(1);
        expect(only[0]?.text.startsWith('\u0001😀\u0001😀')).toBe(true);
        expect((await store.get('session/s'))?.length).toBeLessThan(257 * 1024);
    });

    it('that cannot be read is kept aside and begun anew', async () => {
        await store.compareAndSet('session/s', undefined, new TextEncoder().encode('{"v":1}'));
        const {messages, brokenAs} = await transcripts.load('s', 30);
        expect(messages).toEqual([]);
        expect(await store.get(brokenAs ?? '')).toBeDefined();
        await talk('p1');
        expect(await said()).toHaveLength(2);
    });

    const quote = (postId: string, change: Partial<TranscriptMessage> = {}): TranscriptMessage => ({
        ...question(postId, `quote ${postId}`),
        quoted: 'channel',
        ...change,
    });

    it('[SES-05] keeps quoted posts beside what was said: each once, newest first to stay, the root always', async () => {
        const root = quote('root', {quoted: 'root'});
        await transcripts.append('s', 'main', 'p0', [root, quote('a'), question('p0')]);
        for (let n = 1; n <= 9; n++) {
            const chatter = Array.from({length: 50}, (_, i) => quote(`${n}-${i}`));
            await transcripts.append('s', 'main', `p${n}`, [...chatter, question(`p${n}`)]);
        }
        const {messages} = await transcripts.load('s');
        const quotes = messages.filter(({quoted}) => quoted !== undefined);
        expect(quotes).toHaveLength(400);
        expect(messages[0]).toMatchObject(root);
        expect(quotes.at(-1)?.text).toBe('quote 9-49');
        expect(messages.filter(({quoted}) => quoted === undefined)).toHaveLength(10);

        // Asked with by now, so that it is no quote any more.
        await transcripts.append('s', 'main', '9-49', [question('9-49')]);
        expect((await said()).slice(-3)).toEqual(['quote 9-48', 'question p9', 'question 9-49']);
        expect(await transcripts.holds('s', 'other', '9-48')).toBe(false);
        expect(await transcripts.holds('s', 'other', '9-49')).toBe(true);
    });

    it('[SES-05] gives a quoted post its new text, and lets go of all that was quoted', async () => {
        await transcripts.append('s', 'main', 'p', [quote('a'), question('p'), answer('p')]);
        await transcripts.replacePost('s', 'a', 'as a question', 'as a quote');
        expect(await said()).toEqual(['as a quote', 'question p', 'answer p']);
        await transcripts.dropQuoted('s');
        expect(await said()).toEqual(['question p', 'answer p']);
    });

    it('[BR-09] puts a turn where it is told to, in one write', async () => {
        for (const id of ['a', 'b', 'c']) await talk(id);
        await transcripts.append(
            's',
            'main',
            'b-r1',
            [question('b'), answer('b', 'new')],
            (all) => ({
                before: all.slice(0, 2),
                after: all.slice(4),
            }),
        );
        expect(await said()).toEqual([
            ...['question a', 'answer a'],
            ...['question b', 'new'],
            ...['question c', 'answer c'],
        ]);
    });
});
