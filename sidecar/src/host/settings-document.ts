import * as z from 'zod';
import type {AgentSettings} from '../agent/agent-settings.ts';
import type {ParsedSettings, SettingsParser} from '../config/parse.ts';
import {pathText, problemText, type Problem} from '../config/problem.ts';
import {valueAt} from '../config/schema-walk.ts';
import {changeTexts, secretPaths, type Sealer} from '../config/sealing.ts';
import {errorOf} from '../contract/errors.ts';
import type {Log} from '../contract/log.ts';
import type {Settings} from '../contract/settings.ts';
import {sleep} from '../contract/time.ts';
import {decodeDocument, encodeDocument, keepAside} from '../store/documents.ts';
import type {Store} from '../store/store.ts';
import {
    hasSealed,
    lostText,
    openSecrets,
    renewSecrets,
    sealSecrets,
    showLost,
} from './settings-secrets.ts';
import type {LostSecret} from './settings-secrets.ts';

/** The settings as they hold now, secrets opened. */
export interface HeldSettings {
    /** 0 where nobody has saved any, or what was saved cannot be used. */
    readonly revision: number;
    readonly settings: Settings<AgentSettings>;
    /** What an admin must know of the stored settings, a sentence each; empty when all is well. */
    readonly troubles: readonly string[];
    /** The same for the same trouble, in every process; '' when all is well. */
    readonly troubleId: string;
}

/** What became of a save. */
export type SaveOutcome =
    | {readonly kind: 'saved'; readonly revision: number}
    /** Somebody saved in between; `newer` is what holds now. */
    | {readonly kind: 'conflict'; readonly newer: HeldSettings}
    | {readonly kind: 'refused'; readonly problems: readonly Problem[]}
    /** There are secrets to store, and no key to encrypt them with yet: another try in a few seconds may work. */
    | {readonly kind: 'no-key'};

/** The settings document of the shared store, followed live. */
export interface SettingsDocuments {
    current(): HeldSettings;
    /** Called after each change of `current()`. */
    onChange(listener: () => void): Disposable;
    /**
     * Saves settings that were made from revision `from` [0 where there were none]. A secret that is
     * `KEPT_SECRET` or `LOST_SECRET_TEXT` stays what it is. @throws StoreError
     */
    save(from: number, settings: unknown): Promise<SaveOutcome>;
    /**
     * What settings that are not saved come to, with the kept secrets filled in: for a try before the save.
     */
    check(settings: unknown): ParsedSettings<AgentSettings>;
    /** The settings without secrets: each is `KEPT_SECRET` where it is set, `LOST_SECRET_TEXT` where it cannot be read. */
    masked(): unknown;
    /** Reads the store now. @throws StoreError */
    refresh(): Promise<void>;
    /**
     * The key has changed: seals the stored secrets with it for which `renew` gives something, and reads them
     * again. The revision stays: nobody changed a setting. @throws StoreError
     */
    reseal(renew: (sealed: string) => string | undefined): Promise<void>;
    /** Follows changes of other runners, within 3 s, until `signal` is aborted. */
    follow(signal: AbortSignal): Promise<void>;
}

/** Stands for a secret that is set and not shown. */
export const KEPT_SECRET = '••••••••';

/** Stands for a secret that is stored and cannot be decrypted. */
export const LOST_SECRET_TEXT = '•••••••• (cannot be decrypted)';

/** Where the settings are in the shared store. */
export const SETTINGS_KEY = 'settings';

/** How often the store is asked; a change must be followed within 5 s. */
const POLL_MS = 3_000;

/** Each lost race is a save of somebody else's, and what they saved is sealed with the new key. */
const RESEAL_TRIES = 5;

const FORMAT = 1;

const documentSchema = z.object({
    v: z.literal(FORMAT),
    revision: z.int().min(1),
    settings: z.unknown(),
});

/** What a newer Gangway wrote: nothing else of it can be relied on. */
const newerSchema = z.object({v: z.number().gt(FORMAT)});

/** What the stored bytes come to, with the secrets that could not be opened. */
interface ReadSettings extends HeldSettings {
    readonly lost: readonly LostSecret[];
}

/** What a settings document needs. */
export interface SettingsDocumentDeps {
    readonly store: Store;
    readonly parser: SettingsParser<AgentSettings>;
    /** The key of the secrets; undefined where there is none yet. */
    readonly sealer: () => Promise<Sealer | undefined>;
    /** Makes the key where there is none and this process may; a save waits for it. */
    readonly makeKey?: () => Promise<void>;
    readonly log: Log;
}

const EMPTY: ReadSettings = {revision: 0, settings: {}, troubles: [], troubleId: '', lost: []};

/** Follows the settings document; nothing is read before `refresh` or `follow`. */
export function createSettingsDocuments(deps: SettingsDocumentDeps): SettingsDocuments {
    const {store, parser, sealer, log} = deps;
    const schema = parser.jsonSchema();
    const listeners = new Set<() => void>();
    let held: ReadSettings = EMPTY;
    /** The bytes that `held` was read from, so that equal ones are not read again. */
    let seen: Uint8Array | undefined;
    let isRead = false;

    const hold = (next: ReadSettings, bytes: Uint8Array | undefined): void => {
        held = next;
        seen = bytes;
        isRead = true;
        for (const trouble of next.troubles) log.error('settings', {trouble});
        for (const listener of [...listeners]) listener();
    };

    /** What bytes come to; a reason where they cannot be used. */
    const read = async (bytes: Uint8Array): Promise<ReadSettings | {readonly reason: string}> => {
        const found = decodeDocument(bytes);
        const document = documentSchema.safeParse(found);
        if (!document.success) return {reason: unusable(found)};
        const {revision, settings} = document.data;
        const opened = openSecrets(
            schema,
            settings,
            hasSealed(schema, settings) ? await sealer() : undefined,
        );
        const parsed = parser.parse(opened.settings);
        if (parsed.kind === 'refused') {
            return {reason: `they are refused: ${parsed.problems.map(problemText).join('; ')}`};
        }
        const {lost} = opened;
        const lostPaths = lost.map(({path}) => pathText(path)).join(' ');
        return {
            revision,
            settings: parsed.settings,
            troubles: lost.map(lostText),
            troubleId: lost.length === 0 ? '' : `lost ${lostPaths}`,
            lost,
        };
    };

    const useBroken = async (bytes: Uint8Array, reason: string): Promise<void> => {
        const keptAs = await keepAside(store, SETTINGS_KEY, bytes);
        // What runs goes on; only a start has nothing else than the defaults.
        const used =
            held.revision > 0
                ? 'The settings from before stay in force.'
                : 'The defaults are used.';
        const trouble =
            `The stored settings cannot be used: ${reason}. They stay until somebody saves settings, and are kept ` +
            `as ${keptAs} also after that. ${used}`;
        hold({...held, troubles: [trouble], troubleId: keptAs}, bytes);
    };

    const refresh = async (): Promise<void> => {
        const bytes = await store.get(SETTINGS_KEY);
        if (isRead && same(bytes, seen)) return;
        if (bytes === undefined) {
            hold(EMPTY, bytes);
            return;
        }
        const outcome = await read(bytes);
        if ('reason' in outcome) await useBroken(bytes, outcome.reason);
        else hold(outcome, bytes);
    };

    /** The new settings with the secrets that were not given anew. */
    const withKept = (settings: unknown): unknown => {
        const kept = secretPaths(schema, settings).filter((path) =>
            [KEPT_SECRET, LOST_SECRET_TEXT].includes(String(valueAt(settings, path))),
        );
        return changeTexts(settings, kept, (_text, path) => valueAt(held.settings, path));
    };

    /** The key for secrets that are to be stored. */
    const keyFor = async (settings: unknown): Promise<Sealer | undefined> => {
        const key = await sealer();
        if (key !== undefined || secretPaths(schema, settings).length === 0) return key;
        await deps.makeKey?.();
        return await sealer();
    };

    return {
        current: () => held,
        onChange(listener) {
            listeners.add(listener);
            return {[Symbol.dispose]: () => void listeners.delete(listener)};
        },
        async save(from, settings) {
            await refresh();
            // A broken document has no revision that anybody could have started from.
            if (held.revision !== from) return {kind: 'conflict', newer: held};
            const parsed = parser.parse(withKept(settings));
            if (parsed.kind === 'refused') return parsed;
            const revision = held.revision + 1;
            const key = await keyFor(parsed.settings);
            const sealed = sealSecrets(schema, parsed.settings, key, held.lost);
            if (sealed === undefined) return {kind: 'no-key'};
            const bytes = encodeDocument({v: FORMAT, revision, settings: sealed});
            if (!(await store.compareAndSet(SETTINGS_KEY, seen, bytes))) {
                await refresh();
                return {kind: 'conflict', newer: held};
            }
            const saved = await read(bytes);
            hold(
                'reason' in saved ? {...EMPTY, revision, settings: parsed.settings} : saved,
                bytes,
            );
            return {kind: 'saved', revision};
        },
        check: (settings) => parser.parse(withKept(settings)),
        masked: () =>
            showLost(
                changeTexts(held.settings, secretPaths(schema, held.settings), () => KEPT_SECRET),
                held.lost,
                LOST_SECRET_TEXT,
            ),
        refresh,
        async reseal(renew) {
            for (let tries = 0; tries < RESEAL_TRIES; tries++) {
                const bytes = await store.get(SETTINGS_KEY);
                const document = documentSchema.safeParse(bytes && decodeDocument(bytes));
                const settings = document.success
                    ? renewSecrets(schema, document.data.settings, renew)
                    : undefined;
                if (settings === undefined) {
                    if (held.lost.length === 0 && document.success) return;
                    break;
                }
                const renewed = encodeDocument({...document.data, settings});
                if (await store.compareAndSet(SETTINGS_KEY, bytes, renewed)) break;
            }
            // The same bytes may say more, or less, with another key.
            isRead = false;
            await refresh();
        },
        async follow(signal) {
            let wake = (): void => undefined;
            const watching = store.watch(SETTINGS_KEY, (key) => {
                if (key === SETTINGS_KEY) wake();
            });
            try {
                while (!signal.aborted) {
                    await refresh().catch((error: unknown) => {
                        if (signal.aborted) return;
                        const cause = errorOf(error);
                        log.warn('the settings cannot be read now', {error: cause});
                    });
                    const hint = new AbortController();
                    wake = () => hint.abort();
                    await sleep(POLL_MS, AbortSignal.any([signal, hint.signal])).catch(
                        () => undefined,
                    );
                }
            } finally {
                watching[Symbol.dispose]();
            }
        },
    };
}

function unusable(found: unknown): string {
    const newer = newerSchema.safeParse(found);
    return newer.success
        ? `a newer Gangway wrote them (format ${newer.data.v}, this one reads format ${FORMAT}); install that version again`
        : 'they are no settings document';
}

function same(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
    if (a === undefined || b === undefined) return a === b;
    return Buffer.compare(a, b) === 0;
}
