import {say} from './beat.ts';
import type {Act} from './beat.ts';
import {drawPng} from './png.ts';
import type {Colour} from './png.ts';

const TIDES = [
    ['00:04', 0.7],
    ['06:12', 3.4],
    ['12:27', 0.9],
    ['18:35', 3.1],
] as const;

/** A table as CSV and a picture as PNG, both made on the spot. */
export const files: Act = () => [
    say(
        'I have made two files for you: the tides of today as a table, and a view of the harbour.\n',
    ),
    {kind: 'pause', words: 40},
    {
        kind: 'event',
        event: {kind: 'file', name: 'tides.csv', mimeType: 'text/csv', data: tideTable()},
    },
    {kind: 'pause', words: 20},
    {
        kind: 'event',
        event: {kind: 'file', name: 'harbour.png', mimeType: 'image/png', data: harbour()},
    },
    say(`
The table opens in any spreadsheet. The picture was not painted by a model but computed, pixel by \
pixel, by forty lines of code: a demo agent has to live within its means.
`),
];

function tideTable(): Uint8Array<ArrayBuffer> {
    const rows = TIDES.map(([at, metres]) => `${at},${metres > 2 ? 'high' : 'low'},${metres}`);
    return new TextEncoder().encode(`time,tide,metres\n${rows.join('\n')}\n`);
}

const WIDTH = 480;
const HEIGHT = 270;
const HORIZON = 165;
const SUN = {x: 330, y: 150, radius: 34};

/** A ship before the evening sun. */
export function harbour(): Uint8Array<ArrayBuffer> {
    return drawPng(WIDTH, HEIGHT, (x, y) => ship(x, y) ?? (y < HORIZON ? sky(x, y) : sea(x, y)));
}

function sky(x: number, y: number): Colour {
    const distance = Math.hypot(x - SUN.x, y - SUN.y);
    if (distance < SUN.radius) return [255, 236, 190];
    const base = mix([38, 52, 98], [250, 158, 104], y / HORIZON);
    return mix(base, [255, 206, 140], Math.exp((SUN.radius - distance) / 45) * 0.8);
}

function sea(x: number, y: number): Colour {
    const depth = (y - HORIZON) / (HEIGHT - HORIZON);
    const base = mix([176, 104, 92], [18, 34, 66], Math.sqrt(depth));
    const wave = Math.sin(y * 1.9 + Math.sin(x / 23 + y) * 2.2) * 0.5 + 0.5;
    const path = Math.exp(-(((x - SUN.x) / (16 + depth * 52)) ** 2));
    return mix(base, [255, 206, 140], path * wave * (0.75 - depth * 0.35));
}

/** The colour of hull, mast or sails at a point; undefined where there is none of them. */
function ship(x: number, y: number): Colour | undefined {
    const [dx, dy] = [x - 150, y - 190];
    if (dy >= -14 && dy <= 8 && Math.abs(dx) < 64 - (dy + 14) * 0.9) return [30, 26, 34];
    if (Math.abs(dx) < 1.5 && dy > -132 && dy < -14) return [30, 26, 34];
    const height = -20 - dy;
    if (height < 0 || height > 104) return undefined;
    if (dx > 4 && dx < 4 + (104 - height) * 0.52) return [244, 232, 214];
    if (dx < -4 && dx > -4 - (104 - height) * 0.4) return [214, 92, 74];
    return undefined;
}

function mix(from: Colour, to: Colour, share: number): Colour {
    const part = Math.min(Math.max(share, 0), 1);
    const at = (index: 0 | 1 | 2): number => from[index] + (to[index] - from[index]) * part;
    return [at(0), at(1), at(2)];
}
