import {DECK, decideScene, idOf, verdict, type Scene} from './gate.fixture.ts';

const textOf = (scene: Scene): string => {
    const decision = decideScene(scene);
    return decision.kind === 'answer' ? decision.text : decision.kind;
};

describe('a mention in a channel', () => {
    it('[GATE-03] counts by the boundary rule where the server said nothing, or no', () => {
        for (const mentionsBot of [undefined, false]) {
            expect(verdict({message: 'so, @BOT: what now?', mentionsBot})).toBe('answer mention');
            expect(verdict({message: 'mail foo@bot', mentionsBot})).toBe('context no_mention');
        }
    });

    it('[GATE-03] counts as the server parsed it', () => {
        expect(verdict({message: 'so @bot_', mentionsBot: true})).toBe('answer mention');
        expect(verdict({message: 'so @bot_', mentionsBot: undefined})).toBe('context no_mention');
        expect(textOf({message: 'so @bot_ hi', mentionsBot: true})).toBe('so _ hi');
    });

    it.each([
        '@all',
        '@channel look',
        'hi @here',
        '@devs',
        'a reply',
        '`@bot` runs',
        '```\n@bot\n```',
    ])('[GATE-03] does not count when the server says so only because of %j', (message) => {
        expect(verdict({message, mentionsBot: true})).toBe('context no_mention');
    });

    it('[GATE-03] may be one of the extra mentionPatterns, outside code', () => {
        const settings = {mentionPatterns: ['(a+', '\\bgangway\\b']};
        expect(verdict({message: 'Hey Gangway, hi', settings})).toBe('answer mention_pattern');
        expect(textOf({message: 'Hey Gangway, hi', settings})).toBe('Hey Gangway, hi');
        expect(verdict({message: 'run `gangway`', settings})).toBe('context no_mention');
        expect(verdict({message: 'gangways', settings})).toBe('context no_mention');
    });

    it('[GATE-04] is taken off the text; a bare one says so', () => {
        expect(decideScene({message: '@bot: explain\n  - this'})).toMatchObject({
            text: 'explain\n  - this',
            bare: false,
        });
        expect(decideScene({message: '  @bot! '})).toMatchObject({reason: 'mention', bare: true});
        expect(decideScene({message: '@bot', post: {fileIds: ['f']}})).toMatchObject({bare: false});
        expect(
            decideScene({message: '@bot', channelType: 'D', settings: {allowFrom: ['*']}}),
        ).toMatchObject({reason: 'direct_message', bare: true});
    });
});

describe('chat modes', () => {
    it('[GATE-05] oncall is the default and answers mentions only', () => {
        expect(verdict({message: 'hello'})).toBe('context no_mention');
        expect(verdict({message: 'hello', settings: {chatmode: 'oncall'}})).toBe(
            'context no_mention',
        );
    });

    it('[GATE-05] onmessage answers every post that has something in it', () => {
        const settings = {chatmode: 'onmessage'} as const;
        expect(verdict({message: 'hello', settings})).toBe('answer chatmode_onmessage');
        expect(verdict({message: '', settings})).toBe('context empty_after_mention');
    });

    it('[GATE-22] onmessage takes replies only with a mention where onmessageScope is roots', () => {
        const settings = {chatmode: 'onmessage', onmessageScope: 'roots'} as const;
        const reply = {post: {rootId: idOf('root')}, context: {participated: true}, settings};
        expect(verdict({message: 'hello', settings})).toBe('answer chatmode_onmessage');
        expect(verdict({message: 'hello', ...reply})).toBe('context no_mention');
        expect(verdict({message: 'hello @bot', ...reply})).toBe('answer mention');
        expect(verdict({message: 'hello', ...reply, channelType: 'D'})).toBe(
            'pair dm_policy_pairing_required',
        );
    });

    it("[GATE-22] onmessageScope is the channel's own, and means nothing where a mention is needed", () => {
        const reply = {message: 'hello', post: {rootId: idOf('root')}};
        const roots = {onmessageScope: 'roots'} as const;
        const groups = {[DECK]: {onmessageScope: 'all'}, '*': roots} as const;
        const onmessage = {chatmode: 'onmessage'} as const;
        expect(verdict({...reply, settings: {...onmessage, ...roots}})).toBe('context no_mention');
        expect(verdict({...reply, settings: {...onmessage, groups: {'*': roots}}})).toBe(
            'context no_mention',
        );
        expect(verdict({...reply, settings: {...onmessage, ...roots, groups}})).toBe(
            'answer chatmode_onmessage',
        );
        expect(verdict({...reply, settings: roots, context: {participated: true}})).toBe(
            'answer thread_participation',
        );
    });

    it('[GATE-05] onchar answers posts with a prefix, takes it off, and mentions count too', () => {
        const settings = {chatmode: 'onchar'} as const;
        expect(verdict({message: ' ! do it', settings})).toBe('answer onchar_prefix');
        expect(textOf({message: ' ! do it', settings})).toBe('do it');
        expect(textOf({message: '>quote\n  kept', settings})).toBe('quote\n  kept');
        expect(verdict({message: 'do it!', settings})).toBe('context no_mention');
        expect(verdict({message: '@bot do it', settings})).toBe('answer mention');
        expect(verdict({message: '!', settings})).toBe('context empty_after_mention');
        expect(textOf({message: '! @bot do it', settings})).toBe('do it');
    });

    it('[GATE-05] onchar takes the first of oncharPrefixes that fits', () => {
        const settings = {chatmode: 'onchar', oncharPrefixes: ['', '!!', '!']} as const;
        expect(textOf({message: '!!do', settings})).toBe('do');
        expect(textOf({message: '!do', settings})).toBe('do');
        expect(textOf({message: '> do', settings})).toBe('context');
        expect(textOf({message: '! do', settings: {chatmode: 'oncall'}})).toBe('context');
    });

    it('[GATE-06] asks groups[channelId], groups["*"], chatmode, requireMention, in this order', () => {
        const onmessage = {chatmode: 'onmessage'} as const;
        const answered = (settings: Scene['settings']): boolean =>
            decideScene({message: 'hello', settings: settings ?? {}}).kind === 'answer';
        expect(answered({})).toBe(false);
        expect(answered({requireMention: false})).toBe(true);
        expect(answered({requireMention: false, chatmode: 'oncall'})).toBe(false);
        expect(answered({requireMention: true, ...onmessage})).toBe(true);
        expect(answered({...onmessage, groups: {'*': {requireMention: true}}})).toBe(false);
        expect(
            answered({
                chatmode: 'oncall',
                groups: {'*': {requireMention: true}, [DECK]: {requireMention: false}},
            }),
        ).toBe(true);
        expect(
            answered({groups: {'*': {requireMention: true}, [DECK]: {chatmode: 'onmessage'}}}),
        ).toBe(true);
        expect(answered({...onmessage, groups: {[idOf('bridge')]: {requireMention: true}}})).toBe(
            true,
        );
    });

    it('[GATE-10] lets a channel have a chat mode of its own', () => {
        const settings = {groups: {[DECK]: {chatmode: 'onchar'}}} as const;
        expect(verdict({message: '!hi', settings})).toBe('answer onchar_prefix');
        expect(verdict({message: '!hi', settings, post: {channelId: idOf('bridge')}})).toBe(
            'context no_mention',
        );
    });

    it('[GATE-07] counts a reply in a thread that the bot takes part in as a mention', () => {
        const reply = {message: 'and then?', post: {rootId: 'root'}, context: {participated: true}};
        expect(verdict(reply)).toBe('answer thread_participation');
        expect(verdict({...reply, context: {participated: false}})).toBe('context no_mention');
        expect(verdict({...reply, post: {rootId: ''}})).toBe('context no_mention');
        const off = {implicitMentions: {threadParticipation: false}};
        expect(verdict({...reply, settings: off})).toBe('context no_mention');
    });
});
