import type {AnswerDraft} from '../../../sidecar/src/contract/events.ts';
import {ROUTES} from '../../../sidecar/src/contract/routes.ts';
import {PLUGIN_ID} from '../manifest.ts';
import {isRecord, parseJson} from './json.ts';

/** Longest time that a request may take, ms. */
const LIMIT_MS = 10_000;
/** Longest answer to a request, characters: a post holds 16,383, escaped at worst to six each. */
const MAX_LENGTH = 100_000;

/**
 * Asks the plugin for the text so far of a growing answer; undefined when it is not to be had (404 where
 * another runner writes it), so that the next stored edit is waited for. Never throws.
 */
export async function requestDraft(
    postId: string,
    signal: AbortSignal,
): Promise<AnswerDraft | undefined> {
    // A server below a path says so to its web client.
    const base = window.basename ?? '';
    const url = `${base}/plugins/${PLUGIN_ID}${ROUTES.answers}/${encodeURIComponent(postId)}`;
    try {
        const response = await fetch(url, {
            // The session is a cookie; the header is how the server knows its own client.
            credentials: 'same-origin',
            headers: {'X-Requested-With': 'XMLHttpRequest', Accept: 'application/json'},
            signal: AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)]),
        });
        if (!response.ok) return undefined;
        const text = await response.text();
        return text.length > MAX_LENGTH ? undefined : parseDraft(parseJson(text));
    } catch {
        // The connection is gone, or took too long: nothing that a person could mend.
        return undefined;
    }
}

function parseDraft(value: unknown): AnswerDraft | undefined {
    if (!isRecord(value)) return undefined;
    const {stream, n, message} = value;
    const fits = typeof stream === 'string' && typeof n === 'number' && typeof message === 'string';
    return fits ? {stream, n, message} : undefined;
}
