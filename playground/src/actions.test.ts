import {createPlayground, type Playground} from './playground.ts';
import {seedHarbor, type Harbor} from './seed-harbor.ts';
import {caller, openLine, postOf, settle, textOf, type Call, type Line} from './test-client.ts';
import {openHook, type Hook} from './test-hook.ts';

let playground: Playground;
let harbor: Harbor;
let hook: Hook;
let bob: Call;
let line: Line;
let shift: number;

beforeEach(async () => {
    shift = 0;
    playground = await createPlayground({now: () => Date.now() + shift});
    harbor = seedHarbor(playground);
    hook = await openHook();
    const token = playground.login(harbor.users.bob);
    bob = caller(playground, token);
    line = openLine(playground, token);
    await line.event('hello');
});

afterEach(async () => {
    line.end();
    await hook.close();
    await playground.close();
});

const buttons = () => [
    {
        id: 'go',
        name: 'Go',
        type: 'button',
        integration: {url: `${hook.url}/go?q=1`, context: {secret: 'treasure'}},
    },
    {
        id: 'pick',
        name: 'Pick',
        type: 'select',
        options: [{text: 'A', value: 'a'}],
        integration: {url: `${hook.url}/pick`},
    },
    {id: 'with-dash', name: 'Bad', integration: {url: `${hook.url}/bad`}},
    {id: 'idle', name: 'Idle'},
];

function writeButtons(more: object = {}): string {
    const props = {kept: 'yes', attachments: [{text: 'choose', actions: buttons()}], ...more};
    return playground.post(harbor.users.alice, harbor.deckId, 'press', {props}).id;
}

const press = (postId: string, action = 'go', body: object = {}) =>
    bob('POST', `/posts/${postId}/actions/${action}`, body);

describe('buttons', () => {
    it('hides from clients where a button leads', async () => {
        const id = writeButtons();
        const {text, body} = await bob('GET', `/posts/${id}`);
        expect(text).not.toContain(hook.url);
        expect(text).not.toContain('treasure');
        expect(text).toContain('"id":"go"');
        expect(body).toMatchObject({metadata: {embeds: [{type: 'message_attachment'}]}});
        const posted = await line.event('posted');
        expect(String(posted.data?.['post'])).not.toContain('treasure');
    });

    it('calls the integration with who pressed what and where', async () => {
        const id = writeButtons();
        const answer = await press(id);
        expect(answer.status).toBe(200);
        expect(answer.body).toEqual({status: 'OK', trigger_id: answer.body['trigger_id']});
        const call = hook.last();
        expect(call.url).toBe('/go?q=1');
        expect(JSON.parse(call.body)).toEqual({
            user_id: harbor.users.bob,
            user_name: 'bob',
            channel_id: harbor.deckId,
            channel_name: 'deck',
            team_id: harbor.teamId,
            team_domain: 'harbor',
            post_id: id,
            trigger_id: expect.stringMatching(/^[A-Za-z0-9+/]{60,}=*$/),
            type: 'button',
            data_source: '',
            context: {secret: 'treasure'},
        });
    });

    it('adds what was chosen to the context of a menu, and of menus only', async () => {
        const id = writeButtons();
        await press(id, 'pick', {selected_option: 'a'});
        expect(JSON.parse(hook.last().body)).toMatchObject({context: {selected_option: 'a'}});
        await press(id, 'go', {selected_option: 'a'});
        expect(JSON.parse(hook.last().body)).toMatchObject({context: {secret: 'treasure'}});
        expect(hook.last().body).not.toContain('selected_option');
    });

    it.each([
        ['with-dash', 404, 'api.context.404.app_error'],
        ['nothing', 404, 'api.post.do_action.action_id.app_error'],
        ['idle', 404, 'api.post.do_action.action_id.app_error'],
    ])('does not find the button %s', async (action, status, id) => {
        const answer = await press(writeButtons(), action);
        expect([answer.status, answer.body['id']]).toEqual([status, id]);
        expect(hook.calls).toHaveLength(0);
    });

    it('is for those who may read the post', async () => {
        const {id: secretId} = playground.addChannel(harbor.teamId, 'secret', {type: 'P'});
        const {id} = playground.post(harbor.users.alice, secretId, 'press', {
            props: {attachments: [{actions: buttons()}]},
        });
        expect((await press(id)).status).toBe(403);
        expect((await press('a'.repeat(26))).status).toBe(403);
    });

    it.each([
        ['{}', 500],
        ['{}', 201],
        ['not json', 200],
    ])('answers 400 when the integration answers %j with %i', async (body, status) => {
        hook.answer(body, status);
        const answer = await press(writeButtons());
        expect([answer.status, answer.body['id']]).toEqual([
            400,
            'api.post.do_action.action_integration.app_error',
        ]);
    });

    it('does not call addresses of this machine unless they are allowed', async () => {
        playground.world.core.config.ServiceSettings.AllowedUntrustedInternalConnections = '';
        expect((await press(writeButtons())).status).toBe(400);
        expect(hook.calls).toHaveLength(0);
    });
});

describe('what an integration answers', () => {
    it('keeps the props when the update has none, buttons included', async () => {
        hook.answer({update: {message: 'pressed'}});
        const id = writeButtons();
        await press(id);
        const edited = postOf(await line.event('post_edited'));
        expect(edited).toMatchObject({id, message: 'pressed', props: {kept: 'yes'}});
        expect(edited['edit_at']).not.toBe(0);
        expect((await press(id)).status).toBe(200);
    });

    it('empties the message when the update has only props, and replaces all of them', async () => {
        hook.answer({update: {props: {fresh: 1}}});
        const id = writeButtons();
        await press(id);
        expect(postOf(await line.event('post_edited'))).toMatchObject({
            message: '',
            props: {fresh: 1},
        });
        expect((await press(id)).status).toBe(404);
    });

    it('keeps the names that a webhook gave, whatever the update says', async () => {
        hook.answer({update: {message: 'x', props: {override_username: 'Evil', y: 2}}});
        const id = writeButtons({override_username: 'Parrot', from_webhook: 'true'});
        await press(id);
        expect(postOf(await line.event('post_edited'))['props']).toEqual({
            override_username: 'Parrot',
            from_webhook: 'true',
            y: 2,
        });
    });

    it('takes the files from the post when the update names none', async () => {
        hook.answer({update: {message: 'x'}});
        const file = playground.world.files.create({
            userId: harbor.users.alice,
            channelId: harbor.deckId,
            name: 'map.txt',
            bytes: Buffer.from('X'),
        });
        const props = {attachments: [{actions: buttons()}]};
        const post = playground.post(harbor.users.alice, harbor.deckId, 'press', {
            props,
            file_ids: [file.id],
        });
        await press(post.id);
        expect((await bob('GET', `/posts/${post.id}`)).body['file_ids']).toEqual([]);
        expect((await bob('GET', `/files/${file.id}/info`)).status).toBe(404);
    });

    it('shows a text to the one who pressed, in the thread of the post', async () => {
        hook.answer({ephemeral_text: 'see <http://example.com|here>'});
        const id = writeButtons();
        await press(id);
        expect(postOf(await line.event('ephemeral_message'))).toMatchObject({
            message: 'see [here](http://example.com)',
            root_id: id,
            type: 'system_ephemeral',
        });
    });

    it('does nothing about an empty answer', async () => {
        hook.answer('');
        expect((await press(writeButtons())).status).toBe(200);
        await settle();
        expect(line.names()).toEqual(['hello', 'posted']);
    });
});

describe('buttons of ephemeral posts', () => {
    async function show(): Promise<{id: string; cookie: string}> {
        const admin = caller(playground, playground.login(harbor.users.admin));
        await admin('POST', '/posts/ephemeral', {
            user_id: harbor.users.bob,
            post: {channel_id: harbor.deckId, props: {attachments: [{actions: buttons()}]}},
        });
        const post = postOf(await line.event('ephemeral_message'));
        expect(JSON.stringify(post)).not.toContain(hook.url);
        const cookie = /"cookie":"([^"]+)"/.exec(JSON.stringify(post))?.[1] ?? '';
        return {id: textOf(post, 'id'), cookie};
    }

    it('works with the cookie that came with it', async () => {
        const {id, cookie} = await show();
        expect((await press(id, 'go', {cookie})).status).toBe(200);
        expect(JSON.parse(hook.last().body)).toMatchObject({
            post_id: id,
            context: {secret: 'treasure'},
        });
    });

    it('does not work without it, with another one, or for another post', async () => {
        const {id, cookie} = await show();
        expect((await press(id)).status).toBe(403);
        expect((await press(id, 'go', {cookie: 'forged'})).status).toBe(400);
        expect((await press('a'.repeat(26), 'go', {cookie})).status).toBe(400);
        expect(hook.calls).toHaveLength(0);
    });

    it('cannot be updated', async () => {
        const {id, cookie} = await show();
        hook.answer({update: {message: 'x'}});
        expect((await press(id, 'go', {cookie})).status).toBe(404);
    });
});

describe('dialogs', () => {
    const anybody = () => caller(playground);
    const open = (trigger: string, more: object = {}) =>
        anybody()('POST', '/actions/dialogs/open', {
            trigger_id: trigger,
            url: `${hook.url}/dialog`,
            dialog: {callback_id: 'ask', title: 'Ask', elements: [], state: 's'},
            ...more,
        });

    async function getTrigger(): Promise<string> {
        await press(writeButtons());
        const body: unknown = JSON.parse(hook.last().body);
        return textOf(body as Record<string, unknown>, 'trigger_id');
    }

    it('opens for the one who pressed', async () => {
        const trigger = await getTrigger();
        expect((await open(trigger)).body).toEqual({status: 'OK'});
        const {data} = await line.event('open_dialog');
        const told: unknown = JSON.parse(textOf(data ?? {}, 'dialog'));
        expect(told).toMatchObject({
            url: `${hook.url}/dialog`,
            trigger_id: expect.stringMatching(/^[a-z0-9]{26}$/),
            dialog: {callback_id: 'ask', title: 'Ask'},
        });
    });

    it('opens more than once with one trigger, for half a minute', async () => {
        const trigger = await getTrigger();
        expect((await open(trigger)).status).toBe(200);
        expect((await open(trigger)).status).toBe(200);
        shift = 31_000;
        const late = await open(trigger);
        expect([late.status, late.body['id']]).toEqual([
            400,
            'interactive_message.decode_trigger_id.expired',
        ]);
    });

    it('refuses a trigger that is forged', async () => {
        const forged = (text: string) => Buffer.from(text).toString('base64');
        const told = `${'a'.repeat(26)}:${harbor.users.bob}:${Date.now()}`;
        expect((await open('abc')).status).toBe(400);
        expect((await open(forged(`${told}:MEUCIQ==`))).status).toBe(400);
        const trigger = Buffer.from(await getTrigger(), 'base64').toString('utf8');
        const stolen = trigger.replace(harbor.users.bob, harbor.users.carol);
        expect((await open(forged(stolen))).body['id']).toBe(
            'interactive_message.decode_trigger_id.verify_signature_failed',
        );
    });

    it('hands what was filled in to the integration, and its errors back', async () => {
        const filled = {
            url: `${hook.url}/dialog`,
            callback_id: 'ask',
            state: 's',
            channel_id: harbor.deckId,
            team_id: harbor.teamId,
            submission: {name: 'Jim'},
        };
        hook.answer('');
        expect((await bob('POST', '/actions/dialogs/submit', filled)).body).toEqual({});
        expect(JSON.parse(hook.last().body)).toEqual({
            type: 'dialog_submission',
            callback_id: 'ask',
            state: 's',
            user_id: harbor.users.bob,
            channel_id: harbor.deckId,
            team_id: harbor.teamId,
            submission: {name: 'Jim'},
            cancelled: false,
        });
        hook.answer({errors: {name: 'too short'}});
        expect((await bob('POST', '/actions/dialogs/submit', filled)).body).toEqual({
            errors: {name: 'too short'},
        });
    });
});
