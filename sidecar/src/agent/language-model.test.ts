import {silentLog} from '../contract/log.ts';
import {describeAgent, turnOf} from './agent.contract.ts';
import type {AgentSubject} from './agent.contract.ts';
import {createAgent} from './agent-settings.ts';
import {describeModelAgent} from './model.contract.ts';
import {anthropicDialect, openAiDialect} from './stub/dialect.stub.ts';
import type {Dialect} from './stub/dialect.stub.ts';
import {startProviderServer} from './stub/provider-server.stub.ts';

async function subjectOf(dialect: Dialect): Promise<AgentSubject> {
    const server = await startProviderServer();
    const {begin, text, end, failure} = dialect;
    const said = begin() + text('A gangway ', 'is a bridge.');
    return {
        agent: createAgent(
            {...dialect.settings(server.url), maxRetries: 0},
            {resolveSecret: async () => 'the-key-of-the-stub', log: silentLog},
        ),
        stage(scenario) {
            switch (scenario) {
                case 'answer':
                    server.reply({body: said + end('stop')});
                    break;
                case 'hang':
                    server.reply({body: said, then: 'hang'});
                    break;
                case 'fail':
                    server.reply({body: said + failure('api_error', 'it broke')});
                    break;
            }
            return turnOf('What is a gangway?');
        },
        held: () => server.held(),
        stop: () => server.stop(),
    };
}

for (const [kind, dialect] of [
    ['openai-compatible', openAiDialect],
    ['anthropic', anthropicDialect],
] as const) {
    describeAgent(`[ROUTE-02] ${kind}`, () => subjectOf(dialect));
    describeModelAgent(kind, dialect);
}
