import * as z from 'zod';
import {abilitiesOf, type ServerAbilities} from '../abilities.ts';
import type {RestClient} from './rest-client.ts';
import type {Timings} from './timings.ts';

// The settings for clients are a map of texts; what is none of the right form was not said.
const flag = z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional()
    .catch(undefined);
const count = z
    .string()
    .regex(/^-?\d{1,15}$/)
    .transform(Number)
    .optional()
    .catch(undefined);
const text = z.string().catch('');

const clientConfigSchema = z
    .object({
        Version: text,
        MaxPostSize: count,
        EnableFileAttachments: flag,
        MaxFileSize: count,
        PostEditTimeLimit: count,
        EnableCommands: flag,
        EnableIncomingWebhooks: flag,
        EnableOutgoingWebhooks: flag,
        EnableLatex: flag,
        EnableInlineLatex: flag,
        FeatureFlagMmBlocksEnabled: flag,
    })
    .transform((config) => ({
        version: config.Version,
        longestPost: (config.MaxPostSize ?? 0) > 0 ? config.MaxPostSize : undefined,
        fileAttachments: config.EnableFileAttachments,
        maxFileSize: config.MaxFileSize,
        postEditTimeLimit: config.PostEditTimeLimit,
        commands: config.EnableCommands,
        incomingWebhooks: config.EnableIncomingWebhooks,
        outgoingWebhooks: config.EnableOutgoingWebhooks,
        latex: config.EnableLatex,
        inlineLatex: config.EnableInlineLatex,
        blocksFlag: config.FeatureFlagMmBlocksEnabled,
    }));

const licenceSchema = z
    .object({IsLicensed: flag, SkuShortName: text})
    .transform((licence) => (licence.IsLicensed === true ? licence.SkuShortName : ''));

/**
 * The default of `MaximumPayloadSizeBytes`, which the server tells admins only: a message of 12.0's full length in
 * Cyrillic or Chinese is beyond it.
 */
const LARGEST_REQUEST = 300_000;

/** Longest wait for all of it, ms: the bot is not held up by a server that does not say. */
const LONGEST_MS = 10_000;

/** Reads what the server allows from the settings that it has for clients. */
export async function loadAbilities(
    rest: RestClient,
    timings: Pick<Timings, 'totalMs'>,
    signal: AbortSignal,
): Promise<ServerAbilities> {
    const options = {signal, totalMs: Math.min(timings.totalMs, LONGEST_MS)};
    const [facts, licence] = await Promise.all([
        rest.call(
            'GET /config/client',
            clientConfigSchema,
            (api) => api.getClientConfig(),
            options,
        ),
        // A server that hides its licence counts as one without.
        rest
            .call('GET /license/client', licenceSchema, (api) => api.getClientLicenseOld(), options)
            .catch(() => ''),
    ]);
    return abilitiesOf({...facts, licence, largestRequest: LARGEST_REQUEST});
}
