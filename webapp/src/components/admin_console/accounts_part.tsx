import React, {useState} from 'react';
import {FormattedMessage, useIntl} from 'react-intl';
import {isMap} from '../../settings/paths.ts';
import {Section, useConsole, useSetting} from './console_context.tsx';
import {ROOT} from './scope_picker.tsx';
import {SettingsPartPage} from './settings_part.tsx';

/** As the schema takes names of accounts. */
const NAME = /^[A-Za-z0-9][\w.-]{0,63}$/;

/** Bots on other Mattermost servers: added, connected and taken away here. */
export function AccountsPart(): React.JSX.Element {
    const {form, isDisabled} = useConsole();
    const {formatMessage} = useIntl();
    const accounts = useSetting([...ROOT, 'accounts']);
    const names = isMap(accounts) ? Object.keys(accounts) : [];
    const [name, setName] = useState('');
    const isUsable = NAME.test(name) && !names.includes(name);
    return (
        <>
            {names.map((account) => (
                <div key={account} className="GangwayConsole__account">
                    <h3 className="GangwayConsole__heading">
                        {account}
                        <button
                            type="button"
                            className="btn btn-tertiary btn-danger btn-sm"
                            disabled={isDisabled}
                            onClick={() => form.unset([...ROOT, 'accounts', account])}
                        >
                            <FormattedMessage
                                id="gangway.accounts.remove"
                                defaultMessage="Remove Account"
                            />
                        </button>
                    </h3>
                    <SettingsPartPage part="connection" scope={{kind: 'account', account}} />
                </div>
            ))}
            <Section
                title={
                    <FormattedMessage id="gangway.accounts.add" defaultMessage="Add an Account" />
                }
                description={
                    <FormattedMessage
                        id="gangway.accounts.description"
                        defaultMessage="The bot on this server needs no account. Add one for each further Mattermost server that agents shall be aboard of."
                    />
                }
            >
                <div className="GangwayConsole__add">
                    <input
                        type="text"
                        className="form-control"
                        aria-label={formatMessage({
                            id: 'gangway.accounts.name',
                            defaultMessage: 'Name of the account',
                        })}
                        placeholder={formatMessage({
                            id: 'gangway.accounts.example',
                            defaultMessage: 'E.g.: "subsidiary"',
                        })}
                        value={name}
                        disabled={isDisabled}
                        onChange={({target}) => setName(target.value.trim())}
                    />
                    <button
                        type="button"
                        className="btn btn-tertiary"
                        disabled={isDisabled || !isUsable}
                        onClick={() => {
                            form.set([...ROOT, 'accounts', name], {enabled: true});
                            setName('');
                        }}
                    >
                        <FormattedMessage
                            id="gangway.accounts.add-button"
                            defaultMessage="Add Account"
                        />
                    </button>
                </div>
            </Section>
        </>
    );
}
