import {type AnyInput, type AnyOutput, Named} from '../../rpc/gob/interface-value.ts';
import type {OutputOf} from '../../rpc/gob/schema.ts';
import {PlatformError} from '../errors.ts';
import {attachmentsValue} from './wire/posts.ts';

type Attachment = OutputOf<typeof attachmentsValue.schema>[number];
type Action = Attachment['Actions'][number];

/**
 * Props as JSON shows them, whatever shape they came in: attachments in Go's shape get their JSON
 * names, registered types become plain values.
 */
export function readProps(
    props: Readonly<Record<string, AnyOutput>>,
): Readonly<Record<string, unknown>> {
    return Object.fromEntries(Object.entries(props).map(([name, value]) => [name, plain(value)]));
}

function plain(value: AnyOutput): unknown {
    if (typeof value === 'bigint') return Number(value);
    if (typeof value !== 'object' || value === null) return value;
    if (Buffer.isBuffer(value)) return value.toString('base64');
    const attachments = attachmentsValue.read(value);
    if (attachments !== undefined) return attachments.map(attachmentAsJson);
    // Types that nobody declared are decoded to plain values by the decoder.
    if (value instanceof Named) return value.value;
    if (isList(value)) return value.map(plain);
    return readProps(value);
}

function isList(value: object): value is readonly AnyOutput[] {
    return Array.isArray(value);
}

/** The names of Mattermost's JSON; what is empty is left out, as nothing depends on it. */
function attachmentAsJson(one: Attachment): Readonly<Record<string, unknown>> {
    return filled({
        id: one.Id,
        fallback: one.Fallback,
        color: one.Color,
        pretext: one.Pretext,
        author_name: one.AuthorName,
        author_link: one.AuthorLink,
        author_icon: one.AuthorIcon,
        title: one.Title,
        title_link: one.TitleLink,
        text: one.Text,
        fields: one.Fields.map(({Title, Value, Short}) => ({
            title: Title,
            value: plain(Value),
            short: Short,
        })),
        image_url: one.ImageURL,
        thumb_url: one.ThumbURL,
        footer: one.Footer,
        footer_icon: one.FooterIcon,
        ts: plain(one.Timestamp),
        actions: one.Actions.map(actionAsJson),
    });
}

function actionAsJson(action: Action): Readonly<Record<string, unknown>> {
    const {Integration: integration} = action;
    return filled({
        id: action.Id,
        type: action.Type,
        name: action.Name,
        tooltip: action.Tooltip,
        disabled: action.Disabled,
        style: action.Style,
        data_source: action.DataSource,
        options: action.Options.map(({Text, Value}) => ({text: Text, value: Value})),
        default_option: action.DefaultOption,
        integration:
            integration === undefined
                ? undefined
                : {url: integration.URL, context: readProps(integration.Context)},
        cookie: action.Cookie,
    });
}

function filled(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmpty(value)));
}

function isEmpty(value: unknown): boolean {
    if (Array.isArray(value)) return value.length === 0;
    return value === undefined || value === null || value === '' || value === 0 || value === false;
}

/** JSON-like props as the encoder takes them; entries that are undefined are left out. */
export function writeProps(
    props: Readonly<Record<string, unknown>>,
): Readonly<Record<string, AnyInput>> {
    return Object.fromEntries(
        Object.entries(props)
            .filter(([, value]) => value !== undefined)
            .map(([name, value]) => [name, anyInput(value)]),
    );
}

/**
 * A JSON-like value for a Go `interface {}`.
 * @throws PlatformError `refused` for what JSON cannot hold either: functions, class instances.
 */
export function anyInput(value: unknown): AnyInput {
    switch (typeof value) {
        case 'string':
        case 'boolean':
        case 'number':
        case 'bigint':
        case 'undefined':
            return value;
        case 'object':
            if (value === null || value instanceof Uint8Array || value instanceof Named)
                return value;
            if (Array.isArray(value)) return value.map(anyInput);
            return writeProps(plainEntries(value));
        default:
            throw new PlatformError('refused', `a ${typeof value} cannot be sent`);
    }
}

/** By the prototype's prototype, so that objects of another realm count as plain too. */
function plainEntries(value: object): Readonly<Record<string, unknown>> {
    const prototype: unknown = Object.getPrototypeOf(value);
    const isPlain =
        prototype === null ||
        (typeof prototype === 'object' && Object.getPrototypeOf(prototype) === null);
    if (!isPlain) throw new PlatformError('refused', 'an instance of a class cannot be sent');
    return Object.fromEntries(Object.entries(value));
}
