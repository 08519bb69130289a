import {silentLog} from '../../contract/log.ts';
import {createLiveBot, type BotRecord} from './bot.ts';
import {fakeConsole} from './configuration.fixture.ts';
import {createConsoleChanges} from './console-changes.ts';

/** A server's configuration and its users, and what follows it. */
function follow(values: Record<string, unknown>) {
    let failing = false;
    const bots: Record<string, BotRecord> = {
        b1: {userId: 'b1', username: 'gangway', ownerId: 'gangway', deleteAt: 0},
    };
    const bot = createLiveBot({userId: 'b1', username: 'gangway'});
    const resealed: (string | undefined)[] = [];
    let sealed = '';
    let names = 0;
    const stop = new AbortController();
    const fake = fakeConsole(values);
    const {key, configuration} = fake.start();
    const load = fake.load;
    fake.load = async () => {
        if (failing) throw new Error('away');
        return await load();
    };
    const changes = createConsoleChanges(
        {
            configuration,
            botCalls: {
                ownId: async () => 'b1',
                userIdByName: async (name) =>
                    name === 'alice'
                        ? 'u1'
                        : Object.values(bots).find(({username}) => username === name)?.userId,
                bot: async (id) => bots[id],
                async ensureBot({username}) {
                    bots['b1'] = {...bots['b1']!, username};
                    return 'b1';
                },
            },
            bot,
            refusedName: undefined,
            key,
            async reseal(ring) {
                resealed.push(ring.renew(sealed));
            },
            onName: () => names++,
            log: silentLog,
        },
        stop.signal,
    );
    return {
        bot,
        changes,
        resealed,
        key,
        stop,
        held: () => fake.values,
        preferences: fake.preferences,
        names: () => names,
        seal: async (text: string) => {
            sealed = (await key.ring())?.seal(text) ?? '';
        },
        fail: (on: boolean) => {
            failing = on;
        },
        async set(next: Record<string, unknown>) {
            fake.values = {...fake.values, ...next};
            changes.changed();
            await changes.idle();
        },
    };
}

describe('following the System Console', () => {
    it('[SET-04] answers at once, and takes the name over afterwards', async () => {
        const {changes, bot} = follow({botusername: 'helm', encryptionkey: 'k'.repeat(43)});
        changes.changed();
        expect(bot.username).toBe('gangway');
        await changes.idle();
        expect(bot.username).toBe('helm');
    });

    it("[INS-04] keeps the bot where the name is a person's, until a name can be had", async () => {
        const {set, bot, changes, names} = follow({encryptionkey: 'k'.repeat(43)});
        await set({botusername: 'alice'});
        expect(bot.username).toBe('gangway');
        expect(changes.refusedName()).toContain('@alice belongs to a person');
        await set({other: 1});
        expect(names()).toBe(1);
        await set({botusername: 'helm'});
        expect(bot.username).toBe('helm');
        expect(changes.refusedName()).toBeUndefined();
        expect(names()).toBe(2);
    });

    it('[SET-05] seals again with a new key, once, and puts a cleared one back', async () => {
        const {set, seal, resealed, key, held} = follow({encryptionkey: 'a'.repeat(43)});
        await set({});
        await seal('secret');
        await set({encryptionkey: 'b'.repeat(43)});
        await set({other: 1});
        expect(resealed).toHaveLength(1);
        expect((await key.ring())?.renew(resealed[0] ?? '')).toBeUndefined();
        expect((await key.ring())?.open(resealed[0] ?? '')).toBe('secret');
        await set({encryptionkey: ''});
        expect(held()['encryptionkey']).toBe('b'.repeat(43));
    });

    it('[SET-05] puts key and name back that a save of other settings wiped out, and keeps the copy up to date', async () => {
        const {set, bot, held, preferences} = follow({
            botusername: 'helm',
            encryptionkey: 'a'.repeat(43),
        });
        await set({});
        await set({encryptionkey: 'b'.repeat(43)});
        expect(JSON.parse(preferences.get('gangway/configuration') ?? '')).toMatchObject({
            botUsername: 'helm',
            encryptionKey: 'b'.repeat(43),
        });
        await set({botusername: 'gangway', encryptionkey: null});
        expect(held()).toMatchObject({botusername: 'helm', encryptionkey: 'b'.repeat(43)});
        expect(bot.username).toBe('helm');
    });

    it('[SET-04] tries again where the server does not answer, and ends with the process', async () => {
        const {changes, bot, fail, stop} = follow({
            botusername: 'helm',
            encryptionkey: 'k'.repeat(43),
        });
        jest.useFakeTimers();
        fail(true);
        changes.changed();
        await jest.advanceTimersByTimeAsync(5_000);
        expect(bot.username).toBe('gangway');
        fail(false);
        await jest.advanceTimersByTimeAsync(15_000);
        expect(bot.username).toBe('helm');
        jest.useRealTimers();
        stop.abort();
        changes.changed();
        await changes.idle();
    });
});
