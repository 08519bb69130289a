import {describeAgent, turnOf} from '../agent.contract.ts';
import {createDemoAgent} from './demo-agent.ts';

describeAgent('[ROUTE-02] demo', async () => ({
    agent: createDemoAgent({delayMs: 0}),
    stage: (scenario) => turnOf({answer: 'stream', hang: 'slow 300', fail: 'error'}[scenario]),
    held: () => 0,
    stop: async () => undefined,
}));
