import React, {useMemo} from 'react';
import {FormattedMessage} from 'react-intl';
import type {Field} from '../../settings/field_model.ts';
import {pathText, type Path} from '../../settings/paths.ts';
import {useConsole, useEffective} from './console_context.tsx';
import {
    ChoiceControl,
    FlagControl,
    ListControl,
    NumberControl,
    SecretControl,
    TextControl,
    type ControlProps,
} from './controls.tsx';
import {PeopleControl} from './people_control.tsx';

/** Settings whose lists hold people. */
const PEOPLE: ReadonlySet<string> = new Set(['allowFrom', 'groupAllowFrom', 'owners', 'allowBots']);
/** Settings that take more than a line. */
const LONG: ReadonlySet<string> = new Set(['systemPrompt']);

/** What a row needs beside its field. */
export interface SettingRowProps {
    readonly field: Field;
    /** Where the settings of this scope stand; the field's path lies below. */
    readonly at: Path;
    /** Where a value is looked for that this scope does not have, the nearest first. */
    readonly parents: readonly Path[];
    /** The id of its texts, as `gangway.setting.chatmode`. */
    readonly textId: string;
}

/** One setting: its name, its control, what it does, whether its value is its own, and what was wrong with it. */
export function SettingRow({field, at, parents, textId}: SettingRowProps): React.JSX.Element {
    const {form, isDisabled} = useConsole();
    const path = useMemo(() => [...at, ...field.path], [at, field.path]);
    const above = useMemo(
        () => parents.map((parent) => [...parent, ...field.path]),
        [parents, field.path],
    );
    const {own, inherited, from, isChanged, problem} = useEffective(path, above, field.standard);
    const id = `gangway-${path.join('-').replace(/[^\w-]/g, '_')}`;
    const props: ControlProps = {
        id,
        textId,
        value: own ?? inherited,
        isDisabled,
        describedBy: `${id}-help`,
        onChange: (value) => (value === undefined ? form.unset(path) : form.set(path, value)),
    };
    const label = <FormattedMessage id={textId} defaultMessage={field.path.join('.')} />;
    const isGroup = field.type.kind === 'flag' || field.type.kind === 'choice';
    const body = (
        <div className="col-sm-8">
            <Control field={field} {...props} />
            {problem === undefined ? null : (
                <div className="GangwayConsole__problem" role="alert">
                    {problem}
                </div>
            )}
            <div className="help-text" id={`${id}-help`}>
                <FormattedMessage id={`${textId}.help`} defaultMessage=" " />
            </div>
            <Origin
                path={path}
                from={from}
                isOwn={own !== undefined}
                isChanged={isChanged}
                canReset={!isDisabled && !field.isRequired}
                onReset={() => form.unset(path)}
            />
        </div>
    );
    const state = problem === undefined ? '' : ' has-error';
    return isGroup ? (
        <fieldset className={`form-group${state}`} id={`${id}-row`}>
            <legend className="control-label form-legend col-sm-4">{label}</legend>
            {body}
        </fieldset>
    ) : (
        <div className={`form-group${state}`} id={`${id}-row`}>
            <label className="control-label col-sm-4" htmlFor={id}>
                {label}
            </label>
            {body}
        </div>
    );
}

/** The chat types take the words of the reply mode itself. */
function optionsIdOf([first]: Path, textId: string): string {
    return first === 'replyToModeByChatType' ? 'gangway.setting.replyToMode' : textId;
}

function Control({field, ...props}: ControlProps & {readonly field: Field}): React.JSX.Element {
    const {type, path} = field;
    const name = path.at(-1) ?? '';
    switch (type.kind) {
        case 'flag':
            return <FlagControl {...props} />;
        case 'choice':
            return (
                <ChoiceControl
                    {...props}
                    options={type.options}
                    optionsId={optionsIdOf(path, props.textId)}
                />
            );
        case 'number':
            return <NumberControl {...props} type={type} />;
        case 'text':
            return <TextControl {...props} isLong={LONG.has(name)} />;
        case 'secret':
            return <SecretControl {...props} />;
        case 'list':
            return PEOPLE.has(name) ? <PeopleControl {...props} /> : <ListControl {...props} />;
        case 'other':
            return <></>;
    }
}

/** Where the shown value comes from, and the way back to the inherited one; the key that the JSON has for it. */
function Origin(props: {
    readonly path: Path;
    readonly from: Path | undefined;
    readonly isOwn: boolean;
    readonly isChanged: boolean;
    readonly canReset: boolean;
    readonly onReset: () => void;
}): React.JSX.Element {
    return (
        <div className="GangwayConsole__origin">
            {props.isChanged ? (
                <span className="GangwayConsole__changed">
                    <FormattedMessage id="gangway.origin.changed" defaultMessage="Not saved yet" />
                </span>
            ) : null}
            {props.isOwn ? (
                props.canReset ? (
                    <button
                        type="button"
                        className="btn btn-link"
                        aria-describedby={undefined}
                        onClick={props.onReset}
                    >
                        {props.from === undefined ? (
                            <FormattedMessage
                                id="gangway.origin.reset-default"
                                defaultMessage="Reset to default"
                            />
                        ) : (
                            <FormattedMessage
                                id="gangway.origin.reset"
                                defaultMessage="Reset to inherited"
                            />
                        )}
                    </button>
                ) : null
            ) : props.from === undefined ? (
                <span>
                    <FormattedMessage id="gangway.origin.default" defaultMessage="Default" />
                </span>
            ) : (
                <span>
                    <FormattedMessage
                        id="gangway.origin.inherited"
                        defaultMessage="Inherited from {place}"
                        values={{place: pathText(props.from)}}
                    />
                </span>
            )}
            <code>{pathText(props.path)}</code>
        </div>
    );
}
