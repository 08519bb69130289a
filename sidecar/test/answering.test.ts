import {comeAboard} from './aboard.ts';

it('[GATE-03] answers a mention in a channel', async () => {
    await using aboard = await comeAboard();
    const post = aboard.mention('alice', 'how deep is the harbour?');
    const answer = await aboard.answerTo(post);
    expect(answer.message).toBe('You said: @alice: how deep is the harbour?');
    expect(aboard.answers()).toHaveLength(1);
});
