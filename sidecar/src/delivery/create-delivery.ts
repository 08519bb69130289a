import type {Log} from '../contract/log.ts';
import {createAnswer, type AnswerPlatform, type PublishDelta} from './answer.ts';
import type {Delivery} from './delivery.ts';

/** What a delivery needs. */
export interface DeliveryDeps {
    readonly platform: AnswerPlatform;
    readonly log: Log;
    /** Milliseconds; [Date.now]. */
    readonly now?: () => number;
    /**
     * Where it is given, viewers see the text grow by deltas and the stored posts are edited far less
     * (DEL-04); absent on hosts that cannot send events of their own.
     */
    readonly publish?: PublishDelta;
}

/** The delivery of one account: each `open` starts one answer, with typing at once. */
export function createDelivery({platform, log, now = Date.now, publish}: DeliveryDeps): Delivery {
    return {
        open: (target, journal) => createAnswer({platform, log, now, publish, target, journal}),
    };
}
