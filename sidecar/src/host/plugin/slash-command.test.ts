import {silentLog} from '../../contract/log.ts';
import type {CommandCall} from '../../mattermost/plugin-api/hooks.ts';
import {answerSlash, commandText, type SlashPowers} from './slash-command.ts';

const typed = (command: string): CommandCall => ({
    UserId: 'u1',
    ChannelId: 'c1',
    TeamId: 't1',
    RootId: '',
    ParentId: '',
    TriggerId: '',
    Command: command,
    SiteURL: '',
    UserMentions: {},
    ChannelMentions: {},
});

const powers = (change: Partial<SlashPowers> = {}): SlashPowers => ({
    slash: async ({text}) => `did ${text}`,
    runner: async (text) => `runner ${text}`,
    accounts: () => [],
    troubles: () => ['The stored settings cannot be used.'],
    isAdmin: async () => true,
    log: silentLog,
    ...change,
});

describe('/gangway', () => {
    it('[CMD-01] answers only to the caller, with what follows the trigger', async () => {
        expect(commandText('/gangway   stop  now')).toBe('stop  now');
        expect(await answerSlash(typed('/gangway stop'), powers())).toEqual({
            ResponseType: 'ephemeral',
            Text: 'did stop',
        });
        expect((await answerSlash(typed('/gangway'), powers())).Text).toBe('did ');
    });

    it('[CMD-01] never fails: the user would read "command not found"', async () => {
        const broken = powers({slash: () => Promise.reject(new Error('away'))});
        const answer = await answerSlash(typed('/gangway new'), broken);
        expect(answer.ResponseType).toBe('ephemeral');
        expect(answer.Text).toContain('did not work');
    });

    it('[SET-01] tells admins, and nobody else, what is wrong with the settings', async () => {
        const admin = await answerSlash(typed('/gangway status'), powers());
        expect(admin.Text).toContain('The stored settings cannot be used.');
        const other = powers({isAdmin: async () => false});
        expect((await answerSlash(typed('/gangway status'), other)).Text).toBe('did status');
    });

    it('[CON-10] tells admins, and nobody else, how the accounts are and who listens', async () => {
        const accounts = (): string[] => ['`far` is listened to by runner r2'];
        const admin = await answerSlash(typed('/gangway status'), powers({accounts}));
        expect(admin.Text).toContain('**Accounts**\n- `far` is listened to by runner r2');
        const other = powers({accounts, isAdmin: async () => false});
        expect((await answerSlash(typed('/gangway status'), other)).Text).toBe('did status');
    });

    it('[CMD-01] lets only system admins make tokens for runners', async () => {
        expect((await answerSlash(typed('/gangway runner create a'), powers())).Text).toBe(
            'runner create a',
        );
        const other = powers({isAdmin: async () => false});
        expect((await answerSlash(typed('/gangway runner create a'), other)).Text).toBe(
            'Only system admins may do this.',
        );
    });
});
