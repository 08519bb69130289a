import {createDecisionLog} from './decision-log.ts';
import {facts} from './gate.fixture.ts';
import {decide} from './gate.ts';

describe('the log of decisions', () => {
    it('[GATE-01] keeps the last 200 of each account, newest first, without any text', () => {
        let now = 0;
        const log = createDecisionLog(() => now);
        const {event, context} = facts({message: '@bot the secret'});
        const decision = decide(event, context);
        for (now = 1; now <= 201; now++) {
            log.record('default', {...event.post, id: `p${now}`}, decision, 'posted');
        }
        expect(log.recent('default')).toHaveLength(200);
        expect(log.recent('default')[0]).toEqual({
            at: 201,
            postId: 'p201',
            channelId: event.post.channelId,
            userId: event.post.userId,
            event: 'posted',
            kind: 'answer',
            reason: 'mention',
        });
        expect(log.recent('default').at(-1)).toMatchObject({postId: 'p2'});
        expect(JSON.stringify(log.recent('default'))).not.toContain('secret');
        expect(log.recent('alerts')).toEqual([]);
    });
});
