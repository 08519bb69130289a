import {createMembership} from './membership.ts';

function server(members: Record<string, boolean>) {
    const asked: string[] = [];
    let hold: Promise<void> = Promise.resolve();
    const membership = createMembership({
        api: {
            isChannelMember: async (channelId) => {
                asked.push(channelId);
                const answer = members[channelId] ?? false;
                await hold;
                return answer;
            },
            getChannelsForTeamForUser: async () => {
                const ids = Object.keys(members).filter((id) => members[id] === true);
                await hold;
                return ids.map((id) => ({
                    id,
                    type: 'O',
                    teamId: 't',
                    name: id,
                    displayName: id,
                    lastPostAt: 0,
                    deleteAt: 0,
                }));
            },
        },
        botId: 'bot',
        tuning: {foreignMs: 600_000, remembered: 100},
        hears: () => true,
    });
    return {
        membership,
        asked,
        holdBack: () => {
            const {promise, resolve} = Promise.withResolvers<undefined>();
            hold = promise;
            return () => resolve(undefined);
        },
    };
}

const signal = new AbortController().signal;

describe("the bot's membership", () => {
    it('[GATE-16] is asked for once for each channel, however many ask', async () => {
        const {membership, asked} = server({a: true});
        expect(membership.known('a')).toBeUndefined();
        const answers = Array.from({length: 50}, () => membership.ask('a'));
        answers.push(...Array.from({length: 50}, () => membership.ask('b')));
        expect(new Set((await Promise.all(answers)).map(String))).toEqual(
            new Set(['true', 'false']),
        );
        expect([membership.known('a'), membership.known('b')]).toEqual([true, false]);
        expect(asked).toEqual(['a', 'b']);
    });

    it('[GATE-16] is what the last hook says, also when an answer comes later', async () => {
        const {membership, holdBack} = server({a: false});
        const goOn = holdBack();
        const asking = membership.ask('a');
        membership.set('a', true);
        goOn();
        expect(await asking).toBe(true);
        expect(membership.known('a')).toBe(true);
    });

    it('[GATE-16] is what the list says, but for what a hook told since it was asked for', async () => {
        const members: Record<string, boolean> = {a: true, b: true};
        const {membership, holdBack} = server(members);
        await membership.load(signal);
        expect(membership.known('b')).toBe(true);
        expect(await membership.ask('c')).toBe(false);
        members['b'] = false;
        members['c'] = true;
        const goOn = holdBack();
        const loading = membership.load(signal);
        membership.set('a', false);
        membership.set('d', true);
        goOn();
        await loading;
        expect(['a', 'b', 'c', 'd'].map((id) => membership.known(id))).toEqual([
            false,
            false,
            true,
            true,
        ]);
    });

    it('remembers nothing while no hooks are heard', async () => {
        const asked: string[] = [];
        const membership = createMembership({
            api: {
                isChannelMember: async (channelId) => {
                    asked.push(channelId);
                    return true;
                },
                getChannelsForTeamForUser: async () => [],
            },
            botId: 'bot',
            tuning: {foreignMs: 1, remembered: 10},
            hears: () => false,
        });
        expect([await membership.ask('a'), await membership.ask('a')]).toEqual([true, true]);
        expect(asked).toEqual(['a', 'a']);
        expect(membership.known('a')).toBeUndefined();
    });
});
