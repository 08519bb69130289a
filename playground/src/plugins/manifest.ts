import * as z from 'zod';
import {ApiError} from '../api-error.ts';
import type {JsonMap} from '../world/records.ts';

const text = z.string().optional();

const manifestSchema = z.object({
    id: z.string(),
    name: z.string().min(1),
    description: text,
    homepage_url: text,
    support_url: text,
    release_notes_url: text,
    icon_path: text,
    version: z.string().default(''),
    min_server_version: text,
    server: z
        .object({executables: z.record(z.string(), z.string()).optional(), executable: text})
        .optional(),
    webapp: z.object({bundle_path: z.string()}).optional(),
    settings_schema: z.record(z.string(), z.unknown()).nullish(),
    props: z.record(z.string(), z.unknown()).optional(),
});

/** What a bundle says of itself. */
export type Manifest = z.infer<typeof manifestSchema>;

const idPattern = /^[a-zA-Z0-9_.-]{3,190}$/;
const versionPattern =
    /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/;

/** The platform whose executable is started: Go's names for what Node runs on. */
export const platform = `${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`;

/** Reads plugin.json. @throws ApiError 400 for what the server refuses at an upload */
export function parseManifest(json: string): Manifest {
    const parsed = manifestSchema.safeParse(jsonOf(json));
    if (!parsed.success) {
        throw new ApiError(400, 'app.plugin.manifest.app_error', {}, {cause: parsed.error});
    }
    const manifest = {...parsed.data, id: parsed.data.id.toLowerCase()};
    if (!idPattern.test(manifest.id)) {
        throw new ApiError(400, 'app.plugin.invalid_id.app_error', {
            Min: 3,
            Max: 190,
            Regex: '^[a-zA-Z0-9-_\\.]+$',
        });
    }
    for (const version of [manifest.version, manifest.min_server_version ?? '']) {
        if (version !== '' && !versionPattern.test(version)) {
            throw new ApiError(400, 'app.plugin.invalid_version.app_error');
        }
    }
    return manifest;
}

function jsonOf(json: string): unknown {
    try {
        return JSON.parse(json);
    } catch (error) {
        throw new ApiError(400, 'app.plugin.manifest.app_error', {}, {cause: error});
    }
}

/** The path of the executable inside the bundle; '' when there is none for this platform. */
export function executableOf({server}: Manifest): string {
    return server?.executables?.[platform] ?? server?.executable ?? '';
}

/** Whether a server of `version` is new enough; a version that is not one is. */
export function meetsMinimum(version: string, minimum: string | undefined): boolean {
    const [have, need] = [numbers(version), numbers(minimum ?? '')];
    if (have === undefined || need === undefined) {
        return true;
    }
    for (const [at, wanted] of need.entries()) {
        const given = have[at] ?? 0;
        if (given !== wanted) {
            return given > wanted;
        }
    }
    return true;
}

function numbers(version: string): number[] | undefined {
    return versionPattern.exec(version)?.slice(1, 4).map(Number);
}

/** What clients are told, without a session: nothing of the server half and of the settings. */
export function clientManifest(manifest: Manifest, bundleHash: string): JsonMap {
    const {id, webapp} = manifest;
    const shown = Object.entries(manifest).filter(([name]) => !hiddenFields.has(name));
    return {
        ...Object.fromEntries(shown),
        ...(webapp === undefined
            ? {}
            : {webapp: {bundle_path: `/static/${id}/${bundleName(id, bundleHash)}`}}),
    };
}

const hiddenFields = new Set(['server', 'description', 'settings_schema']);

/** The name under which the main file of the webapp half is served. */
export function bundleName(id: string, hash: string): string {
    return `${id}_${hash}_bundle.js`;
}
