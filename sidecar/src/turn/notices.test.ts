import {silentLog} from '../contract/log.ts';
import {createMemoryStore} from '../store/memory-store.ts';
import type {TurnEntry} from '../session/journal.ts';
import type {TurnDeps} from './deps.ts';
import {createNotices} from './notices.ts';

/** Notices over a store in memory; what would be shown to one person alone is collected. */
function notices() {
    const said: {userId: string; channelId: string; message: string}[] = [];
    const platform = {
        ephemeral: (userId: string, draft: {channelId: string; message: string}) => {
            said.push({userId, channelId: draft.channelId, message: draft.message});
            return Promise.resolve(true);
        },
        createPost: (draft: {channelId: string; message: string}) => {
            said.push({userId: '', channelId: draft.channelId, message: draft.message});
            return Promise.resolve({});
        },
    };
    const journal = {close: () => Promise.resolve('closed')};
    const deps = {
        account: 'default',
        platform,
        journal,
        store: createMemoryStore(),
        log: silentLog,
    };
    return {said, notices: createNotices(deps as unknown as TurnDeps)};
}

it.each(['@all', '@channel', '@here', '&#64;all', '@ALL'])(
    '[DEL-14] quotes a message that is not answered without calling everybody by its %s',
    async (ping) => {
        const {said, notices: ours} = notices();
        const entry = {channelId: 'c1', rootId: '', turnId: 't', text: `${ping} hear ${ping}`};
        await ours.queueFull(entry as TurnEntry);
        const [{message} = {message: ''}] = said;
        expect(message).toContain('Too many messages');
        expect(message).toMatch(/hear/);
        expect(message).not.toContain(ping);
    },
);
