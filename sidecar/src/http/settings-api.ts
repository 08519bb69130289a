import express from 'express';
import * as z from 'zod';
import {problemText} from '../config/problem.ts';
import type {JsonSchema} from '../config/schema-walk.ts';
import type {SettingsDocuments} from '../host/settings-document.ts';
import {noOther, refuse} from './refuse.ts';
import {requireAdmin, type IsAdmin} from './require-admin.ts';

/** What the settings routes work with. */
export interface SettingsApiDeps {
    readonly documents: Pick<SettingsDocuments, 'current' | 'masked' | 'save'>;
    /** The JSON Schema of the settings: the admin's page makes its forms from it. */
    readonly schema: JsonSchema;
    /** What an admin must know, a sentence each. */
    readonly troubles: () => readonly string[];
    readonly isAdmin: IsAdmin;
}

/** Largest settings document, bytes. */
const MAX_BODY = 1_048_576;
/** Deepest settings document, objects and lists in each other: far more than the schema has. */
const MAX_DEPTH = 64;

const bodySchema = z.strictObject({
    revision: z.int().min(0),
    settings: z.record(z.string(), z.unknown()),
});

/**
 * `GET` gives `{revision, settings, troubles}`, each secret that is set as eight dots. `PUT` takes
 * `{revision, settings}`: made from an older revision it is refused with 409 and what holds now, wrong
 * settings with 422 and every problem; a secret that is sent as the eight dots stays what it is.
 * `GET /schema` gives the JSON Schema.
 * For people who administer the server, by the session that the server vouches for.
 */
export function createSettingsApi({
    documents,
    schema,
    troubles,
    isAdmin,
}: SettingsApiDeps): express.Router {
    const router = express.Router();
    const held = (): object => {
        const {revision} = documents.current();
        return {revision, settings: documents.masked(), troubles: troubles()};
    };

    router.use(requireAdmin(isAdmin));
    router
        .route('/schema')
        .get((_request, response) => {
            response.json(schema);
        })
        .all(noOther(['GET']));
    router
        .route('/')
        .get((_request, response) => {
            response.json(held());
        })
        .put(express.json({limit: MAX_BODY}), async (request, response) => {
            const body = isDeep(request.body) ? undefined : bodySchema.safeParse(request.body);
            if (body?.success !== true) {
                refuse(response, 400, 'Send JSON with "revision" (a number) and "settings".');
                return;
            }
            const outcome = await documents.save(body.data.revision, body.data.settings);
            switch (outcome.kind) {
                case 'saved':
                    response.json(held());
                    return;
                case 'conflict':
                    response.status(409).json({
                        error: {message: 'Somebody else has changed the settings meanwhile.'},
                        ...held(),
                    });
                    return;
                case 'no-key':
                    refuse(
                        response.set('Retry-After', '5'),
                        503,
                        'The key that encrypts stored secrets is still being made. Nothing was saved; try again in a few seconds.',
                    );
                    return;
                case 'refused':
                    response.status(422).json({
                        error: {message: 'The settings are refused.'},
                        problems: outcome.problems.map((problem) => ({
                            ...problem,
                            text: problemText(problem),
                        })),
                    });
                    return;
            }
        })
        .all(noOther(['GET', 'PUT']));
    return router;
}

/** Whether a document is nested so deeply that those who walk it would run out of stack. */
function isDeep(document: unknown): boolean {
    let level: readonly unknown[] = [document];
    for (let depth = 0; depth < MAX_DEPTH && level.length > 0; depth++) {
        level = level.flatMap((value): readonly unknown[] =>
            typeof value === 'object' && value !== null ? Object.values<unknown>({...value}) : [],
        );
    }
    return level.length > 0;
}
