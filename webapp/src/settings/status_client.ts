import {isRecord, parseJson} from '../live/json.ts';
import {pluginAddress, requestOptions} from './settings_client.ts';

/** How an account is, as `/readyz` tells it. */
export interface AccountState {
    readonly account: string;
    readonly state: string;
    /** 0 for never. */
    readonly since: number;
    readonly reconnects: number;
    /** Another runner listens to it. */
    readonly standby: boolean;
}

/** Longest time that the plugin may take, ms. */
const LIMIT_MS = 10_000;

/** Asks the plugin how its accounts are; undefined where it does not answer. Never throws. */
export async function askStatus(signal: AbortSignal): Promise<readonly AccountState[] | undefined> {
    try {
        const response = await fetch(pluginAddress('/readyz'), {
            ...requestOptions('GET'),
            signal: AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)]),
        });
        const body = parseJson(await response.text());
        const accounts = isRecord(body) ? body['accounts'] : undefined;
        return Array.isArray(accounts) ? accounts.filter(isRecord).map(accountIn) : undefined;
    } catch {
        return undefined;
    }
}

function accountIn(found: Readonly<Record<string, unknown>>): AccountState {
    const {account, state, since, reconnects, standby} = found;
    return {
        account: typeof account === 'string' ? account : '',
        state: typeof state === 'string' ? state : '',
        since: typeof since === 'number' ? since : 0,
        reconnects: typeof reconnects === 'number' ? reconnects : 0,
        standby: standby === true,
    };
}
