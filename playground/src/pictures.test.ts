import {createPlayground} from './playground.ts';

it('serves the picture that a user has, and no other', async () => {
    const playground = await createPlayground();
    try {
        const alice = playground.addUser('alice');
        alice.avatar = {mimeType: 'image/png', bytes: Buffer.from([1, 2, 3])};
        const bob = playground.addUser('bob');
        const get = (id: string) =>
            fetch(`${playground.url}/api/v4/users/${id}/image`, {
                headers: {Authorization: `Bearer ${playground.login(bob.id)}`},
            });
        const picture = await get(alice.id);
        expect(picture.headers.get('content-type')).toBe('image/png');
        expect([...new Uint8Array(await picture.arrayBuffer())]).toEqual([1, 2, 3]);
        expect((await get(bob.id)).status).toBe(501);
    } finally {
        await playground.close();
    }
});
