import {generateKeyPairSync, sign, verify} from 'node:crypto';
import {ApiError} from '../api-error.ts';
import {newId} from '../identifiers.ts';
import type {Core} from '../world/core.ts';

/** Trigger ids: signed proofs that a user did something just now, good for opening a dialog. */
export interface Triggers {
    /** `clientId` goes to the client, `triggerId` to the integration. */
    create(userId: string): {clientId: string; triggerId: string};
    /** @throws ApiError 400 when it is not ours or older than the integration time limit */
    verify(triggerId: string): {clientId: string; userId: string};
}

const asn1Sequence = 0x30;

/** Triggers with a key that lives as long as the world. */
export function createTriggers(core: Core): Triggers {
    const keys = generateKeyPairSync('ec', {namedCurve: 'P-256'});
    const refuse = (reason: string): ApiError =>
        new ApiError(400, `interactive_message.decode_trigger_id.${reason}`, {
            Duration: `${core.config.ServiceSettings.OutgoingIntegrationRequestsTimeout}s`,
        });
    return {
        create(userId) {
            const clientId = newId();
            const told = `${clientId}:${userId}:${core.now()}:`;
            const signature = sign('sha256', Buffer.from(told), keys.privateKey);
            const whole = told + signature.toString('base64');
            return {clientId, triggerId: Buffer.from(whole).toString('base64')};
        },
        verify(triggerId) {
            if (triggerId.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(triggerId)) {
                throw refuse('base64_decode_failed');
            }
            const parts = Buffer.from(triggerId, 'base64').toString('utf8').split(':');
            const [clientId, userId, time, signature] = parts;
            if (
                parts.length !== 4 ||
                clientId === undefined ||
                userId === undefined ||
                time === undefined ||
                signature === undefined
            ) {
                throw refuse('missing_data');
            }
            const limit = core.config.ServiceSettings.OutgoingIntegrationRequestsTimeout * 1000;
            if (core.now() - Number(time) > limit) {
                throw refuse('expired');
            }
            const told = Buffer.from(`${clientId}:${userId}:${time}:`);
            const proof = Buffer.from(signature, 'base64');
            if (proof[0] !== asn1Sequence) {
                throw refuse('signature_decode_failed');
            }
            if (!verify('sha256', told, keys.publicKey, proof)) {
                throw refuse('verify_signature_failed');
            }
            return {clientId, userId};
        },
    };
}
