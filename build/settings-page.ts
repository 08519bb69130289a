// The page docs/settings.md, made from the JSON Schema of the settings.
import type {JsonSchema} from '../sidecar/src/config/schema-walk.ts';

const INTRO = `# Settings

<!-- Made by \`node build/settings-docs.ts\` from the schema: change it there. -->

\`gangway serve --config <file>\` reads one JSON5 file; \`gangway config check --config <file>\` says
what is wrong with it, with the path, the reason and the nearest valid name.
[gangway.example.json5](../gangway.example.json5) shows all of it with comments. The same as JSON
Schema, for editors and forms: [settings.schema.json](settings.schema.json).

**Where a value comes from.** The account (\`channels.mattermost.accounts.<id>\`), then the root
(\`channels.mattermost\`), then the default. Objects merge key by key, lists replace. An account is on
only where root and account are. The token of the root is not shown to another server: an account
with an address of its own needs a token of its own.

**Environment.** \`MATTERMOST_URL\`, \`MATTERMOST_BOT_TOKEN\` (or \`MATTERMOST_TOKEN\`) and
\`MATTERMOST_ALLOWED_USERS\` (user ids with commas between) configure the account \`default\`, each
where the file has no value.

**Secrets** are text, or \`{source: "env", id: "NAME"}\`, or \`{source: "file", id: "/path"}\`; they are
read at each use. **Lists of people** hold user ids; \`user:\` and \`@\` before one do not matter;
\`"*"\` is everybody, \`role:system_admin\` all who have that role; \`@name\` counts only with
\`dangerouslyAllowNameMatching\`.

A block \`channels.mattermost\` of OpenClaw is taken as it is. Keys marked † have no meaning here,
keys marked ‡ are kept but this version does not act on them yet; \`config check\` names both.
`;

interface Section {
    readonly title: string;
    readonly rows: readonly string[];
}

const isSchema = (value: unknown): value is JsonSchema =>
    typeof value === 'object' && value !== null && !Array.isArray(value);

const branches = (schema: JsonSchema): JsonSchema[] =>
    (schema.anyOf ?? schema.oneOf ?? [schema]).filter(isSchema);

const MARKS = new Map([
    ['none', ' †'],
    ['later', ' ‡'],
]);

function bounds({minimum, exclusiveMinimum, maximum}: JsonSchema): string {
    const most = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? '' : `${maximum}`;
    if (minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER) {
        return most === '' ? ` ≥ ${minimum}` : ` ${minimum}–${most}`;
    }
    const above = exclusiveMinimum === undefined ? '' : ` > ${String(exclusiveMinimum)}`;
    return above + (most === '' ? '' : ` ≤ ${most}`);
}

function plainType(schema: JsonSchema, type: string): string {
    switch (type) {
        case 'string':
            return 'text';
        case 'boolean':
            return 'true, false';
        case 'integer':
        case 'number':
            return (type === 'integer' ? 'whole number' : 'number') + bounds(schema);
        case 'array':
            return `list of ${isSchema(schema.items) ? typeText(schema.items) : 'values'}`;
        default:
            return 'object';
    }
}

function typeText(schema: JsonSchema): string {
    if (schema.anyOf ?? schema.oneOf) {
        return [...new Set(branches(schema).map(typeText))].join(' or ');
    }
    if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
    if (schema.enum) return schema.enum.map((value) => `\`${JSON.stringify(value)}\``).join(', ');
    const types = Array.isArray(schema.type) ? schema.type : [schema.type ?? 'object'];
    return types.map((type: string) => plainType(schema, type)).join(' or ');
}

const inCell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function row(name: string, schema: JsonSchema): string {
    const value = schema.default === undefined ? '' : `\`${JSON.stringify(schema.default)}\``;
    const mark = MARKS.get(String(schema['use'])) ?? '';
    const secret = schema['secret'] === true ? ' (secret)' : '';
    const cells = [
        `\`${name}\`${mark}`,
        typeText(schema) + secret,
        value,
        schema.description ?? '',
    ];
    return `| ${cells.map(inCell).join(' | ')} |`;
}

/** The tables below one key: its own, if it is an object with keys, and those of its keys. */
function sections(title: string, schema: JsonSchema): Section[] {
    const found: Section[] = [];
    for (const branch of branches(schema)) {
        const properties = Object.entries(branch.properties ?? {}).filter(
            (entry): entry is [string, JsonSchema] => isSchema(entry[1]),
        );
        if (properties.length > 0) {
            const kind = branch.properties?.['kind'];
            const suffix = isSchema(kind) && kind.const ? ` (${String(kind.const)})` : '';
            found.push({title: title + suffix, rows: properties.map(([name, s]) => row(name, s))});
        }
        for (const [name, inner] of properties) found.push(...below(title, name, inner));
    }
    return found;
}

const PLACES = new Map([
    ['groups', '<channel id>'],
    ['agents', '<id>'],
]);

function below(title: string, name: string, schema: JsonSchema): Section[] {
    const path = title === '' ? name : `${title}.${name}`;
    // An account has the keys of the root, and a reference to a secret is told of above.
    if (name === 'accounts' || schema['secret'] === true) return [];
    const values = schema.additionalProperties;
    const place = PLACES.get(name);
    if (isSchema(values) && place !== undefined) return sections(`${path}.${place}`, values);
    return sections(path, schema);
}

/** The whole page as Markdown. */
export function renderSettingsPage(schema: JsonSchema): string {
    const tables = sections('', schema).map(
        ({title, rows}) =>
            `## ${title === '' ? 'The file' : `\`${title}\``}\n\n` +
            `| key | value | default | meaning |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`,
    );
    return [INTRO, ...tables].join('\n');
}
