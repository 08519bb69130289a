import * as z from 'zod';

/*
 * Props come from programs, and from anybody who posts over the API: a list may have a million
 * entries, a field may be a tree. So what is read is bounded before it is looked at.
 */
const MAX_ATTACHMENTS = 20;
const MAX_FIELDS = 40;
const MAX_VALUE = 4_000;
const MAX_TEXT = 12_000;
const MAX_NAME = 64;

const words = z
    .union([z.string(), z.number(), z.boolean()])
    .transform((value) => String(value).slice(0, MAX_VALUE).toWellFormed().trim())
    .catch('');

/** A list from outside, of which the first entries count; anything else is an empty one. */
const few = (limit: number) =>
    z
        .array(z.unknown())
        .catch([])
        .transform((list) => list.slice(0, limit));

const fieldSchema = z.object({title: words, value: words});
const attachmentSchema = z.object({
    pretext: words,
    author_name: words,
    title: words,
    title_link: words,
    text: words,
    fields: few(MAX_FIELDS),
    footer: words,
    fallback: words,
});
type Attachment = z.output<typeof attachmentSchema>;

/** Props as they come off the wire. */
type PostProps = Readonly<Record<string, unknown>>;

/**
 * What a webhook or a bot writes in attachments, as clients show it: pretext, author, title, text, fields
 * and footer of each, its fallback where it has nothing else. Every line is quoted, so that it reads as
 * material and not as somebody's words. '' where there is nothing to read.
 */
export function attachmentText(props: PostProps): string {
    const texts = few(MAX_ATTACHMENTS)
        .parse(props['attachments'])
        .flatMap((one) => attachmentSchema.safeParse(one).data ?? [])
        .map(textOf)
        .filter((text) => text !== '');
    const all = texts.join('\n\n');
    const shown = all.length > MAX_TEXT ? `${all.slice(0, MAX_TEXT).toWellFormed()} …` : all;
    return shown === '' ? '' : shown.replace(/^/gm, '> ').replace(/ +$/gm, '');
}

function textOf(one: Attachment): string {
    const title = one.title_link === '' ? one.title : `${one.title} <${one.title_link}>`.trim();
    const fields = one.fields
        .flatMap((field) => fieldSchema.safeParse(field).data ?? [])
        .map(({title: name, value}) => [name, value].filter((part) => part !== '').join(': '));
    const parts = [one.pretext, one.author_name, title, one.text, ...fields, one.footer];
    const text = parts.filter((part) => part !== '').join('\n');
    return text === '' ? one.fallback : text;
}

/**
 * The name that clients show for a post instead of its account's: a webhook gives itself one. It is marked,
 * and has no characters of its own choice, so that it is nobody else's name and no second line. Undefined where
 * the account's name is shown.
 */
export function shownName(props: PostProps, accountName: string | undefined): string | undefined {
    if (props['from_webhook'] !== 'true' && props['from_webhook'] !== true) return undefined;
    const given = props['override_username'];
    const chosen = typeof given === 'string' ? given.slice(0, 4 * MAX_NAME) : '';
    const name = chosen
        .replace(/[^\p{L}\p{M}\p{N}._-]+/gu, ' ')
        .trim()
        .slice(0, MAX_NAME)
        .toWellFormed();
    return `${name || (accountName ?? 'somebody')} (webhook)`;
}
