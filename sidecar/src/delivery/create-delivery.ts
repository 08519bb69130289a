import type {Log} from '../contract/log.ts';
import {createAnswer, type AnswerPlatform} from './answer.ts';
import type {Delivery} from './delivery.ts';
import type {PublishDelta} from './delta-sender.ts';
import {createLiveDrafts, type LiveDrafts} from './live-drafts.ts';

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
    /** Where viewers who lost a delta find the text so far. */
    readonly drafts?: LiveDrafts;
}

/** The delivery of one account: each `open` starts one answer, with typing at once. */
export function createDelivery(deps: DeliveryDeps): Delivery {
    const {platform, log, now = Date.now, publish, drafts = createLiveDrafts()} = deps;
    return {
        open: (target, journal) =>
            createAnswer({platform, log, now, publish, drafts, target, journal}),
    };
}
