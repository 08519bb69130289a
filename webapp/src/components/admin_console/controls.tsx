import React, {useEffect, useRef, useState} from 'react';
import {FormattedMessage, useIntl} from 'react-intl';
import type {FieldType} from '../../settings/field_model.ts';

/** What every control of a setting gets. */
export interface ControlProps {
    /** Id of the input, for its label. */
    readonly id: string;
    /** The id of the setting's texts. */
    readonly textId: string;
    readonly value: unknown;
    readonly isDisabled: boolean;
    readonly describedBy: string;
    readonly onChange: (value: unknown) => void;
}

/** Two radios, as Mattermost's own settings have them. */
export function FlagControl(props: ControlProps): React.JSX.Element {
    const options = [true, false] as const;
    return (
        <div className="GangwayConsole__flag">
            {options.map((option) => (
                <label key={String(option)} className="RadioSetting__label">
                    <input
                        type="radio"
                        className="RadioSetting__input"
                        name={props.id}
                        id={`${props.id}-${String(option)}`}
                        checked={props.value === option}
                        disabled={props.isDisabled}
                        aria-describedby={props.describedBy}
                        onChange={() => props.onChange(option)}
                    />
                    <span className="RadioSetting__text">
                        {option ? (
                            <FormattedMessage id="gangway.true" defaultMessage="True" />
                        ) : (
                            <FormattedMessage id="gangway.false" defaultMessage="False" />
                        )}
                    </span>
                </label>
            ))}
        </div>
    );
}

/** Words of OpenClaw for another option of the same setting: offered where they are set, and only there. */
const OTHER_WORDS: ReadonlySet<unknown> = new Set(['batched']);

/** A card for each choice, with a sentence that says what it does. */
export function ChoiceControl(
    props: ControlProps & {
        readonly options: readonly string[];
        /** The id that the texts of the options begin with. */
        readonly optionsId: string;
    },
): React.JSX.Element {
    const options = props.options.filter(
        (option) => option === props.value || !OTHER_WORDS.has(option),
    );
    return (
        <div className="GangwayConsole__cards">
            {options.map((option) => {
                const isChosen = props.value === option;
                return (
                    <label
                        key={option}
                        className={`GangwayConsole__card${isChosen ? ' GangwayConsole__card--chosen' : ''}`}
                    >
                        <input
                            type="radio"
                            name={props.id}
                            id={`${props.id}-${option}`}
                            checked={isChosen}
                            disabled={props.isDisabled}
                            aria-describedby={`${props.id}-${option}-help`}
                            onChange={() => props.onChange(option)}
                        />
                        <span>
                            <span className="GangwayConsole__card-title">
                                <FormattedMessage
                                    id={`${props.optionsId}.${option}`}
                                    defaultMessage={option}
                                />
                            </span>
                            <span
                                className="GangwayConsole__card-help"
                                id={`${props.id}-${option}-help`}
                            >
                                <FormattedMessage
                                    id={`${props.optionsId}.${option}.help`}
                                    defaultMessage={option}
                                />
                            </span>
                        </span>
                    </label>
                );
            })}
        </div>
    );
}

/** A number; what is typed and is none is shown and not taken. */
export function NumberControl(
    props: ControlProps & {readonly type: Extract<FieldType, {kind: 'number'}>},
): React.JSX.Element {
    const {isWhole, least, most} = props.type;
    const shown = typeof props.value === 'number' ? String(props.value) : '';
    const [text, setText] = useTyped(shown, (typed) => Number(typed) === Number(shown));
    return (
        <input
            id={props.id}
            type="number"
            className="form-control GangwayConsole__number"
            inputMode={isWhole ? 'numeric' : 'decimal'}
            step={isWhole ? 1 : 'any'}
            min={least}
            max={most}
            value={text}
            disabled={props.isDisabled}
            aria-describedby={props.describedBy}
            onChange={({target}) => {
                setText(target.value);
                const number = Number(target.value);
                if (target.value.trim() === '') props.onChange(undefined);
                else if (Number.isFinite(number)) props.onChange(number);
            }}
        />
    );
}

/** A line of text, or several. */
export function TextControl(props: ControlProps & {readonly isLong: boolean}): React.JSX.Element {
    const common = {
        id: props.id,
        className: 'form-control',
        value: typeof props.value === 'string' ? props.value : '',
        disabled: props.isDisabled,
        'aria-describedby': props.describedBy,
        onChange: ({target}: {readonly target: {readonly value: string}}) =>
            props.onChange(target.value === '' ? undefined : target.value),
    };
    return props.isLong ? <textarea rows={4} {...common} /> : <input type="text" {...common} />;
}

/** A list of texts, one a line. */
export function ListControl(props: ControlProps): React.JSX.Element {
    const shown = Array.isArray(props.value) ? props.value.map(String).join('\n') : '';
    const [text, setText] = useTyped(shown, (typed) => linesOf(typed).join('\n') === shown);
    return (
        <textarea
            id={props.id}
            className="form-control"
            rows={3}
            value={text}
            disabled={props.isDisabled}
            aria-describedby={props.describedBy}
            onChange={({target}) => {
                setText(target.value);
                const lines = linesOf(target.value);
                props.onChange(lines.length === 0 ? undefined : lines);
            }}
        />
    );
}

/** What stands for a secret that is set: the plugin never gives it back. */
const DOTS = /^•+/;

/** A secret: what is stored is never shown, a new one takes its place. */
export function SecretControl(props: ControlProps): React.JSX.Element {
    const {formatMessage} = useIntl();
    const isKept = typeof props.value === 'string' && DOTS.test(props.value);
    const isReference = typeof props.value === 'object' && props.value !== null;
    const placeholder = isKept
        ? formatMessage({
              id: 'gangway.secret.kept',
              defaultMessage: 'A value is stored. Type a new one to replace it.',
          })
        : isReference
          ? formatMessage({
                id: 'gangway.secret.reference',
                defaultMessage: 'Read from the environment or a file, see the JSON.',
            })
          : '';
    return (
        <input
            id={props.id}
            type="password"
            autoComplete="new-password"
            className="form-control"
            value={isKept || typeof props.value !== 'string' ? '' : props.value}
            placeholder={placeholder}
            disabled={props.isDisabled}
            aria-describedby={props.describedBy}
            onChange={({target}) => props.onChange(target.value === '' ? undefined : target.value)}
        />
    );
}

function linesOf(text: string): string[] {
    return text
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '');
}

/** Text as it is typed, until the value behind it changes by other hands. */
function useTyped(
    shown: string,
    isShown: (typed: string) => boolean,
): readonly [string, (text: string) => void] {
    const [text, setText] = useState(shown);
    const latest = useRef(isShown);
    latest.current = isShown;
    useEffect(() => {
        setText((typed) => (latest.current(typed) ? typed : shown));
    }, [shown]);
    return [text, setText];
}
