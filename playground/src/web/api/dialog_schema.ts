import * as z from 'zod';

const text = z
    .string()
    .nullish()
    .transform((value) => value ?? '');

const elementSchema = z.looseObject({
    display_name: text,
    name: z.string(),
    type: z.string(),
    subtype: text,
    default: text,
    placeholder: text,
    help_text: text,
    optional: z.boolean().default(false),
    min_length: z.number().default(0),
    max_length: z.number().default(0),
    data_source: text,
    multiselect: z.boolean().default(false),
    options: z
        .array(z.looseObject({text, value: text}))
        .nullish()
        .transform((options) => options ?? []),
});
/** One field of a dialog. */
export type DialogElement = z.infer<typeof elementSchema>;

const dialogSchema = z.looseObject({
    callback_id: text,
    title: text,
    introduction_text: text,
    submit_label: text,
    notify_on_cancel: z.boolean().default(false),
    state: text,
    elements: z
        .array(elementSchema)
        .nullish()
        .transform((elements) => elements ?? []),
});
/** A form that an integration asks the user to fill in. */
export type Dialog = z.infer<typeof dialogSchema>;

/** What the event `open_dialog` brings. */
export const openDialogSchema = z.looseObject({url: z.string(), dialog: dialogSchema});
/** A dialog with the address that its answers go to. */
export type OpenDialog = z.infer<typeof openDialogSchema>;

export const dialogAnswerSchema = z.looseObject({
    type: text,
    error: text,
    errors: z
        .record(z.string(), z.string())
        .nullish()
        .transform((errors) => errors ?? {}),
    form: dialogSchema.nullish(),
});
/** What came back: `errors` by field, `error` for the whole, or the next step in `form`. */
export type DialogAnswer = z.infer<typeof dialogAnswerSchema>;

/** The values of a filled-in form, by the names of its elements. */
export type Submission = Readonly<Record<string, string | boolean | readonly string[] | null>>;
