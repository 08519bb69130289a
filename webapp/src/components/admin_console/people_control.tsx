import React, {useEffect, useState} from 'react';
import {FormattedMessage, useIntl} from 'react-intl';
import {peopleByIds, searchPeople, type Person} from '../../settings/directory.ts';
import {Combobox, type Choice} from './combobox.tsx';
import type {ControlProps} from './controls.tsx';

const ID = /^[a-z0-9]{26}$/;
/** Roles that are offered beside people; any other can be given in the JSON. */
const ROLES = ['role:system_admin', 'role:system_user', 'role:system_guest'] as const;

/** A list of people, roles and "everybody": ids are stored, names are shown. */
export function PeopleControl(props: ControlProps): React.JSX.Element {
    const {formatMessage} = useIntl();
    const entries = Array.isArray(props.value) ? props.value.map(String) : [];
    const names = useNames(entries);
    const change = (next: readonly string[]): void => props.onChange([...next]);
    const labelOf = (entry: string): string => {
        if (entry === '*') {
            return formatMessage({id: 'gangway.people.everybody', defaultMessage: 'Everybody'});
        }
        const role = ROLES.find((one) => one === entry);
        if (role !== undefined) return formatMessage({id: `gangway.people.${role.slice(5)}`});
        const person = names.get(bareId(entry));
        return person === undefined ? entry : `@${person.username}`;
    };
    const fixed: readonly Choice[] = ['*', ...ROLES].map((value) => ({
        value,
        label: labelOf(value),
        detail: value,
    }));
    const search = async (typed: string, signal: AbortSignal): Promise<readonly Choice[]> => {
        const word = typed.toLowerCase().replace(/^@/, '');
        const people = await searchPeople(word, signal);
        const matching = fixed.filter(
            ({label, value}) => label.toLowerCase().includes(word) || value.includes(word),
        );
        const ids = ID.test(word) ? [{value: word, label: word}] : [];
        return [
            ...people.map(({id, username, name}) => ({
                value: id,
                label: `@${username}`,
                detail: name,
            })),
            ...matching,
            ...ids,
        ].filter(({value}) => !entries.includes(value));
    };
    return (
        <div className="GangwayConsole__people">
            {entries.length === 0 ? (
                <p className="GangwayConsole__empty">
                    <FormattedMessage id="gangway.people.nobody" defaultMessage="Nobody" />
                </p>
            ) : (
                <ul>
                    {entries.map((entry) => {
                        const isUnknown =
                            ID.test(bareId(entry)) && names.size > 0 && !names.has(bareId(entry));
                        return (
                            <li key={entry} title={entry}>
                                <span>{labelOf(entry)}</span>
                                {isUnknown ? (
                                    <em>
                                        <FormattedMessage
                                            id="gangway.people.unknown"
                                            defaultMessage="unknown here"
                                        />
                                    </em>
                                ) : null}
                                {props.isDisabled ? null : (
                                    <button
                                        type="button"
                                        className="btn btn-icon btn-xs"
                                        aria-label={formatMessage(
                                            {
                                                id: 'gangway.people.remove',
                                                defaultMessage: 'Remove {name}',
                                            },
                                            {name: labelOf(entry)},
                                        )}
                                        onClick={() =>
                                            change(entries.filter((one) => one !== entry))
                                        }
                                    >
                                        <i className="icon icon-close" aria-hidden="true" />
                                    </button>
                                )}
                            </li>
                        );
                    })}
                </ul>
            )}
            <Combobox
                id={props.id}
                placeholder={formatMessage({
                    id: 'gangway.people.search',
                    defaultMessage: 'Add a person, a role or everybody',
                })}
                isDisabled={props.isDisabled}
                describedBy={props.describedBy}
                search={search}
                onChoose={({value}) => change([...entries, value])}
            />
        </div>
    );
}

/** An entry without the words that may stand before an id. */
function bareId(entry: string): string {
    return entry.replace(/^(?:user|mattermost):\s*/i, '').replace(/^@/, '');
}

/** Who the ids in a list are; empty until the server has answered. */
function useNames(entries: readonly string[]): ReadonlyMap<string, Person> {
    const [names, setNames] = useState<ReadonlyMap<string, Person>>(new Map());
    const ids = [...new Set(entries.map(bareId).filter((id) => ID.test(id)))].sort().join(' ');
    useEffect(() => {
        if (ids === '') return undefined;
        const controller = new AbortController();
        void peopleByIds(ids.split(' '), controller.signal).then((people) => {
            if (controller.signal.aborted) return;
            setNames(new Map(people.map((person) => [person.id, person])));
        });
        return () => controller.abort();
    }, [ids]);
    return names;
}
