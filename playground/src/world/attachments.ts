import * as z from 'zod';
import {goString as text, goBool as flag} from '../go-json.ts';
import {newId} from '../identifiers.ts';
import type {JsonMap} from './records.ts';

const actionSchema = z.object({
    id: text,
    type: text,
    name: text,
    tooltip: text,
    disabled: flag,
    style: text,
    data_source: text,
    options: z.array(z.object({text, value: text}).nullable()).nullish(),
    default_option: text,
    integration: z
        .object({url: text, context: z.record(z.string(), z.unknown()).nullish()})
        .nullish(),
    cookie: text,
});

const fieldSchema = z.object({
    title: text,
    value: z.unknown().optional(),
    short: z.unknown().optional(),
});

const attachmentSchema = z.object({
    id: z
        .number()
        .nullish()
        .transform((value) => value ?? 0),
    fallback: text,
    color: text,
    pretext: text,
    author_name: text,
    author_link: text,
    author_icon: text,
    title: text,
    title_link: text,
    text,
    fields: z.array(fieldSchema.nullable()).nullish(),
    image_url: text,
    thumb_url: text,
    footer: text,
    footer_icon: text,
    ts: z.unknown().optional(),
    actions: z.array(actionSchema.nullable()).nullish(),
});

/** A button or menu of an attachment. */
export type PostAction = z.infer<typeof actionSchema>;

/** A message attachment with every field the server keeps; unknown ones are dropped by it. */
export type Attachment = z.infer<typeof attachmentSchema>;

/** The attachments of a post's props; those that the server cannot read are left out, as there. */
export function attachmentsOf(props: JsonMap): Attachment[] {
    const list = props['attachments'];
    if (!Array.isArray(list)) {
        return [];
    }
    return list.flatMap((item) => {
        const parsed = attachmentSchema.safeParse(item);
        return parsed.success ? [parsed.data] : [];
    });
}

/** Attachments in the server's shape; those that it cannot read are left out. */
export function wireAttachments(list: unknown): JsonMap[] {
    return attachmentsOf({attachments: list}).map(wire);
}

/** Props as they are stored: attachments in the server's shape, with an id for each action. */
export function storedProps(props: JsonMap): JsonMap {
    if (props['attachments'] === undefined || props['attachments'] === null) {
        return props;
    }
    const attachments = attachmentsOf(props);
    for (const action of attachments.flatMap((attachment) => attachment.actions ?? [])) {
        if (action !== null && action.id === '') {
            action.id = newId();
        }
    }
    return {...props, attachments: attachments.length > 0 ? attachments.map(wire) : null};
}

/** Props as clients get them: without the integrations of actions. */
export function clientProps(props: JsonMap): JsonMap {
    if (props['attachments'] === undefined || props['attachments'] === null) {
        return props;
    }
    const attachments = attachmentsOf(props).map((attachment) =>
        wire({
            ...attachment,
            actions: attachment.actions?.map((action) =>
                action === null ? null : {...action, integration: undefined},
            ),
        }),
    );
    return {...props, attachments: attachments.length > 0 ? attachments : null};
}

/** The action with an id, wherever in the attachments it is. */
export function findAction(props: JsonMap, id: string): PostAction | undefined {
    return attachmentsOf(props)
        .flatMap((attachment) => attachment.actions ?? [])
        .find((action): action is PostAction => action?.id === id);
}

function wire(attachment: Attachment): JsonMap {
    const {actions, fields, ts, ...rest} = attachment;
    const kept = (actions ?? []).filter((action) => action !== null);
    return {
        ...rest,
        fields: fields?.filter((field) => field !== null).map(wireField) ?? null,
        ts: ts ?? null,
        ...(kept.length > 0 ? {actions: kept.map(wireAction)} : {}),
    };
}

function wireField(field: z.infer<typeof fieldSchema>): JsonMap {
    return {title: field.title, value: field.value ?? null, short: field.short ?? false};
}

function wireAction(action: PostAction): JsonMap {
    const wired: JsonMap = {};
    for (const [key, value] of Object.entries(action)) {
        const empty = value === '' || value === false || value === null || value === undefined;
        if (!empty && !(Array.isArray(value) && value.length === 0)) {
            wired[key] = value;
        }
    }
    if (action.integration !== undefined && action.integration !== null) {
        const {url, context} = action.integration;
        wired['integration'] = {
            ...(url === '' ? {} : {url}),
            ...(context === undefined || context === null || Object.keys(context).length === 0
                ? {}
                : {context}),
        };
    }
    return wired;
}
