import {ownWords, question, quote, say} from './beat.ts';
import type {Act} from './beat.ts';

/** How many earlier messages are told back. */
const SHOWN = 10;

/** Takes note of something; what keeps it is the session, not this agent. */
export const remember: Act = (turn) => {
    const what = thingToRemember(question(turn));
    if (what === '')
        return [say('Tell me what, for instance: `remember the tide turns at six`.\n')];
    return [
        say(`Noted:

${quote(what)}

I keep no notes of my own: Gangway gives me the conversation with each question. Ask me \
\`what did I say before?\` here and it comes back to you; ask in another channel and it does not, for \
that is another session.
`),
    ];
};

/** Tells back what the person said earlier in this session. */
export const recall: Act = (turn) => {
    const earlier = turn.messages
        .slice(0, -1)
        .filter((message) => message.role === 'user')
        .map((message) => ownWords(message.text))
        .filter(({author = turn.user.username}) => author === turn.user.username)
        .filter(({text}) => text !== '');
    if (earlier.length === 0) {
        return [
            say(
                'Nothing yet: this is the first message of our session. ' +
                    'Say something, `remember the tide turns at six` for instance, and ask again.\n',
            ),
        ];
    }
    const shown = earlier.slice(-SHOWN);
    const lines = shown.map((message, index) => {
        const text = quote(message.text, 160).replace(/^> ?/gm, '').replaceAll('\n', ' ');
        return `${index + 1}. ${text}`;
    });
    const notes = earlier.map(({text}) => thingToRemember(text)).filter((note) => note !== '');
    const last = notes.at(-1);
    return [
        say(`Before this you said${count(shown.length, earlier.length)}:\n\n${lines.join('\n')}\n`),
        ...(last === undefined
            ? []
            : [say(`\nThe last thing you asked me to remember is:\n\n${quote(last)}\n`)]),
    ];
};

/** What follows the word "remember"; '' when the text does not ask for it. */
function thingToRemember(text: string): string {
    return /\bremember\b[\s:,]*(?:that\s+)?([\s\S]*)$/i.exec(text)?.[1]?.trim() ?? '';
}

function count(shown: number, all: number): string {
    return shown === all ? '' : ` (the last ${shown} of ${all} messages)`;
}
