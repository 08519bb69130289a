import type {NewTurn} from '../src/session/journal.ts';

/** A question of alice in the channel `deck`, but for what is given. */
export function aTurn(given: Partial<NewTurn> & Pick<NewTurn, 'turnId'>): NewTurn {
    return {
        account: 'default',
        channelId: 'deck',
        rootId: '',
        sessionId: 's',
        sessionKey: 'agent:main:main',
        agent: 'main',
        userId: 'alice',
        text: 'how deep?',
        postedAt: 1,
        ...given,
    };
}
