import React, {useEffect, useRef, useState} from 'react';
import {FormattedMessage, useIntl} from 'react-intl';
import type {AgentTestEvent} from '../../../../sidecar/src/contract/agent-test.ts';
import {askModels, tryAgent, type ModelsOutcome} from '../../settings/agent_tries.ts';
import type {Path} from '../../settings/paths.ts';
import {useConsole} from './console_context.tsx';
import {PluginMessage} from './plugin_message.tsx';

type End = Exclude<AgentTestEvent, {kind: 'text'}>;
type Try =
    | {readonly kind: 'none'}
    | {readonly kind: 'running'; readonly text: string}
    | {readonly kind: 'over'; readonly text: string; readonly end: End};

/** Lets the agent answer with the settings as they are on the page, saved or not. */
export function AgentTry({
    id,
    path,
}: {
    readonly id: string;
    readonly path: Path;
}): React.JSX.Element {
    const {form, isDisabled} = useConsole();
    const {formatMessage} = useIntl();
    const [prompt, setPrompt] = useState('');
    const [state, setState] = useState<Try>({kind: 'none'});
    const running = useRef<AbortController | undefined>(undefined);
    useEffect(() => () => running.current?.abort(), []);

    const begin = (): void => {
        running.current?.abort();
        const controller = new AbortController();
        running.current = controller;
        let text = '';
        setState({kind: 'running', text});
        const asked = {
            id,
            settings: form.get(path),
            ...(prompt.trim() === '' ? {} : {prompt: prompt.trim()}),
        };
        void tryAgent(
            asked,
            (event) => {
                if (event.kind === 'text') {
                    text += event.text;
                    setState({kind: 'running', text});
                } else setState({kind: 'over', text, end: event});
            },
            controller.signal,
        );
    };
    return (
        <div>
            <div className="GangwayConsole__add">
                <input
                    type="text"
                    className="form-control"
                    aria-label={formatMessage({
                        id: 'gangway.agents.prompt',
                        defaultMessage: 'A question to try the agent with',
                    })}
                    placeholder={formatMessage({
                        id: 'gangway.agents.prompt.example',
                        defaultMessage: 'Say hello in one short sentence.',
                    })}
                    value={prompt}
                    disabled={isDisabled}
                    onChange={({target}) => setPrompt(target.value)}
                    onKeyDown={(event) => {
                        if (event.key !== 'Enter') return;
                        event.preventDefault();
                        begin();
                    }}
                />
                <button
                    type="button"
                    className="btn btn-tertiary"
                    disabled={isDisabled || state.kind === 'running'}
                    onClick={begin}
                >
                    {state.kind === 'running' ? (
                        <FormattedMessage id="gangway.agents.testing" defaultMessage="Testing..." />
                    ) : (
                        <FormattedMessage id="gangway.agents.test" defaultMessage="Test Agent" />
                    )}
                </button>
            </div>
            {state.kind === 'none' ? null : (
                <div className="GangwayConsole__answer" role="status" aria-live="polite">
                    {state.text}
                    {state.kind === 'over' ? <EndOfTry end={state.end} /> : null}
                </div>
            )}
        </div>
    );
}

function EndOfTry({end}: {readonly end: End}): React.JSX.Element {
    if (end.kind === 'failed') {
        return (
            <div className="GangwayConsole__problem">
                <PluginMessage text={end.message} />
            </div>
        );
    }
    const unknown = end.inputTokens === undefined || end.outputTokens === undefined;
    return (
        <small>
            <FormattedMessage
                id="gangway.agents.figures"
                defaultMessage="First text after {first} ms, whole answer after {ms} ms."
                values={{first: end.firstMs ?? end.ms, ms: end.ms}}
            />{' '}
            {unknown ? null : (
                <FormattedMessage
                    id="gangway.agents.tokens"
                    defaultMessage="{input} tokens in, {output} out."
                    values={{input: end.inputTokens, output: end.outputTokens}}
                />
            )}
        </small>
    );
}

/** Lists what the service has, to choose the model from. */
export function ModelChooser({
    id,
    path,
}: {
    readonly id: string;
    readonly path: Path;
}): React.JSX.Element {
    const {form, isDisabled} = useConsole();
    const {formatMessage} = useIntl();
    const [outcome, setOutcome] = useState<ModelsOutcome | 'asking' | undefined>(undefined);
    const asking = useRef<AbortController | undefined>(undefined);
    useEffect(() => () => asking.current?.abort(), []);
    const ask = (): void => {
        asking.current?.abort();
        const controller = new AbortController();
        asking.current = controller;
        setOutcome('asking');
        void askModels({id, settings: form.get(path)}, controller.signal).then((found) => {
            if (!controller.signal.aborted) setOutcome(found);
        });
    };
    const models = typeof outcome === 'object' && outcome.kind === 'listed' ? outcome.models : [];
    return (
        <div className="GangwayConsole__models">
            <button
                type="button"
                className="btn btn-tertiary btn-sm"
                disabled={isDisabled || outcome === 'asking'}
                onClick={ask}
            >
                <FormattedMessage id="gangway.agents.models" defaultMessage="List Models" />
            </button>
            {typeof outcome === 'object' && outcome.kind === 'failed' ? (
                <div className="GangwayConsole__problem" role="status">
                    <PluginMessage text={outcome.message} />
                </div>
            ) : null}
            {models.length > 0 ? (
                <select
                    className="form-control"
                    aria-label={formatMessage({
                        id: 'gangway.agents.choose-model',
                        defaultMessage: 'Models of this service',
                    })}
                    disabled={isDisabled}
                    value=""
                    onChange={({target}) => form.set([...path, 'model'], target.value)}
                >
                    <option value="">
                        {formatMessage(
                            {
                                id: 'gangway.agents.found-models',
                                defaultMessage:
                                    '{count, plural, one {# model found, choose it} other {# models found, choose one}}',
                            },
                            {count: models.length},
                        )}
                    </option>
                    {models.map((model) => (
                        <option key={model} value={model}>
                            {model}
                        </option>
                    ))}
                </select>
            ) : null}
        </div>
    );
}
