import * as z from 'zod';

const text = z
    .union([z.string(), z.number()])
    .nullish()
    .transform((value) => (value === null || value === undefined ? '' : String(value)));

const optionSchema = z.looseObject({text, value: text});

const actionSchema = z.looseObject({
    id: text,
    type: text,
    name: text,
    disabled: z
        .boolean()
        .nullish()
        .transform((value) => value === true),
    style: text,
    tooltip: text,
    data_source: text,
    default_option: text,
    cookie: text,
    options: z
        .array(optionSchema)
        .nullish()
        .transform((options) => options ?? []),
});
/** A button or a menu of an attachment. */
export type AttachmentAction = z.infer<typeof actionSchema>;

const fieldSchema = z.looseObject({
    title: text,
    value: text,
    short: z
        .union([z.boolean(), z.string()])
        .nullish()
        .transform((value) => value === true || value === 'true'),
});

const attachmentSchema = z.looseObject({
    fallback: text,
    color: text,
    pretext: text,
    author_name: text,
    author_link: text,
    author_icon: text,
    title: text,
    title_link: text,
    text,
    image_url: text,
    thumb_url: text,
    footer: text,
    footer_icon: text,
    fields: z
        .array(fieldSchema)
        .nullish()
        .transform((fields) => fields ?? []),
    actions: z
        .array(actionSchema)
        .nullish()
        .transform((actions) => actions ?? []),
});
/** One entry of `props.attachments`. */
export type Attachment = z.infer<typeof attachmentSchema>;

/** Reads `props.attachments`; what cannot be drawn is left out, as anybody may post anything. */
export function readAttachments(props: Readonly<Record<string, unknown>>): readonly Attachment[] {
    const found = props['attachments'];
    if (!Array.isArray(found)) {
        return [];
    }
    return found.flatMap((one: unknown) => {
        const read = attachmentSchema.safeParse(one);
        return read.success ? [read.data] : [];
    });
}
