import {say} from './beat.ts';
import type {Act} from './beat.ts';

/** The days of the voyage: a title, and what was worth writing down. */
const DAYS: readonly (readonly [title: string, story: string])[] = [
    [
        'Casting off',
        'We left the old harbour with the ebb, an hour before sunrise. The cook had counted the loaves ' +
            'twice and the captain once, and they did not agree. Nobody waved but the lighthouse keeper, ' +
            'who waves at everything that floats.',
    ],
    [
        'Out of sight of land',
        'The last hill went under at noon. Two of the crew pretended not to look back. In the afternoon ' +
            'a dozen porpoises came along and played under the bow until something better turned up.',
    ],
    [
        'The compass quarrel',
        'The two compasses differ by three degrees, and so do the first and the second mate. The captain ' +
            'settled it with the evening star, which was on the side of the second mate.',
    ],
    [
        'A calm',
        'Not a breath from breakfast to supper. We mended sails, painted the boat, and learned that the ' +
            'ship’s cat can open the pantry. The sea was so flat that the stars lay on it.',
    ],
    [
        'Wind at last',
        'It came at four in the morning, all at once, and from where we had not expected it. By six every ' +
            'sail stood, and the wake behind us was as straight as a ruled line.',
    ],
    [
        'A letter in a bottle',
        'The boy fished it out with a bucket. The ink had run; all that can be read is “if you find this, ' +
            'please”, and nobody has stopped guessing since. We put in a note of our own and threw it back.',
    ],
    [
        'Half of the water',
        'The first cask is empty, on the day when it should be. The cook has changed from soup to anything ' +
            'that is not soup. It rained a little towards evening, and everybody stood under the mainsail with a pot.',
    ],
    [
        'The island that is not there',
        'The chart shows an island; the sea does not. We sailed straight across it with a man at the lead: ' +
            'no bottom at eighty fathoms. The captain drew a small question mark and signed it.',
    ],
    [
        'Heavy weather',
        'Two reefs in the mainsail, everything loose tied down, and the cat in a hammock with the cook. The ' +
            'largest wave came with the change of the watch, as if it had waited for both.',
    ],
    [
        'Repairs',
        'One yard cracked, one window broken, eleven plates gone, nobody hurt. The carpenter, who had been ' +
            'bored since the first day, sang so loudly that the watch could not hear the bell.',
    ],
    [
        'A ship',
        'The *Petrel*, eastward bound. We exchanged newspapers, onions for coffee, and a rumour for a better ' +
            'one. For an hour there were two ships in the world, and then there was one again.',
    ],
    [
        'Warm nights',
        'Half of the crew sleeps on deck. The second mate teaches the boy the names of the stars and makes ' +
            'up those he has forgotten; the boy knows it and keeps a list.',
    ],
    [
        'Birds',
        'First one, then twenty, always from the south-west in the morning and back in the evening. The ' +
            'captain has turned the bow a little, without giving an order and without a word.',
    ],
    [
        'The smell of land',
        'The cook noticed it first: wood smoke, and something like thyme. There is nothing to see yet. All ' +
            'day people found reasons to go forward and look.',
    ],
    [
        'Landfall',
        'A blue line, then a grey one, then a green one with a white dot that became a tower. The lead found ' +
            'ground at forty fathoms, sand and small shells. The cat came up to see what the noise was about.',
    ],
    [
        'The new harbour',
        'We made fast at the east mole at nine in the evening, with the flood. There were as many loaves left ' +
            'as the captain had counted. A keeper stood beside the light and waved; they all do.',
    ],
];

const WINDS = ['SW 4', 'SW 3', 'W 5', 'calm', 'NW 6', 'S 2', 'SE 4', 'NE 7'] as const;
const SEAS = ['smooth', 'slight', 'moderate', 'glassy', 'rough', 'slight'] as const;
const SKIES = ['clear', 'high clouds', 'overcast', 'showers', 'haze'] as const;
const DUTIES = [
    'wind the chronometer',
    'pump the bilge',
    'air the sails',
    'oil the blocks',
    'read the barometer',
    'scrub the deck',
    'trim the lamps',
    'feed the cat (again)',
] as const;

/** The log of a voyage: more than a post can hold, with everything that is hard to cut. */
export const voyage: Act = () => [
    say(`# The log of the *Marigold*

This is a long answer: ${DAYS.length} days at sea in far more than sixteen thousand characters. One post \
holds no more than that here, so the log goes on in a second post. Watch where it is \
cut: between blocks, never inside a table row, a link or a word.

`),
    ...DAYS.map((_, index) => say(day(index), 8)),
    say(`## The cargo, in one table\n\n${cargo()}\n\n`, 8),
    say(`## The voyage, in one block\n\n${track()}\n\n`, 8),
    say(`---

That was the whole log. Put the posts behind each other and you have it back, letter for letter.
`),
];

function day(index: number): string {
    const [title, story] = at(DAYS, index);
    const reckoning = index % 3 === 2 ? `${deadReckoning(index)}\n` : '';
    return `## Day ${index + 1}: ${title}

${story}

${watches(index)}

Orders of the day:

${duties(index)}

${reckoning}`;
}

function watches(index: number): string {
    const rows = ['00–04', '04–08', '08–12', '12–16', '16–20', '20–24'].map((watch, row) => {
        const turn = index * 5 + row * 3;
        const wind = at(WINDS, turn);
        const knots = (wind === 'calm' ? 0.3 : 2.5 + ((turn * 7) % 60) / 10).toFixed(1);
        const glass = 1004 + ((turn * 5) % 23);
        return (
            `| ${watch} | ${wind} | ${at(SEAS, turn + row)} | ${at(SKIES, turn)} ` +
            `| ${knots} kn | ${glass} hPa |`
        );
    });
    return `| Watch | Wind | Sea | Sky | Speed | Barometer |
|:------|:-----|:----|:----|------:|----------:|
${rows.join('\n')}`;
}

function duties(index: number): string {
    return [0, 1, 2, 3]
        .map((row) => `- [${(index + row) % 4 === 3 ? ' ' : 'x'}] ${at(DUTIES, index * 3 + row)}`)
        .join('\n');
}

function deadReckoning(index: number): string {
    const legs = [0, 1, 2, 3].map((leg) => {
        const course = (215 + index * 11 + leg * 17) % 360;
        const run = 14 + ((index * 13 + leg * 29) % 22);
        return `    Leg(course=${course}, miles=${run}),`;
    });
    return `The reckoning, as the second mate keeps it:

\`\`\`python
from math import cos, radians, sin

legs = [
${legs.join('\n')}
]

north = sum(leg.miles * cos(radians(leg.course)) for leg in legs)
east = sum(leg.miles * sin(radians(leg.course)) for leg in legs)
print(f"day ${index + 1}: {north:+.1f} north, {east:+.1f} east")
\`\`\`
`;
}

const GOODS = ['coffee', 'lamp oil', 'rope', 'nails', 'flour', 'books', 'glass', 'soap'] as const;
const OWNERS = [
    'Harbour office',
    'Widow Larsen',
    'The lighthouse',
    'School of the east mole',
] as const;

function cargo(): string {
    const rows = Array.from({length: 48}, (_, index) => {
        const goods = at(GOODS, index * 3 + Math.floor(index / 8));
        const weight = 40 + ((index * 37) % 210);
        return `| ${index + 1} | ${goods} | ${weight} kg | ${at(OWNERS, index * 5 + 1)} |`;
    });
    return `| No. | Goods | Weight | For |\n|---:|:---|---:|:---|\n${rows.join('\n')}`;
}

function track(): string {
    const fixes = DAYS.map(([title], index) => {
        const north = (54.3 - index * 0.61).toFixed(2);
        const west = (6.1 + index * 0.87).toFixed(2);
        return `  {"day": ${index + 1}, "north": ${north}, "west": ${west}, "note": "${title}"}`;
    });
    return `\`\`\`json\n[\n${fixes.join(',\n')}\n]\n\`\`\``;
}

/** The entry at `index`, beginning anew behind the last one. */
function at<Entry>(entries: readonly Entry[], index: number): Entry {
    const entry = entries[index % entries.length];
    if (entry === undefined) throw new RangeError('the list is empty');
    return entry;
}
