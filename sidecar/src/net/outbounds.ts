import type {Log} from '../contract/log.ts';
import type {SecretInput} from '../contract/secret.ts';
import {createOutbound, type NetworkSettings, type Outbound} from './outbound.ts';

/** `network` of the settings as it stands there. */
export interface NetworkEntry extends NetworkSettings {
    readonly proxyCredentials?: SecretInput | undefined;
}

/** The way out that the settings ask for: the same one as long as they say the same. */
export type Outbounds = (network: NetworkEntry | undefined) => Outbound;

/** What ways out are made with. */
export interface OutboundsDeps {
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly resolveSecret: (input: SecretInput) => Promise<string>;
    readonly log: Log;
}

/** Makes what keeps the way out of a process while its settings change. */
export function createOutbounds({env, resolveSecret, log}: OutboundsDeps): Outbounds {
    let known: Outbound | undefined;
    return (network) => {
        const id = JSON.stringify(network ?? {});
        if (known?.id === id) return known;
        const credentials = network?.proxyCredentials;
        known = createOutbound({
            id,
            network,
            env,
            log,
            ...(credentials === undefined
                ? {}
                : {proxyCredentials: () => resolveSecret(credentials)}),
        });
        return known;
    };
}
