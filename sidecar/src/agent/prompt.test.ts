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

it('[SES-12] puts the time behind the question, so that all before it stays what the provider has cached', () => {
    const question = {role: 'user', text: 'One'} as const;
    const at = (now: string) =>
        buildPrompt({...turnOf(''), system: 'Be brief.', messages: [question], now}, undefined);
    const first = at('Monday').messages.at(-1)?.content;
    expect(first).toBe('One\n\n<now>\nMonday\n</now>');
    expect(at('Tuesday').instructions).toBe(at('Monday').instructions);
    const later = buildPrompt(
        {...turnOf(''), messages: [question, {role: 'assistant', text: 'Aye'}, question], now: 'T'},
        undefined,
    );
    expect(later.messages.map(({content}) => content)).toEqual([
        'One',
        'Aye',
        'One\n\n<now>\nT\n</now>',
    ]);
});

it('[ROUTE-02] leaves the conversation that it was given as it was', () => {
    const turn = {...turnOf('One'), messages: [{role: 'user', text: 'One'}] as const};
    buildPrompt({...turn, messages: [...turn.messages, ...turn.messages]}, undefined);
    expect(turn.messages[0].text).toBe('One');
});
