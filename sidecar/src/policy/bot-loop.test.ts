import {createBotLoop} from './bot-loop.ts';

const talk = {account: 'default', channelId: 'deck', userId: 'builder'};

describe('the count of turns with other bots', () => {
    it('[GATE-02] counts the turns of the last minutes', () => {
        let now = 0;
        const loop = createBotLoop(() => now);
        loop.record(talk);
        now = 4 * 60_000;
        loop.record(talk);
        expect(loop.turns(talk, 5)).toBe(2);
        now = 5 * 60_000;
        expect(loop.turns(talk, 5)).toBe(1);
        now = 60 * 60_000;
        expect(loop.turns(talk, 5)).toBe(0);
    });

    it('[GATE-02] still counts the newest turns after hundreds of them', () => {
        let now = 0;
        const loop = createBotLoop(() => now);
        for (let turn = 0; turn < 250; turn++) loop.record(talk);
        now = 10 * 60_000;
        for (let turn = 0; turn < 6; turn++) loop.record(talk);
        expect(loop.turns(talk, 5)).toBe(6);
    });

    it('[GATE-02] keeps accounts, channels and bots apart', () => {
        const loop = createBotLoop(() => 0);
        loop.record(talk);
        expect(loop.turns(talk, 5)).toBe(1);
        for (const other of [{account: 'b'}, {channelId: 'b'}, {userId: 'b'}]) {
            expect(loop.turns({...talk, ...other}, 5)).toBe(0);
        }
    });

    it('forgets the conversation that was silent longest, so that memory stays small', () => {
        const loop = createBotLoop(() => 0);
        loop.record(talk);
        for (let other = 0; other < 999; other++) loop.record({...talk, userId: String(other)});
        loop.record(talk);
        loop.record({...talk, userId: 'new'});
        expect(loop.turns(talk, 5)).toBe(2);
        expect(loop.turns({...talk, userId: '0'}, 5)).toBe(0);
    });
});
