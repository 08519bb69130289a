import {requestDraft} from './draft_request.ts';

const draft = {stream: 'abc', n: 3, message: 'so far'};
const asked: {url: string; options: RequestInit}[] = [];
let respond: () => Promise<unknown> = () => Promise.reject(new Error('unset'));

function answer(status: number, text: string): () => Promise<unknown> {
    return () => Promise.resolve({ok: status === 200, status, text: () => Promise.resolve(text)});
}

beforeEach(() => {
    asked.length = 0;
    window.fetch = ((url: string, options: RequestInit) => {
        asked.push({url, options});
        return respond();
    }) as never;
});
afterEach(() => {
    delete window.basename;
});

const request = () => requestDraft('post1', new AbortController().signal);

it("[DEL-04] asks the plugin with the session of the page, below the server's path", async () => {
    respond = answer(200, JSON.stringify(draft));
    expect(await request()).toEqual(draft);
    window.basename = '/chat';
    await request();
    expect(asked.map(({url}) => url)).toEqual([
        '/plugins/gangway/api/v1/answers/post1',
        '/chat/plugins/gangway/api/v1/answers/post1',
    ]);
    expect(asked[0]?.options).toMatchObject({
        credentials: 'same-origin',
        headers: {'X-Requested-With': 'XMLHttpRequest'},
    });
});

it.each([
    ['a refusal', answer(404, JSON.stringify(draft))],
    ['no connection', () => Promise.reject(new TypeError('Failed to fetch'))],
    ['a page of HTML', answer(200, '<html>')],
    ['half a draft', answer(200, JSON.stringify({n: 1, message: 'x'}))],
    ['far too much', answer(200, JSON.stringify({...draft, message: 'x'.repeat(100_000)}))],
])('[DEL-04] takes %s for no draft', async (_name, given) => {
    respond = given;
    expect(await request()).toBeUndefined();
});
