import * as z from 'zod';
import type {AgentSettings} from '../agent/agent-settings.ts';
import type {SettingsParser} from '../config/parse.ts';
import {pathText, problemText, type Problem} from '../config/problem.ts';
import {valueAt} from '../config/schema-walk.ts';
import {changeTexts, isSealed, secretPaths, type Sealer} from '../config/sealing.ts';
import {GangwayError, errorOf} from '../contract/errors.ts';
import type {Log} from '../contract/log.ts';
import type {Settings} from '../contract/settings.ts';
import {sleep} from '../contract/time.ts';
import {decodeDocument, encodeDocument, keepAside} from '../store/documents.ts';
import type {Store} from '../store/store.ts';

/** The settings as they hold now, secrets opened. */
export interface HeldSettings {
    /** 0 where nobody has saved any, or what was saved cannot be used. */
    readonly revision: number;
    readonly settings: Settings<AgentSettings>;
    /** What an admin must know of the stored settings, a sentence each; empty when all is well. */
    readonly troubles: readonly string[];
}

/** What became of a save. */
export type SaveOutcome =
    | {readonly kind: 'saved'; readonly revision: number}
    /** Somebody saved in between; `newer` is what holds now. */
    | {readonly kind: 'conflict'; readonly newer: HeldSettings}
    | {readonly kind: 'refused'; readonly problems: readonly Problem[]};

/** The settings document of the shared store, followed live. */
export interface SettingsDocuments {
    current(): HeldSettings;
    /** Called after each change of `current()`. */
    onChange(listener: () => void): Disposable;
    /**
     * Saves settings that were made from revision `from` [0 where there were none]. A secret that is
     * `KEPT_SECRET` stays what it is. @throws StoreError, GangwayError `no_settings_key`
     */
    save(from: number, settings: unknown): Promise<SaveOutcome>;
    /** The settings without secrets: each is `KEPT_SECRET` where it is set. */
    masked(): unknown;
    /** Reads the store now. @throws StoreError */
    refresh(): Promise<void>;
    /** Follows changes of other runners, within 3 s, until `signal` is aborted. */
    follow(signal: AbortSignal): Promise<void>;
}

/** Stands for a secret that is set and not shown. */
export const KEPT_SECRET = '••••••••';

/** Where the settings are in the shared store. */
export const SETTINGS_KEY = 'settings';

/** How often the store is asked; a change must be followed within 5 s. */
const POLL_MS = 3_000;

/** Takes the place of a secret that cannot be opened: the settings stay valid, its use fails. */
const LOST_SECRET = {source: 'env', id: 'GANGWAY_SECRET_THAT_WAS_LOST'} as const;

const documentSchema = z.object({
    v: z.literal(1),
    revision: z.int().min(1),
    settings: z.unknown(),
});

/** What a settings document needs. */
export interface SettingsDocumentDeps {
    readonly store: Store;
    readonly parser: SettingsParser<AgentSettings>;
    /** The key of the secrets; undefined where there is none yet. */
    readonly sealer: () => Promise<Sealer | undefined>;
    readonly log: Log;
}

const EMPTY: HeldSettings = {revision: 0, settings: {}, troubles: []};

/** Follows the settings document; nothing is read before `refresh` or `follow`. */
export function createSettingsDocuments(deps: SettingsDocumentDeps): SettingsDocuments {
    const {store, parser, sealer, log} = deps;
    const schema = parser.jsonSchema();
    const listeners = new Set<() => void>();
    let held = EMPTY;
    /** The bytes that `held` was read from, so that equal ones are not read again. */
    let seen: Uint8Array | undefined;
    let isRead = false;

    const hold = (next: HeldSettings, bytes: Uint8Array | undefined): void => {
        held = next;
        seen = bytes;
        isRead = true;
        for (const trouble of next.troubles) log.error('settings', {trouble});
        for (const listener of [...listeners]) listener();
    };

    /** What bytes come to; a reason where they cannot be used. */
    const read = async (bytes: Uint8Array): Promise<HeldSettings | {readonly reason: string}> => {
        const document = documentSchema.safeParse(decodeDocument(bytes));
        if (!document.success) return {reason: 'they are no settings document of this version'};
        const {revision, settings} = document.data;
        const opened = await openSecrets(settings);
        const parsed = parser.parse(opened.settings);
        if (parsed.kind === 'refused') {
            return {reason: parsed.problems.map(problemText).join('; ')};
        }
        return {revision, settings: parsed.settings, troubles: opened.troubles};
    };

    const openSecrets = async (
        settings: unknown,
    ): Promise<{readonly settings: unknown; readonly troubles: readonly string[]}> => {
        const sealed = secretPaths(schema, settings).filter((path) =>
            isSealed(String(valueAt(settings, path))),
        );
        if (sealed.length === 0) return {settings, troubles: []};
        const key = await sealer();
        const troubles: string[] = [];
        const opened = changeTexts(settings, sealed, (text, path) => {
            const secret = key?.open(text);
            if (secret !== undefined) return secret;
            troubles.push(`The secret ${pathText(path)} cannot be decrypted. Set it again.`);
            return LOST_SECRET;
        });
        return {settings: opened, troubles};
    };

    const useBroken = async (bytes: Uint8Array, reason: string): Promise<void> => {
        const keptAs = await keepAside(store, SETTINGS_KEY, bytes);
        // What runs goes on; only a start has nothing else than the defaults.
        const used = isRead ? 'The settings from before stay in force.' : 'The defaults are used.';
        const trouble = `The stored settings cannot be used: ${reason}. They are kept as ${keptAs}. ${used}`;
        hold({...held, troubles: [trouble]}, bytes);
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
        const kept = secretPaths(schema, settings).filter(
            (path) => valueAt(settings, path) === KEPT_SECRET,
        );
        return changeTexts(settings, kept, (_text, path) => valueAt(held.settings, path));
    };

    const sealed = async (settings: unknown): Promise<unknown> => {
        const paths = secretPaths(schema, settings);
        if (paths.length === 0) return settings;
        const key = await sealer();
        if (key === undefined) {
            throw new GangwayError('no_settings_key', 'There is no key to encrypt secrets with');
        }
        return changeTexts(settings, paths, (text) => key.seal(text));
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
            const document = {v: 1, revision, settings: await sealed(parsed.settings)};
            const bytes = encodeDocument(document);
            if (!(await store.compareAndSet(SETTINGS_KEY, seen, bytes))) {
                await refresh();
                return {kind: 'conflict', newer: held};
            }
            hold({revision, settings: parsed.settings, troubles: []}, bytes);
            return {kind: 'saved', revision};
        },
        masked: () =>
            changeTexts(held.settings, secretPaths(schema, held.settings), () => KEPT_SECRET),
        refresh,
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

function same(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
    if (a === undefined || b === undefined) return a === b;
    return Buffer.compare(a, b) === 0;
}
