import {fieldsOf, schemaAt, type Field, type Schema} from './field_model.ts';

/** Parts of the page that hold settings of bots. */
export type SettingsPart = 'behaviour' | 'access' | 'connection';

/** A card of settings that belong together. */
export interface SettingsGroup {
    /** Also the id of its title: `gangway.group.<id>`. */
    readonly id: string;
    readonly fields: readonly GroupedField[];
}

/** A setting, and where it stands. */
export interface GroupedField {
    readonly field: Field;
    /** Whether it stands at the root of the document, and holds for all accounts and channels alike. */
    readonly isShared: boolean;
}

/** Which part and card a key of the first level stands in; what is not named is "more" behaviour. */
const PLACES: Readonly<Record<string, readonly [SettingsPart, string]>> = {
    chatmode: ['behaviour', 'mentions'],
    onmessageScope: ['behaviour', 'mentions'],
    oncharPrefixes: ['behaviour', 'mentions'],
    mentionPatterns: ['behaviour', 'mentions'],
    implicitMentions: ['behaviour', 'mentions'],
    requireMention: ['behaviour', 'mentions'],
    inviteHint: ['behaviour', 'mentions'],
    agent: ['behaviour', 'mentions'],
    systemPrompt: ['behaviour', 'mentions'],
    replyToMode: ['behaviour', 'replies'],
    replyToModeByChatType: ['behaviour', 'replies'],
    streaming: ['behaviour', 'answers'],
    responsePrefix: ['behaviour', 'answers'],
    textChunkLimit: ['behaviour', 'answers'],
    markdown: ['behaviour', 'answers'],
    links: ['behaviour', 'answers'],
    session: ['behaviour', 'conversations'],
    historyLimit: ['behaviour', 'conversations'],
    queue: ['behaviour', 'conversations'],
    recovery: ['behaviour', 'limits'],
    turn: ['behaviour', 'limits'],
    catchUp: ['behaviour', 'limits'],
    dmPolicy: ['access', 'direct'],
    allowFrom: ['access', 'direct'],
    groupPolicy: ['access', 'channels'],
    groupAllowFrom: ['access', 'channels'],
    channelPolicy: ['access', 'channels'],
    contextVisibility: ['access', 'channels'],
    owners: ['access', 'owners'],
    dangerouslyAllowNameMatching: ['access', 'special'],
    allowBots: ['access', 'special'],
    botLoop: ['access', 'special'],
    allowGuests: ['access', 'special'],
    allowRemote: ['access', 'special'],
    enabled: ['connection', 'account'],
    name: ['connection', 'account'],
    baseUrl: ['connection', 'account'],
    botToken: ['connection', 'account'],
    interactions: ['connection', 'account'],
    network: ['connection', 'network'],
    dmChannelRetry: ['connection', 'network'],
};

/** Keys of the block that are no settings of one value, or an old name of another. */
const LEFT_OUT: ReadonlySet<string> = new Set([
    'accounts',
    'defaultAccount',
    'groups',
    'allowPrivateNetwork',
]);
/** Parts of the root of the document that a plugin acts on; store and HTTP server are the host's. */
const SHARED: ReadonlySet<string> = new Set(['session', 'queue', 'turn', 'recovery', 'network']);
const ORDER = [
    'mentions',
    'replies',
    'answers',
    'conversations',
    'limits',
    'direct',
    'channels',
    'owners',
    'special',
    'account',
    'network',
    'more',
];

/**
 * The cards of one part of the page, made from the schema alone: a new setting gets its row without any code.
 * `level` is where the bots' block is edited: for all bots (with what stands at the root), one account, or a channel.
 */
export function groupsOf(
    schema: Schema,
    part: SettingsPart,
    level: 'all' | 'account' | 'channel',
): SettingsGroup[] {
    const block = ['channels', 'mattermost', ...(level === 'channel' ? ['groups', '*'] : [])];
    const own = fieldsOf(schemaAt(schema, block) ?? {})
        .filter(({path: [key = '']}) => !LEFT_OUT.has(key))
        // Of all bots it is the old form of the chat mode; of a channel it is a setting of its own.
        .filter(({path: [key]}) => level === 'channel' || key !== 'requireMention')
        .map((field) => ({field, isShared: false}));
    const shared =
        level === 'all'
            ? fieldsOf(schema)
                  .filter(({path}) => SHARED.has(path[0] ?? ''))
                  .map((field) => ({field, isShared: true}))
            : [];
    const groups = new Map<string, GroupedField[]>();
    for (const one of [...own, ...shared]) {
        const [place, group] = placeOf(one, level);
        if (place !== part) continue;
        groups.set(group, [...(groups.get(group) ?? []), one]);
    }
    return [...groups]
        .map(([id, fields]) => ({id, fields}))
        .sort((one, other) => ORDER.indexOf(one.id) - ORDER.indexOf(other.id));
}

/** In a channel who may speak stands beside what it does: there are few settings. */
function placeOf(
    {field: {path}, isShared}: GroupedField,
    level: string,
): readonly [SettingsPart, string] {
    const [key = ''] = path;
    // The way out of the process, beside that of one account.
    if (isShared && key === 'network') return ['behaviour', 'network'];
    const [part, group] = Object.hasOwn(PLACES, key)
        ? (PLACES[key] ?? ['behaviour', 'more'])
        : (['behaviour', 'more'] as const);
    if (level === 'channel' && key === 'enabled') return ['access', 'channels'];
    if (level === 'channel' && key === 'allowFrom') return ['access', 'channels'];
    return [part, group];
}

/** Keys that a channel has too, and that mean something else there. */
const OWN_TEXTS: ReadonlySet<string> = new Set(['enabled', 'allowFrom', 'requireMention']);

/** The id of a setting's texts; a channel's keys that the account has too share its texts. */
export function textIdOf({field, isShared}: GroupedField, level: string, schema: Schema): string {
    const key = field.path.join('.');
    if (isShared || level !== 'channel') return `gangway.setting.${key}`;
    const block = schemaAt(schema, ['channels', 'mattermost']) ?? {};
    const isAccounts = fieldsOf(block).some(({path}) => path.join('.') === key);
    return isAccounts && !OWN_TEXTS.has(key)
        ? `gangway.setting.${key}`
        : `gangway.setting.group.${key}`;
}
