import {question, quote, say} from './beat.ts';
import type {Act} from './beat.ts';

/** One line of the tour as people see it. */
export interface Stop {
    /** What to write. */
    readonly write: string;
    /** What one then sees; continues "and see". */
    readonly shows: string;
}

/** Welcomes a newcomer and lists the tour. */
export function greeting(stops: readonly Stop[]): Act {
    const rows = stops.map((stop) => `| \`${stop.write}\` | ${stop.shows} |`).join('\n');
    return (turn) => [
        say(`### Welcome aboard, ${turn.user.username}.

I am Gangway's **demo agent**. I live inside the program, need no key and no network, and give the \
same answer each time. I am here so that you can see how an agent feels in Mattermost before you \
connect a real one.

Send me one of these (in a channel, mention me as you did just now):

`),
        say(`| Write | and see |\n|:---|:---|\n${rows}\n`, 8),
        say(`
A good order is \`stream\`, \`long\`, \`tool\`. When you have seen enough, put an agent of kind \
\`openai-compatible\` or \`anthropic\` into the settings, and it answers here in my place.
`),
    ];
}

/** Answers anything that is no stop of the tour, and shows the way to two that are. */
export function smallTalk(stops: readonly Stop[]): Act {
    return (turn) => {
        const text = question(turn);
        if (text === '')
            return [say('You wrote nothing that I can read. Try `hello` for a tour.\n')];
        const [first, second] = pickTwo(stops, text);
        return [
            say(`You wrote:

${quote(text)}

A real agent would answer that now. I only know my tour by heart, so here are two things that I can \
show you:

`),
            say(`- \`${first.write}\`: ${first.shows}\n- \`${second.write}\`: ${second.shows}\n`),
            say('\nOr write `hello` to see everything on offer.\n'),
        ];
    };
}

/** Two different stops, chosen by the text alone so that the same question gets the same answer. */
function pickTwo(stops: readonly Stop[], text: string): readonly [Stop, Stop] {
    let hash = 7;
    for (const char of text) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) % 1_000_003;
    const at = hash % stops.length;
    const [first, second] = [stops[at], stops[(at + 3) % stops.length]];
    if (first === undefined || second === undefined) throw new RangeError('the tour has no stops');
    return [first, second];
}
