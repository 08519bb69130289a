import type {PostRow} from '../../playground/src/world/records.ts';
import {ACCOUNT_DEFAULTS} from '../src/contract/account-defaults.ts';
import type {StreamingSettings} from '../src/contract/account-settings.ts';
import {createLog} from '../src/ops/log.ts';
import {createRedactor} from '../src/ops/redact.ts';
import {comeAboard, gangwayOf, type Aboard} from './aboard.ts';
import {createConductor, type Run} from './conductor.ts';
import {buttonsOf} from './people.ts';

interface Scene extends AsyncDisposable {
    readonly aboard: Aboard;
    /** All texts that readers saw of the bot's posts, oldest first. */
    readonly seen: readonly string[];
    /** Lines of the log from `warn` on. */
    readonly warnings: readonly string[];
    /** A question, and the run that answers it. */
    ask(text: string): Promise<{post: PostRow; run: Run}>;
    lacks(): readonly string[];
    grant(permission: string, granted: boolean): void;
}

async function scene(streaming: Partial<StreamingSettings>, ...missing: string[]): Promise<Scene> {
    const conductor = createConductor();
    const seen: string[] = [];
    const warnings: string[] = [];
    const aboard = await comeAboard({
        agent: conductor.agent,
        settings: {
            streaming: {
                ...ACCOUNT_DEFAULTS.streaming,
                throttleMs: 30,
                minInitialChars: 1,
                ...streaming,
            },
        },
        log: createLog({
            level: 'warn',
            format: 'json',
            redactor: createRedactor(),
            write: (line) => warnings.push(line),
        }),
        prepare: ({world}) => {
            for (const name of missing) world.permissions.setGranted('channel_user', name, false);
        },
    });
    aboard.playground.tap((event) => {
        if (event.kind !== 'post-created' && event.kind !== 'post-updated') return;
        if (event.post.channel_id !== aboard.harbor.deckId) return;
        if (event.post.user_id === aboard.bot.userId) seen.push(event.post.message);
    });
    return {
        aboard,
        seen,
        warnings,
        async ask(text) {
            const {length} = conductor.runs;
            const post = aboard.mention('alice', text);
            return {post, run: await aboard.until('a run', () => conductor.runs[length])};
        },
        lacks: () => aboard.app.accounts()[0]?.status.missingPermissions ?? [],
        grant: (permission, granted) =>
            aboard.playground.world.permissions.setGranted('channel_user', permission, granted),
        [Symbol.asyncDispose]: () => aboard[Symbol.asyncDispose](),
    };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('a bot without permissions for its own posts', () => {
    it('[BR-29] [DEL-08] gets no drafts without edit_post: one post at the end, and admins can see why', async () => {
        await using it = await scene({}, 'edit_post', 'delete_post');
        const {aboard, seen} = it;
        const first = await it.ask('how deep is it?');
        first.run.text('Ten fathoms, ');
        await aboard.until('the permission to be missed', () => it.lacks().length > 0);
        expect(it.lacks()).toEqual(['edit_post', 'delete_post']);
        await pause(150);
        expect(seen).toEqual([]);
        first.run.done('give or take.');
        await aboard.expectAnsweredOnce([first.post]);
        const second = await it.ask('and further out?');
        second.run.text('Twelve, ');
        await pause(150);
        second.run.done('perhaps.');
        await aboard.expectAnsweredOnce([first.post, second.post]);
        expect(seen).toEqual(['Ten fathoms, give or take.', 'Twelve, perhaps.']);
        const said = it.warnings.filter((line) => line.includes('lacks a permission'));
        expect(said.map((line) => JSON.parse(line) as unknown)).toMatchObject([
            {account: 'default', permission: 'edit_post'},
            {account: 'default', permission: 'delete_post'},
        ]);
        const ready = await fetch(`${aboard.httpUrl}/readyz`).then((answer) => answer.json());
        expect(ready).toMatchObject({
            accounts: [{missingPermissions: ['edit_post', 'delete_post']}],
        });
        const told = (): PostRow[] =>
            aboard
                .answers(aboard.directChannel('admin'))
                .filter((post) => post.message.includes('lacks'));
        await aboard.until('the owner to be told', () => told().length > 0);
        // Another process that finds the same tells nobody again.
        await aboard.stop();
        await aboard.start();
        const third = await it.ask('and over there?');
        third.run.done('Nine.');
        await aboard.until('the permission to be missed', () => it.lacks().length > 0);
        await aboard.expectAnsweredOnce([third.post]);
        expect(told().map(({message}) => message)).toEqual([
            expect.stringContaining('(**edit_post and delete_post**)'),
        ]);
    });

    it('[BR-29] [DEL-08] gets them again as soon as it is given the permission', async () => {
        await using it = await scene({}, 'edit_post');
        const {aboard} = it;
        const first = await it.ask('how deep is it?');
        first.run.done('Ten fathoms.');
        await aboard.expectAnsweredOnce([first.post]);
        await aboard.until('the permission to be missed', () => it.lacks().length > 0);
        it.grant('edit_post', true);
        await aboard.handled();
        const second = await it.ask('and now?');
        second.run.text('Twelve');
        const draft = await aboard.draftOf(second.post);
        expect(gangwayOf(draft)?.state).toBe('streaming');
        expect(it.lacks()).toEqual([]);
        second.run.done('.');
        await aboard.expectAnsweredOnce([first.post, second.post]);
        expect(aboard.now(draft).message).toBe('Twelve.');
    });

    it('[BR-29] [DEL-08] that loses edit_post in the middle of an answer gives it whole in a new post, and the next without drafts', async () => {
        await using it = await scene({});
        const {aboard, seen} = it;
        const first = await it.ask('how deep is it?');
        first.run.text('Ten fathoms');
        const draft = await aboard.draftOf(first.post);
        // The server refuses although nobody told of a change, as where there is no WebSocket.
        aboard.playground.world.permissions.setGranted(
            'channel_user',
            'edit_post',
            false,
            'unheard',
        );
        first.run.done(', give or take.');
        await aboard.expectAnsweredOnce([first.post]);
        expect(aboard.now(draft).delete_at).toBeGreaterThan(0);
        expect(aboard.answers().map(({message}) => message)).toEqual([
            'Ten fathoms, give or take.',
        ]);
        await aboard.until('the permission to be missed', () => it.lacks().length > 0);
        expect(it.lacks()).toEqual(['edit_post']);
        const before = seen.length;
        const second = await it.ask('and further out?');
        second.run.text('Twelve, ');
        await pause(150);
        second.run.done('perhaps.');
        await aboard.expectAnsweredOnce([first.post, second.post]);
        expect(seen.slice(before)).toEqual(['Twelve, perhaps.']);
    });

    it('[BR-29] [DEL-08] without delete_post gets drafts that are edited, none that would have to be removed', async () => {
        await using first = await scene({notify: 'first'}, 'delete_post');
        const edited = await first.ask('how deep is it?');
        edited.run.text('Ten');
        const draft = await first.aboard.draftOf(edited.post);
        edited.run.done(' fathoms.');
        await first.aboard.expectAnsweredOnce([edited.post]);
        expect(first.aboard.now(draft).message).toBe('Ten fathoms.');

        await using final = await scene({notify: 'final'}, 'delete_post');
        const anew = await final.ask('how deep is it?');
        anew.run.text('Ten');
        await final.aboard.until('the permission to be missed', () => final.lacks().length > 0);
        await pause(150);
        anew.run.done(' fathoms.');
        await final.aboard.expectAnsweredOnce([anew.post]);
        expect(final.seen).toEqual(['Ten fathoms.']);
    });

    it('[BR-29] [DEL-08] that loses delete_post in the middle of an answer leaves no button and no other text behind', async () => {
        await using it = await scene({notify: 'final'});
        const {aboard} = it;
        const {post, run} = await it.ask('how deep is it?');
        run.text('Ten fathoms');
        const draft = await aboard.draftOf(post);
        expect(buttonsOf(draft)).not.toEqual([]);
        it.grant('delete_post', false);
        run.done('.');
        await aboard.until('the answer', () =>
            aboard.answers().find(({message}) => message === 'Ten fathoms.'),
        );
        await aboard.settled();
        expect(aboard.now(draft).message).toBe('*(replaced by another post)*');
        expect(buttonsOf(aboard.now(draft))).toEqual([]);
        expect(gangwayOf(aboard.now(draft))?.state).toBe('stopped');
    });
});
