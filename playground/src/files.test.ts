import {createPlayground, type Playground} from './playground.ts';
import {seedHarbor, type Harbor} from './seed-harbor.ts';
import {caller, read, textOf, type Call} from './test-client.ts';

let playground: Playground;
let harbor: Harbor;
let token: string;
let alice: Call;
let bob: Call;

beforeEach(async () => {
    playground = await createPlayground({config: {FileSettings: {MaxFileSize: 2000}}});
    harbor = seedHarbor(playground);
    token = playground.login(harbor.users.alice);
    alice = caller(playground, token);
    bob = caller(playground, playground.login(harbor.users.bob));
});

afterEach(() => playground.close());

/** A picture of 3 by 2 dots, as far as anybody looks. */
const png = Buffer.concat([
    Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
    Buffer.from([0, 0, 0, 3, 0, 0, 0, 2, 8, 6, 0, 0, 0]),
]);

function form(content: string | Buffer, name: string, clientId?: string): FormData {
    const data = new FormData();
    data.append('channel_id', harbor.deckId);
    if (clientId !== undefined) {
        data.append('client_ids', clientId);
    }
    data.append('files', new Blob([new Uint8Array(Buffer.from(content))]), name);
    return data;
}

async function upload(content: string | Buffer = 'treasure', name = 'map.txt'): Promise<string> {
    const {status, body} = await alice('POST', '/files', form(content, name));
    expect(status).toBe(201);
    const [info] = body['file_infos'] as Record<string, unknown>[];
    return textOf(info ?? {}, 'id');
}

const download = (id: string, query = '') =>
    fetch(`${playground.url}/api/v4/files/${id}${query}`, {
        headers: {Authorization: `Bearer ${token}`},
    });

describe('uploading', () => {
    it('takes a form, with the ids that the client gave', async () => {
        const {status, body} = await alice('POST', '/files', form('treasure', 'map.txt', 'c1'));
        expect(status).toBe(201);
        expect(body).toMatchObject({
            client_ids: ['c1'],
            file_infos: [
                {
                    user_id: harbor.users.alice,
                    channel_id: harbor.deckId,
                    name: 'map.txt',
                    extension: 'txt',
                    size: 8,
                    mime_type: 'text/plain; charset=utf-8',
                },
            ],
        });
    });

    it('takes a raw body with a name in the address', async () => {
        const path = `/files?channel_id=${harbor.deckId}&filename=log.txt`;
        const {status, body} = await alice('POST', path, 'windy');
        expect(status).toBe(201);
        expect(body).toMatchObject({file_infos: [{name: 'log.txt', size: 5}]});
    });

    it('measures pictures', async () => {
        const id = await upload(png, 'island.png');
        expect((await alice('GET', `/files/${id}/info`)).body).toMatchObject({
            mime_type: 'image/png',
            width: 3,
            height: 2,
            has_preview_image: true,
        });
    });

    it('refuses what is too large, and who is not in the channel', async () => {
        const large = await alice('POST', '/files', form('x'.repeat(3000), 'big.txt'));
        expect(large.status).toBe(413);
        const secret = playground.addChannel(harbor.teamId, 'secret', {type: 'P'});
        const path = `/files?channel_id=${secret.id}&filename=x`;
        expect((await alice('POST', path, 'x')).status).toBe(403);
        expect((await alice('POST', '/files?filename=x', 'x')).status).toBe(400);
    });
});

describe('posting', () => {
    it('attaches files of one’s own, each once', async () => {
        const id = await upload();
        const create = (call: Call) =>
            call('POST', '/posts', {channel_id: harbor.deckId, message: 'x', file_ids: [id]});
        const stolen = await create(bob);
        expect(stolen.body).toMatchObject({file_ids: null});
        const first = await create(alice);
        expect(first.body).toMatchObject({
            file_ids: [id],
            metadata: {files: [{id, name: 'map.txt'}]},
        });
        expect((await create(alice)).body).toMatchObject({file_ids: null});
        const infos = await bob('GET', `/posts/${textOf(first.body, 'id')}/files/info`);
        expect(infos.list).toMatchObject([{id}]);
    });

    it('deletes them with the post', async () => {
        const id = await upload();
        const post = playground.post(harbor.users.alice, harbor.deckId, 'x', {file_ids: [id]});
        expect((await bob('GET', `/files/${id}/info`)).status).toBe(200);
        await alice('DELETE', `/posts/${post.id}`);
        expect((await bob('GET', `/files/${id}/info`)).status).toBe(404);
    });
});

describe('downloading', () => {
    it('sends the very bytes, and lets no browser take them for a page', async () => {
        const id = await upload('<script>', 'evil.html');
        const answer = await download(id);
        expect(answer.headers.get('content-disposition')).toMatch(/^attachment;/);
        expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
        expect(await answer.text()).toBe('<script>');
    });

    it('shows pictures in place, unless they are to be saved', async () => {
        const id = await upload(png, 'island.png');
        const shown = await download(id);
        expect(shown.headers.get('content-disposition')).toMatch(/^inline;/);
        expect(Buffer.from(await shown.arrayBuffer()).equals(png)).toBe(true);
        const saved = await download(id, '?download=1');
        expect(saved.headers.get('content-disposition')).toMatch(/^attachment;/);
        await saved.body?.cancel();
    });

    it('is for those who may read the channel', async () => {
        const secret = playground.addChannel(harbor.teamId, 'secret', {type: 'P'});
        playground.joinChannel(secret.id, harbor.users.alice);
        const path = `/files?channel_id=${secret.id}&filename=x.txt`;
        const {body} = await alice('POST', path, 'x');
        const [info] = body['file_infos'] as Record<string, unknown>[];
        const id = textOf(info ?? {}, 'id');
        expect((await bob('GET', `/files/${id}`)).status).toBe(403);
        expect((await bob('GET', `/files/${id}/info`)).status).toBe(403);
        expect((await read(await download('a'.repeat(26)))).status).toBe(404);
    });
});
