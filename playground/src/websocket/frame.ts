import type {Audience, PublishedEvent} from '../world/events.ts';
import type {JsonMap} from '../world/records.ts';

/** An event as text, but for the number that each connection gives it. */
export interface Frame {
    readonly event: string;
    readonly audience: Audience;
    /** The frame with a number. */
    numbered(seq: number): string;
}

/** Encodes an event once for all its receivers. */
export function createFrame(published: PublishedEvent, extra?: JsonMap): Frame {
    const {event, audience} = published;
    const data = extra === undefined ? published.data : {...published.data, ...extra};
    const head =
        `{"event": ${JSON.stringify(event)}, "data": ${JSON.stringify(data)}, ` +
        `"broadcast": ${JSON.stringify(wireAudience(audience))}, "seq": `;
    return {event, audience, numbered: (seq) => `${head}${seq}}`};
}

function wireAudience(audience: Audience): JsonMap {
    const omitted = audience.omitUsers ?? [];
    return {
        omit_users:
            omitted.length === 0 ? null : Object.fromEntries(omitted.map((id) => [id, true])),
        user_id: audience.userId ?? '',
        channel_id: audience.channelId ?? '',
        team_id: audience.teamId ?? '',
        connection_id: audience.connectionId ?? '',
        omit_connection_id: audience.omitConnectionId ?? '',
        ...(audience.secrecy === 'sanitized' ? {contains_sanitized_data: true} : {}),
        ...(audience.secrecy === 'sensitive' ? {contains_sensitive_data: true} : {}),
    };
}
