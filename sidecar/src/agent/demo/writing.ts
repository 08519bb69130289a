import {say} from './beat.ts';
import type {Act} from './beat.ts';

/** A medium answer, word by word. */
export const stream: Act = () => [
    say(`This answer is being written while you read it.

An agent rarely knows its last word when it says its first one. Waiting for the end would leave you \
with a typing indicator and your doubts, so Gangway opens **one post** as soon as there is something \
worth reading and lets it grow. It does not send a new message for each sentence, and it does not \
shake the channel with an edit for each letter: edits come at a calm pace and become rarer the longer \
an answer takes.

You may notice three things:

- The post appeared with its first words, not with an empty bubble.
- Whatever you do meanwhile, scroll, reply, open the thread, the text goes on.
- When the last word is in, the post holds exactly what the agent wrote. *Exactly*: ünïcödé, 日本語, \
emoji like 🧭 and **unfinished Markdown on the way** included.

If you want to see the same with a text that no single post can hold, ask for \`long\`.
`),
];

/** Two tables: one for reading, one with all that a table can hold. */
export const table: Act = () => [
    say(
        `Here is a table, aligned column by column:

| Ship | Built | Length | Sails | Home |
|:-----|------:|-------:|:-----:|:-----|
| Marigold | 1894 | 31.5 m | 3 | Old harbour |
| Petrel | 1911 | 24.0 m | 2 | Lighthouse pier |
| Amber Star | 1927 | 47.2 m | 5 | Old harbour |
| Second Wind | 1983 | 11.8 m | 2 | East mole |
| Patience | 2004 | 9.4 m | 1 | East mole |

And one with markup inside its cells:

| What | How it is written | How it looks |
|---|---|---|
| strong | \`**strong**\` | **strong** |
| code | two backticks | \`tide > 2.5\` |
| link | \`[text](address)\` | [Mattermost](https://mattermost.com) |
| a bar | \`\\|\` | left \\| right |
| done | \`~~later~~ now\` | ~~later~~ now |

A table is never cut in the middle of a row. If an answer is so long that a table must go on in a \
second post, its heading is repeated there.
`,
        3,
    ),
];

/** Code in three languages. */
export const code: Act = () => [
    say(
        `Three pieces of code, each in its own block. First some TypeScript:

\`\`\`typescript
interface Tide {
    readonly at: string;
    readonly metres: number;
}

/** The highest tide of a day; undefined for a day without any. */
function highWater(tides: readonly Tide[]): Tide | undefined {
    return tides.reduce<Tide | undefined>(
        (best, tide) => (best === undefined || tide.metres > best.metres ? tide : best),
        undefined,
    );
}
\`\`\`

Then a question to a database:

\`\`\`sql
SELECT ship, count(*) AS voyages, max(distance_nm) AS farthest
FROM logbook
WHERE left_port >= '2026-01-01'
GROUP BY ship
HAVING count(*) > 3
ORDER BY farthest DESC;
\`\`\`

And a change, as a diff:

\`\`\`diff
--- a/orders.txt
+++ b/orders.txt
@@ -1,3 +1,3 @@
 Cast off at six.
-Set all sails.
+Set all sails but one: the wind is rising.
 Breakfast at eight.
\`\`\`

Inside a sentence it looks like this: call \`highWater(tides)?.at\` and you have the hour.
`,
        2,
    ),
];
