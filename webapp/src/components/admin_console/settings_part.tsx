import React, {useMemo, useState} from 'react';
import {FormattedMessage} from 'react-intl';
import {schemaAt} from '../../settings/field_model.ts';
import {groupsOf, textIdOf, type SettingsPart} from '../../settings/sections.ts';
import {Section, useConsole} from './console_context.tsx';
import {parentsOf, placeOf, ScopePicker, type Scope} from './scope_picker.tsx';
import {SettingRow} from './setting_row.tsx';

/** A part of the page that is made of the schema: cards of settings, for all bots, an account or a channel. */
export function SettingsPartPage({
    part,
    scope: fixed,
}: {
    readonly part: SettingsPart;
    /** Set where the scope is not for choosing. */
    readonly scope?: Scope;
}): React.JSX.Element {
    const {schema} = useConsole();
    const [chosen, setChosen] = useState<Scope>({kind: 'all'});
    const scope = fixed ?? chosen;
    const groups = useMemo(() => groupsOf(schema, part, scope.kind), [schema, part, scope.kind]);
    const at = placeOf(scope);
    const parents = parentsOf(scope);
    return (
        <>
            {fixed === undefined ? <ScopePicker scope={chosen} onChange={setChosen} /> : null}
            {groups.map((group) => (
                <Section
                    key={group.id}
                    title={
                        <FormattedMessage
                            id={`gangway.group.${group.id}`}
                            defaultMessage={group.id}
                        />
                    }
                >
                    {group.fields.map((one) => {
                        const {field, isShared} = one;
                        const key = field.path.join('.');
                        // In a channel the account's default holds where the account says nothing.
                        const standard =
                            field.standard ??
                            schemaAt(schema, ['channels', 'mattermost', ...field.path])?.[
                                'default'
                            ];
                        return (
                            <SettingRow
                                key={`${at.join('.')}.${key}`}
                                field={{...field, standard}}
                                at={isShared ? [] : at}
                                parents={isShared ? [] : parents}
                                textId={textIdOf(one, scope.kind, schema)}
                            />
                        );
                    })}
                </Section>
            ))}
        </>
    );
}
