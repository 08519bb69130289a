import * as fc from 'fast-check';
import {COMMANDS, findCommand, textCommand, type CommandPowers} from './registry.ts';

const POWERS: CommandPowers = {
    stop: async () => 0,
    reset: async () => undefined,
    sessionState: () => ({running: false}),
    agentOf: async () => 'main',
    status: () => ({
        state: 'ready',
        since: 0,
        lastEventAt: undefined,
        lastError: undefined,
        reconnects: 2,
    }),
    botName: () => 'gangway',
    runner: () => 'runner-1',
    missedCalls: () => ({lastHour: 0, lastDay: 0}),
};
const CALL = {account: 'default', userId: 'u', owner: false, sessionId: 's', argument: ''};

const named = (text: string): string | undefined => textCommand(text)?.command.name;

describe('a text', () => {
    it('is a command with a mark before it, or as a word by itself', () => {
        for (const text of ['!stop', '/stop', ' /stop ', 'stop', 'STOP', '!Stop']) {
            expect(named(text)).toBe('stop');
        }
        expect(named('!new')).toBe('new');
        expect(named('reset')).toBe('new');
        expect(textCommand('!new chart please')).toMatchObject({argument: 'chart please'});
    });

    it('is none where it says more, or something else', () => {
        const texts = ['', '!', '!!stop', 'stop it', 'new ideas?', '!nothing', 'stop.'];
        for (const text of texts) expect(textCommand(text)).toBeUndefined();
    });

    it('whatever it is, is looked at without a fault', () => {
        fc.assert(
            fc.property(fc.string({unit: 'binary'}), (text) => {
                textCommand(text);
            }),
        );
    });
});

describe('the commands', () => {
    it('have names and aliases that are theirs alone', () => {
        const names = COMMANDS.flatMap(({name, aliases}) => [name, ...aliases]);
        expect(new Set(names).size).toBe(names.length);
        for (const name of names) expect(findCommand(name.toUpperCase())).toBe(findCommand(name));
    });

    it('stop says how much it has stopped', async () => {
        const say = async (count: number): Promise<string | undefined> =>
            await findCommand('stop')?.run(CALL, {...POWERS, stop: async () => count});
        expect(await say(0)).toBe('Nothing is running here.');
        expect(await say(1)).toBe('Stopped.');
        expect(await say(3)).toBe('Stopped, and dropped 2 waiting.');
    });

    it('help tells each of them, and how to ask', async () => {
        const text = await findCommand('help')?.run(CALL, POWERS);
        for (const {name, summary} of COMMANDS)
            expect(text).toContain(`| \`${name}\` | ${summary} |`);
        expect(text).toContain('@gangway');
    });

    it('[CON-10] status tells owners of the last event, the last error and the runner too', async () => {
        const powers = {
            ...POWERS,
            status: () => ({
                ...POWERS.status(),
                lastEventAt: 0,
                lastError: 'The server refused the token.',
            }),
        };
        const run = findCommand('status')?.run;
        const told = await run?.({...CALL, owner: true}, powers);
        expect(told).toContain('**Last event** 1970-01-01T00:00:00.000Z');
        expect(told).toContain('**Last error** The server refused the token.');
        expect(told).toContain('**Runner** runner-1');
        expect(await run?.({...CALL, owner: false}, powers)).not.toContain('Runner');
    });

    it('[GATE-16][BR-32] status tells owners that the bot is called for where it is no member', async () => {
        const run = findCommand('status')?.run;
        const powers = {...POWERS, missedCalls: () => ({lastHour: 1, lastDay: 3})};
        expect(await run?.({...CALL, owner: true}, powers)).toContain(
            '**Elsewhere** mentioned 3 times in the last day (1 in the last hour) in channels where I am no member',
        );
        expect(await run?.({...CALL, owner: false}, powers)).not.toContain('Elsewhere');
        expect(await run?.({...CALL, owner: true}, POWERS)).not.toContain('Elsewhere');
    });

    it('[CON-10] status tells agent, conversation and connection', async () => {
        const text = await findCommand('status')?.run(CALL, POWERS);
        expect(text).toContain('**Agent** main');
        expect(text).toContain('**Conversation** idle');
        expect(text).toMatch(/\*\*Connection\*\* ready since 1970-.*, 2 reconnects/);
    });
});
