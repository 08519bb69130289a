import * as z from 'zod';
import {goString as text, goBool as flag, goInt as whole} from '../go-json.ts';
import {ApiError} from '../api-error.ts';
import type {JsonMap, SessionRow} from '../world/records.ts';
import {callAction, type ActionDeps} from './action-request.ts';
import {goMarshal} from './go-marshal.ts';
import type {Triggers} from './triggers.ts';

const elementSchema = z.object({
    display_name: text,
    name: text,
    type: text,
    subtype: text,
    default: text,
    placeholder: text,
    help_text: text,
    optional: flag,
    min_length: whole,
    max_length: whole,
    data_source: text,
    data_source_url: z.string().optional(),
    options: z
        .array(z.object({text, value: text}))
        .nullish()
        .transform((value) => value ?? null),
    multiselect: flag,
    refresh: z.literal(true).optional().catch(undefined),
    min_date: z.string().optional(),
    max_date: z.string().optional(),
    time_interval: z.int().optional(),
});

const dialogSchema = z.object({
    callback_id: text,
    title: text,
    introduction_text: text,
    icon_url: text,
    elements: z
        .array(elementSchema)
        .nullish()
        .transform((value) => value ?? null),
    submit_label: text,
    notify_on_cancel: flag,
    state: text,
    source_url: z.string().optional(),
});

/** The body of a request to open a dialog; what the server does not know is dropped. */
export const openDialogSchema = z.object({
    trigger_id: text,
    url: text,
    dialog: dialogSchema.nullish(),
});

/** The body of a submitted, cancelled or refreshed dialog. */
export const submitDialogSchema = z.object({
    type: text,
    url: text,
    callback_id: text,
    state: text,
    channel_id: text,
    team_id: text,
    submission: z
        .record(z.string(), z.unknown())
        .nullish()
        .transform((value) => value ?? null),
    cancelled: flag,
});

/** A dialog on its way to its integration. */
export type DialogSubmission = z.infer<typeof submitDialogSchema>;

const answerSchema = z.object({
    error: z.string().optional(),
    errors: z.record(z.string(), z.string()).nullish(),
    type: z.string().optional(),
    form: dialogSchema.nullish(),
});

/** Shows a dialog to the user whom the trigger names. @throws ApiError 400 for a bad trigger */
export function openDialog(
    {world, triggers}: ActionDeps & {readonly triggers: Triggers},
    request: z.infer<typeof openDialogSchema>,
): void {
    const {clientId, userId} = triggers.verify(request.trigger_id);
    const dialog = {
        trigger_id: clientId,
        url: request.url,
        dialog: request.dialog ?? dialogSchema.parse({}),
    };
    world.core.publish('open_dialog', {dialog: JSON.stringify(dialog)}, {userId});
}

/** Hands a dialog to its integration and gives back what that says. */
export async function submitDialog(
    deps: ActionDeps,
    session: SessionRow,
    {url, ...submission}: DialogSubmission,
): Promise<JsonMap> {
    const request = {
        ...submission,
        type: submission.type === 'refresh' ? 'refresh' : 'dialog_submission',
        user_id: session.user_id,
    };
    const answer = await callAction(deps, session, url, goMarshal(request));
    if (answer === '') {
        return {};
    }
    return refuseBadAnswer(parse(answer, answerSchema, 'app.submit_interactive_dialog'));
}

/** Asks an integration for the choices of a dynamic menu. */
export async function lookUpDialog(
    deps: ActionDeps,
    session: SessionRow,
    {url, ...submission}: DialogSubmission,
): Promise<JsonMap> {
    const request = {...submission, type: 'dialog_lookup', user_id: session.user_id};
    const answer = await callAction(deps, session, url, goMarshal(request));
    const schema = z.object({
        items: z
            .array(z.object({text, value: text}))
            .nullish()
            .transform((value) => value ?? null),
    });
    return answer === '' ? {items: null} : parse(answer, schema, 'app.lookup_interactive_dialog');
}

function parse<T>(answer: string, schema: z.ZodType<T>, prefix: string): T {
    try {
        return schema.parse(JSON.parse(answer));
    } catch (error) {
        throw new ApiError(500, `${prefix}.decode_json_error`, {}, {cause: error});
    }
}

function refuseBadAnswer(answer: z.infer<typeof answerSchema>): JsonMap {
    const {error = '', type = ''} = answer;
    const errors = answer.errors ?? {};
    const form = answer.form ?? undefined;
    const isRefusal = error !== '' || Object.keys(errors).length > 0;
    const isComplete = ['', 'ok', 'navigate'].includes(type);
    const fits = isComplete ? form === undefined : type === 'form' && form !== undefined;
    if (!isRefusal && !fits) {
        throw new ApiError(400, 'app.submit_interactive_dialog.invalid_response');
    }
    return {
        ...(error === '' ? {} : {error}),
        ...(Object.keys(errors).length === 0 ? {} : {errors}),
        ...(type === '' ? {} : {type}),
        ...(form === undefined ? {} : {form}),
    };
}
