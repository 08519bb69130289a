import {turnOf} from './agent.contract.ts';
import {buildPrompt} from './prompt.ts';

it('[ROUTE-02] puts the instructions of the agent before those of the place', () => {
    const turn = {...turnOf('Hi'), system: ' In this channel, be brief. '};
    expect(buildPrompt(turn, 'You are Gangway.').instructions).toBe(
        'You are Gangway.\n\nIn this channel, be brief.',
    );
    expect(buildPrompt(turnOf('Hi'), undefined).instructions).toBeUndefined();
});

it('[ROUTE-02] makes roles alternate, drops blank messages and begins with the user', () => {
    const messages = [
        {role: 'assistant', text: 'Earlier I said this.'},
        {role: 'user', text: 'One'},
        {role: 'user', text: ' \n'},
        {role: 'user', text: 'two'},
        {role: 'assistant', text: ''},
        {role: 'user', text: 'three'},
    ] as const;
    expect(buildPrompt({...turnOf(''), messages}, undefined).messages).toEqual([
        {role: 'user', content: '(earlier messages are not shown)'},
        {role: 'assistant', content: 'Earlier I said this.'},
        {role: 'user', content: 'One\n\ntwo\n\nthree'},
    ]);
});

it('[ROUTE-02] leaves the conversation that it was given as it was', () => {
    const turn = {...turnOf('One'), messages: [{role: 'user', text: 'One'}] as const};
    buildPrompt({...turn, messages: [...turn.messages, ...turn.messages]}, undefined);
    expect(turn.messages[0].text).toBe('One');
});
