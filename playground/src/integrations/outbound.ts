import {isIP} from 'node:net';
import type {Core} from '../world/core.ts';
import type {PluginCommandCall} from './slash-commands.ts';

/** What an integration answered. */
export interface OutboundAnswer {
    readonly status: number;
    readonly contentType: string;
    /** At most 1 MiB; the rest is cut. */
    readonly body: string;
}

/** A call to an integration. */
export interface OutboundCall {
    readonly url: string;
    readonly method: 'GET' | 'POST';
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string;
}

/** Calls a plugin in this process: the seam for the plugin side of the playground. */
export type PluginCall = (call: {
    /** The path after `/plugins/<id>`, with the query. */
    readonly path: string;
    readonly pluginId: string;
    readonly userId: string;
    readonly token: string;
    readonly body: string;
}) => Promise<string>;

/** Calls to integrations, outside and in plugins. */
export interface Outbound {
    /** Undefined when it could not be reached, was refused, or took too long. */
    call(call: OutboundCall): Promise<OutboundAnswer | undefined>;
    /** Undefined while no plugin side is there. */
    plugin: PluginCall | undefined;
    /** Commands that plugins have registered; undefined while no plugin side is there. */
    pluginCommand: PluginCommandCall | undefined;
}

const maxAnswerLength = 1024 * 1024;

/** Calls by fetch; private addresses only where the settings name them. */
export function createOutbound(core: Core): Outbound {
    return {
        plugin: undefined,
        pluginCommand: undefined,
        async call({url, method, headers, body}) {
            if (!mayCall(core, url)) {
                return undefined;
            }
            const limit = core.config.ServiceSettings.OutgoingIntegrationRequestsTimeout * 1000;
            try {
                const answer = await fetch(url, {
                    method,
                    headers,
                    signal: AbortSignal.timeout(limit),
                    ...(body === undefined ? {} : {body}),
                });
                return {
                    status: answer.status,
                    contentType: answer.headers.get('content-type') ?? '',
                    body: (await answer.text()).slice(0, maxAnswerLength),
                };
            } catch {
                // Not reached, or not in time: the caller answers its client in its own words.
                return undefined;
            }
        },
    };
}

function mayCall(core: Core, url: string): boolean {
    if (!URL.canParse(url)) {
        return false;
    }
    const {hostname, protocol} = new URL(url);
    if (protocol !== 'http:' && protocol !== 'https:') {
        return false;
    }
    const allowed = core.config.ServiceSettings.AllowedUntrustedInternalConnections.split(/[\s,]+/);
    const host = hostname.replace(/^\[|\]$/g, '');
    return !isInternal(host) || allowed.includes(host);
}

const privateRanges =
    /^(?:0\.|10\.|127\.|169\.254\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/;

function isInternal(host: string): boolean {
    switch (isIP(host)) {
        case 4:
            return privateRanges.test(host);
        case 6:
            return /^(?:::1?$|f[cd]|fe[89ab])/i.test(host);
        default:
            return host === 'localhost' || host.endsWith('.localhost');
    }
}
