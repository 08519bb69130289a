/** Addresses in all forms that an answer may have them in. */
export const LINKS = [
    'The tables are at https://tides.example.com/today?port=12&unit=m, and also',
    '[at the harbour office](https://harbour.example.com/tables "Tables"),',
    'or <https://tides.example.com/week>. Write to [the pilot](mailto:pilot@example.com).',
].join('\n');

/** A picture and words about it. */
export const PICTURE = [
    'This is the harbour at low water:',
    '',
    '![The harbour at low water](https://tides.example.com/harbour.png)',
    '',
    'The bar is dry until **six**.',
].join('\n');

/** Formulas in the three forms that models write. */
export const FORMULAS = [
    'The height follows \\(h(t) = h_0 + a \\cos(\\omega t)\\), so that',
    '',
    '\\[',
    '\\frac{dh}{dt} = -a\\,\\omega \\sin(\\omega t)',
    '\\]',
    '',
    'and the range is $2a$, which costs $5 to $10 to measure.',
].join('\n');

function rows(count: number): string[] {
    return Array.from({length: count}, (_, index) => {
        const hour = String(index % 24).padStart(2, '0');
        const height = ((index * 37) % 600) / 100;
        return `| ${index + 1} | ${hour}:00 | ${height.toFixed(2)} m | [station ${index + 1}](https://tides.example.com/s/${index + 1}) |`;
    });
}

/** A table that is longer than the longest post. */
export const TABLE = [
    'All heights of the month:',
    '',
    '| No. | Time | Height | Where |',
    '| ---: | :---: | ---: | :--- |',
    ...rows(260),
    '',
    'That is all.',
].join('\n');

/** More than two of the longest posts, with every kind of block. */
export const LONG = [
    '# The harbour, in full',
    '',
    ...Array.from({length: 12}, (_, chapter) => [
        `## Part ${chapter + 1}`,
        '',
        `${'The tide comes in over the bar and the boats swing round. '.repeat(12).trim()} End of part ${chapter + 1}.`,
        '',
        '```ts',
        ...Array.from(
            {length: 12},
            (_line, line) => `const depth${chapter}_${line} = sound(${line}); // in fathoms`,
        ),
        '```',
        '',
        '| Time | Height |',
        '| --- | ---: |',
        ...rows(6).map(
            (row) =>
                row
                    .split('|')
                    .slice(0, 4)
                    .join('|')
                    .replace(/^\| \d+ /, '') + '|',
        ),
        '',
        '1. First [look](https://tides.example.com/look).',
        '2. Then ![a chart](https://tides.example.com/chart.png).',
        '',
        '> $$h = a \\cos t$$',
        '',
    ]).flat(),
    'This is the end of it.',
].join('\n');
