import * as z from 'zod';
import {ACCOUNT_DEFAULTS} from './account-defaults.ts';
import {key, type KeyNotes} from './schema-notes.ts';

const DEFAULTS = ACCOUNT_DEFAULTS.streaming;
const NONE: KeyNotes = {use: 'none'};

const mode = z.enum(['partial', 'block', 'progress', 'off']);
const commandText = z.enum(['raw', 'status']);
const whole = z.int().positive();

const preview = z.strictObject({
    toolProgress: key(z.boolean(), 'lines about tools in the draft', {
        default: DEFAULTS.preview.toolProgress,
    }),
    commandText: key(commandText, 'OpenClaw: what its own tools show', NONE),
});

const progress = z.strictObject({
    label: key(z.union([z.string(), z.literal(false)]), 'first line of a progress draft', {
        default: DEFAULTS.progress.label,
    }),
    maxLines: key(whole, 'lines of a progress draft', {default: DEFAULTS.progress.maxLines}),
    maxLineChars: key(whole, 'characters of such a line', {
        default: DEFAULTS.progress.maxLineChars,
    }),
    labels: key(z.array(z.string()), 'OpenClaw: labels to choose from', NONE),
    toolProgress: key(z.boolean(), 'OpenClaw: see preview.toolProgress', NONE),
    commandText: key(commandText, 'OpenClaw: what its own tools show', NONE),
});

const block = z.strictObject({
    enabled: key(z.boolean(), 'OpenClaw: posts in pieces when drafts are off', NONE),
    coalesce: key(
        z.strictObject({
            minChars: key(whole, 'OpenClaw', NONE),
            maxChars: key(whole, 'OpenClaw', NONE),
            idleMs: key(z.int().min(0), 'OpenClaw', NONE),
        }),
        'OpenClaw: how such pieces are merged',
        NONE,
    ),
});

const streaming = z.strictObject({
    mode: key(mode, 'one growing post, in paragraphs, with progress lines, or at the end', {
        default: DEFAULTS.mode,
    }),
    throttleMs: key(
        z.int().min(250).max(60_000),
        'least time between two edits, ms; grows to 5000 with the age of the draft',
        {default: DEFAULTS.throttleMs},
    ),
    minInitialChars: key(z.int().min(0).max(4000), 'characters before a draft is shown', {
        default: DEFAULTS.minInitialChars,
    }),
    notify: key(
        z.enum(['first', 'final']),
        'final: the finished answer is a new post, the only one that notifies from Mattermost 11.10 on',
        {
            default: DEFAULTS.notify,
        },
    ),
    preview: key(preview, 'what a draft shows'),
    progress: key(progress, 'the look of mode progress'),
    chunkMode: key(z.enum(['length', 'newline']), 'OpenClaw: where long answers are cut', NONE),
    block: key(block, 'OpenClaw: see mode block', NONE),
});

type Streaming = z.output<typeof streaming>;

/** `streaming`: an object, or in the old form a mode alone, or false for off. */
export const streamingSchema = z
    .union([mode, z.boolean(), streaming])
    .transform((given): Streaming => {
        if (typeof given === 'object') return given;
        if (typeof given === 'string') return {mode: given};
        return {mode: given ? 'partial' : 'off'};
    });
