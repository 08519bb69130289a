import {ACCOUNT_DEFAULTS} from '../src/contract/account-defaults.ts';
import type {AccountSettings} from '../src/contract/account-settings.ts';

/**
 * The defaults of an account, opened to everybody (who may speak is the gate's own tests' matter), with
 * answers that need no patience to be watched.
 */
export function accountDefaults(): AccountSettings {
    return {
        ...ACCOUNT_DEFAULTS,
        account: 'default',
        dmPolicy: 'open',
        allowFrom: ['*'],
        groupPolicy: 'open',
        streaming: {...ACCOUNT_DEFAULTS.streaming, throttleMs: 30, minInitialChars: 1},
    };
}
