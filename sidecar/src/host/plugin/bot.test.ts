import {ensureBot, type BotCalls, type BotRecord} from './bot.ts';

function server(
    users: Readonly<Record<string, string>>,
    bots: Readonly<Record<string, BotRecord>>,
    ownId?: string,
): BotCalls & {made: string[]} {
    const made: string[] = [];
    return {
        made,
        ownId: async () => ownId,
        userIdByName: async (name) => users[name],
        bot: async (id) => bots[id],
        async ensureBot({username}) {
            made.push(username);
            return users[username] ?? 'bot1';
        },
    };
}

const own: BotRecord = {userId: 'bot1', username: 'gangway', ownerId: 'gangway', deleteAt: 0};

describe("the plugin's bot", () => {
    it('[INS-03] is made where there is none', async () => {
        const calls = server({}, {bot1: own});
        expect(await ensureBot(calls, 'gangway')).toEqual({
            kind: 'ready',
            bot: {userId: 'bot1', username: 'gangway'},
            isActive: true,
        });
    });

    it('[INS-03] is the one that it has, and says when an admin switched it off', async () => {
        const calls = server({gangway: 'bot1'}, {bot1: {...own, deleteAt: 5}});
        expect(await ensureBot(calls, 'gangway')).toMatchObject({kind: 'ready', isActive: false});
    });

    it('[INS-04] is refused where the name belongs to a person, and nothing is touched', async () => {
        const calls = server({gangway: 'u1'}, {});
        const outcome = await ensureBot(calls, 'gangway');
        expect(outcome).toMatchObject({kind: 'refused'});
        expect(JSON.stringify(outcome)).toContain('@gangway belongs to a person');
        expect(calls.made).toEqual([]);
    });

    it("[INS-04] is refused where the name belongs to somebody else's bot", async () => {
        const calls = server({gangway: 'b9'}, {b9: {...own, userId: 'b9', ownerId: 'u1'}});
        expect(JSON.stringify(await ensureBot(calls, 'gangway'))).toContain("somebody else's bot");
        expect(calls.made).toEqual([]);
    });

    it('[INS-04] stays as it is called where the wanted name cannot be had, and says why', async () => {
        const users = {helm: 'u1', gangway: 'bot1', theirs: 'b9'};
        const bots = {bot1: own, b9: {...own, userId: 'b9', ownerId: 'u1'}};
        for (const [name, reason] of [
            ['helm', 'The name @helm belongs to a person. The bot stays @gangway.'],
            ['theirs', "The name @theirs belongs to somebody else's bot. The bot stays @gangway."],
            ['a b', '"a b" is no name for a bot'],
        ] as const) {
            const calls = server(users, bots, 'bot1');
            expect(await ensureBot(calls, name)).toEqual({
                kind: 'ready',
                bot: {userId: 'bot1', username: 'gangway'},
                isActive: true,
                refused: expect.stringContaining(reason),
            });
            expect(calls.made).toEqual([]);
        }
    });

    it('[INS-04] has no name that no bot can have', async () => {
        const calls = server({}, {});
        expect(await ensureBot(calls, '7seas')).toMatchObject({kind: 'refused'});
        expect(calls.made).toEqual([]);
    });

    it('[INS-04] is refused where somebody took the name while we looked', async () => {
        const calls = server({}, {});
        expect(await ensureBot(calls, 'gangway')).toMatchObject({kind: 'refused'});
    });
});
