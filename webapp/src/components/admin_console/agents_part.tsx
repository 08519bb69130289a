import React, {useMemo, useState} from 'react';
import {FormattedMessage, useIntl} from 'react-intl';
import {fieldsOf, kindsOf, schemaAt, type Field} from '../../settings/field_model.ts';
import {isMap, type Path} from '../../settings/paths.ts';
import {AgentTry, ModelChooser} from './agent_try.tsx';
import {Section, useConsole, useSetting} from './console_context.tsx';
import {SettingRow} from './setting_row.tsx';

const AGENTS: Path = ['agents'];
/** As the schema takes ids of agents. */
const ID = /^[A-Za-z0-9][\w-]{0,63}$/;
/** What a new agent of a kind begins with: addresses that many have. */
const BEGINNINGS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    'openai-compatible': {baseUrl: 'https://api.openai.com/v1', model: ''},
    anthropic: {model: ''},
};

/** The agents: added, edited, tried, made the default and taken away. */
export function AgentsPart(): React.JSX.Element {
    const agents = useSetting(AGENTS);
    const ids = isMap(agents) ? Object.keys(agents) : [];
    return (
        <>
            {ids.length === 0 ? (
                <div className="GangwayConsole__notice">
                    <FormattedMessage
                        id="gangway.agents.none"
                        defaultMessage="No agent is set up: the built-in demo agent answers. Add one below."
                    />
                </div>
            ) : null}
            {ids.map((id, at) => (
                <AgentCard key={id} id={id} isFirst={at === 0} others={ids} />
            ))}
            <AddAgent ids={ids} />
        </>
    );
}

function AgentCard(props: {
    readonly id: string;
    readonly isFirst: boolean;
    readonly others: readonly string[];
}): React.JSX.Element {
    const {id} = props;
    const {form, schema, isDisabled} = useConsole();
    const path = useMemo(() => [...AGENTS, id], [id]);
    const kind = useSetting([...path, 'kind']);
    const agents = useSetting(AGENTS);
    const part = schemaAt(schema, [...AGENTS, '*']);
    const kinds = part === undefined ? undefined : kindsOf(part);
    const own = kinds?.get(String(kind));
    const fields = own === undefined ? [] : inOrder(fieldsOf(own));
    const chosen = isMap(agents)
        ? Object.keys(agents).find((one) => isMap(agents[one]) && agents[one]['default'] === true)
        : undefined;
    const isDefault = chosen === id || (chosen === undefined && props.isFirst);
    const makeDefault = (): void => {
        for (const other of props.others) {
            if (other === id) form.set([...path, 'default'], true);
            else form.unset([...AGENTS, other, 'default']);
        }
    };
    return (
        <Section
            title={
                <span className="GangwayConsole__agent-head">
                    <span>
                        {id}{' '}
                        {isDefault ? (
                            <span className="AlertTag AlertTag--primary AlertTag--small">
                                <FormattedMessage
                                    id="gangway.agents.default"
                                    defaultMessage="Default"
                                />
                            </span>
                        ) : null}
                    </span>
                    <span className="GangwayConsole__buttons">
                        {isDefault ? null : (
                            <button
                                type="button"
                                className="btn btn-tertiary btn-sm"
                                disabled={isDisabled}
                                onClick={makeDefault}
                            >
                                <FormattedMessage
                                    id="gangway.agents.make-default"
                                    defaultMessage="Make Default"
                                />
                            </button>
                        )}
                        <RemoveAgent id={id} path={path} />
                    </span>
                </span>
            }
            description={
                <FormattedMessage
                    id={`gangway.agents.kind.${String(kind)}`}
                    defaultMessage={String(kind)}
                />
            }
        >
            {fields
                .filter((field) => field.path.join('.') !== 'default')
                .map((field) => (
                    <SettingRow
                        key={field.path.join('.')}
                        field={field}
                        at={path}
                        parents={NO_PARENTS}
                        textId={`gangway.setting.agent.${field.path.join('.')}`}
                    />
                ))}
            {fields.some((field) => field.path[0] === 'model') ? (
                <ModelChooser id={id} path={path} />
            ) : null}
            <AgentTry id={id} path={path} />
        </Section>
    );
}

/** What a new agent cannot do without stands first; all else follows in the schema's order. */
const FIRST = ['baseUrl', 'apiKey', 'model'];

function inOrder(fields: readonly Field[]): Field[] {
    const rank = ({path}: Field): number => {
        const at = FIRST.indexOf(path[0] ?? '');
        return at === -1 ? FIRST.length : at;
    };
    return [...fields].sort((one, other) => rank(one) - rank(other));
}

const NO_PARENTS: readonly Path[] = [];

/** Asks once more before it takes an agent away. */
function RemoveAgent({id, path}: {readonly id: string; readonly path: Path}): React.JSX.Element {
    const {form, isDisabled} = useConsole();
    const [isAsking, setAsking] = useState(false);
    if (!isAsking) {
        return (
            <button
                type="button"
                className="btn btn-tertiary btn-danger btn-sm"
                disabled={isDisabled}
                onClick={() => setAsking(true)}
            >
                <FormattedMessage id="gangway.agents.remove" defaultMessage="Remove" />
            </button>
        );
    }
    return (
        <>
            <button
                type="button"
                className="btn btn-tertiary btn-sm"
                onClick={() => setAsking(false)}
            >
                <FormattedMessage id="gangway.cancel" defaultMessage="Cancel" />
            </button>
            <button
                type="button"
                className="btn btn-danger btn-sm"
                autoFocus={true}
                onClick={() => form.unset(path)}
            >
                <FormattedMessage
                    id="gangway.agents.remove-confirm"
                    defaultMessage="Yes, Remove {id}"
                    values={{id}}
                />
            </button>
        </>
    );
}

function AddAgent({ids}: {readonly ids: readonly string[]}): React.JSX.Element {
    const {form, schema, isDisabled} = useConsole();
    const {formatMessage} = useIntl();
    const part = schemaAt(schema, [...AGENTS, '*']);
    const kinds = part === undefined ? [] : [...kindsOf(part).keys()];
    const [id, setId] = useState('');
    const [kind, setKind] = useState('openai-compatible');
    const wanted = id === '' ? firstFree(ids) : id;
    const isUsable = ID.test(wanted) && !ids.includes(wanted);
    return (
        <Section title={<FormattedMessage id="gangway.agents.add" defaultMessage="Add an Agent" />}>
            <div className="GangwayConsole__add">
                <select
                    className="form-control"
                    aria-label={formatMessage({
                        id: 'gangway.agents.kind',
                        defaultMessage: 'Kind of agent',
                    })}
                    value={kind}
                    disabled={isDisabled}
                    onChange={({target}) => setKind(target.value)}
                >
                    {kinds.map((one) => (
                        <option key={one} value={one}>
                            {formatMessage({
                                id: `gangway.agents.kind.${one}`,
                                defaultMessage: one,
                            })}
                        </option>
                    ))}
                </select>
                <input
                    type="text"
                    className="form-control"
                    aria-label={formatMessage({
                        id: 'gangway.agents.id',
                        defaultMessage: 'Id of the agent',
                    })}
                    placeholder={wanted}
                    value={id}
                    disabled={isDisabled}
                    onChange={({target}) => setId(target.value.trim())}
                />
                <button
                    type="button"
                    className="btn btn-primary"
                    disabled={isDisabled || !isUsable}
                    onClick={() => {
                        form.set([...AGENTS, wanted], {kind, ...BEGINNINGS[kind]});
                        setId('');
                    }}
                >
                    <FormattedMessage id="gangway.agents.add-button" defaultMessage="Add Agent" />
                </button>
            </div>
        </Section>
    );
}

function firstFree(ids: readonly string[]): string {
    if (!ids.includes('main')) return 'main';
    let number = 2;
    while (ids.includes(`agent-${number}`)) number += 1;
    return `agent-${number}`;
}
