import React, {useId} from 'react';
import type {DialogElement, Submission} from '../api/dialog_schema.ts';
import {useChat} from '../state/selectors.ts';
import type {State} from '../state/shape.ts';
import {channelOptions, sameOptions, userOptions} from './attachment_actions.tsx';
import {Problem} from './problem.tsx';

type Value = Submission[string];

interface Props {
    readonly element: DialogElement;
    readonly value: Value;
    /** What is wrong with the value; ''. */
    readonly problem: string;
    readonly onChange: (value: Value) => void;
}

/** One element of a dialog with its label, its help and what is wrong with it. */
export function DialogField(props: Props) {
    const {element, problem} = props;
    const id = useId();
    const isGroup = element.type === 'radio';
    const label = (
        <>
            {element.display_name}
            {element.optional && <span className="pg-quiet"> (optional)</span>}
        </>
    );
    const notes = (
        <>
            {element.help_text !== '' && (
                <p id={`${id}-help`} className="help-text">
                    {element.help_text}
                </p>
            )}
            <Problem id={`${id}-problem`} text={problem} />
        </>
    );
    return isGroup ? (
        <fieldset className="pg-dialog-field">
            <legend>{label}</legend>
            <Control {...props} id={id} />
            {notes}
        </fieldset>
    ) : (
        <div className="pg-dialog-field">
            {element.type !== 'bool' && <label htmlFor={id}>{label}</label>}
            <Control {...props} id={id} />
            {notes}
        </div>
    );
}

function Control({element, value, problem, onChange, id}: Props & {id: string}) {
    const described = {
        id,
        'aria-describedby': `${id}-help ${id}-problem`,
        'aria-invalid': problem !== '',
    };
    const text = typeof value === 'string' ? value : '';
    const limit = element.max_length > 0 ? {maxLength: element.max_length} : {};
    switch (element.type) {
        case 'textarea':
            return (
                <textarea
                    {...described}
                    {...limit}
                    className="form-control"
                    rows={5}
                    placeholder={element.placeholder}
                    value={text}
                    onChange={(event) => onChange(event.target.value)}
                />
            );
        case 'select':
            return <Choices {...{element, value, onChange, described}} />;
        case 'radio':
            return (
                <div className="pg-radios" role="presentation">
                    {element.options.map((option) => (
                        <label key={option.value} className="pg-choice">
                            <input
                                type="radio"
                                name={id}
                                value={option.value}
                                checked={value === option.value}
                                onChange={() => onChange(option.value)}
                            />
                            {option.text}
                        </label>
                    ))}
                </div>
            );
        case 'bool':
            return (
                <label className="pg-choice">
                    <input
                        {...described}
                        type="checkbox"
                        checked={value === true}
                        onChange={(event) => onChange(event.target.checked)}
                    />
                    {element.placeholder === '' ? element.display_name : element.placeholder}
                </label>
            );
        default:
            return (
                <input
                    {...described}
                    {...limit}
                    className="form-control"
                    type={inputType(element)}
                    placeholder={element.placeholder}
                    value={text}
                    onChange={(event) => onChange(event.target.value)}
                />
            );
    }
}

function inputType({type, subtype}: DialogElement): string {
    if (type === 'date' || type === 'datetime') {
        return type === 'date' ? 'date' : 'datetime-local';
    }
    return /^(?:email|number|password|tel|url)$/.test(subtype) ? subtype : 'text';
}

function Choices(props: {
    element: DialogElement;
    value: Value;
    onChange: (value: Value) => void;
    described: Readonly<Record<string, unknown>>;
}) {
    const {element, value, onChange, described} = props;
    const options = useChat((state) => optionsOf(state, element), sameOptions);
    return (
        <select
            {...described}
            className="form-control"
            multiple={element.multiselect}
            value={
                element.multiselect ? [...asList(value)] : typeof value === 'string' ? value : ''
            }
            onChange={(event) =>
                onChange(
                    element.multiselect
                        ? [...event.target.selectedOptions].map((option) => option.value)
                        : event.target.value,
                )
            }
        >
            {!element.multiselect && (
                <option value="">
                    {element.placeholder === '' ? 'Choose one' : element.placeholder}
                </option>
            )}
            {options.map((option) => (
                <option key={option.value} value={option.value}>
                    {option.text}
                </option>
            ))}
        </select>
    );
}

function asList(value: Value): readonly string[] {
    return typeof value === 'object' && value !== null ? value : [];
}

function optionsOf(state: State, element: DialogElement) {
    switch (element.data_source) {
        case 'users':
            return userOptions(state);
        case 'channels':
            return channelOptions(state);
        default:
            return element.options;
    }
}
