import React, {useEffect, useState} from 'react';
import {FormattedDate, FormattedMessage, FormattedTime} from 'react-intl';
import {askStatus, type AccountState} from '../../settings/status_client.ts';
import {Section, useConsole, useDraft} from './console_context.tsx';

/** How often the state is asked for while the page is open, ms. */
const POLL_MS = 5_000;

/** What needs an admin, and how each account is. */
export function OverviewPart(): React.JSX.Element {
    const {form} = useConsole();
    useDraft();
    const {troubles} = form.held();
    const accounts = useStatus();
    return (
        <>
            <Section
                title={
                    <FormattedMessage
                        id="gangway.overview.troubles"
                        defaultMessage="What Needs You"
                    />
                }
            >
                {troubles.length === 0 ? (
                    <FormattedMessage
                        id="gangway.overview.no-troubles"
                        defaultMessage="Nothing needs an admin."
                    />
                ) : (
                    <ul>
                        {troubles.map((trouble) => (
                            <li key={trouble}>{trouble}</li>
                        ))}
                    </ul>
                )}
            </Section>
            <Section
                title={
                    <FormattedMessage id="gangway.overview.accounts" defaultMessage="Accounts" />
                }
                description={
                    <FormattedMessage
                        id="gangway.overview.accounts.description"
                        defaultMessage="The bots, and whether each of them hears its server."
                    />
                }
            >
                {accounts === undefined ? (
                    <FormattedMessage id="gangway.loading" defaultMessage="Loading..." />
                ) : (
                    <table className="GangwayConsole__states">
                        <thead>
                            <tr>
                                <th scope="col">
                                    <FormattedMessage
                                        id="gangway.overview.account"
                                        defaultMessage="Account"
                                    />
                                </th>
                                <th scope="col">
                                    <FormattedMessage
                                        id="gangway.overview.state"
                                        defaultMessage="State"
                                    />
                                </th>
                                <th scope="col">
                                    <FormattedMessage
                                        id="gangway.overview.since"
                                        defaultMessage="Since"
                                    />
                                </th>
                                <th scope="col">
                                    <FormattedMessage
                                        id="gangway.overview.reconnects"
                                        defaultMessage="Reconnects"
                                    />
                                </th>
                            </tr>
                        </thead>
                        <tbody>
                            {accounts.map((account) => (
                                <AccountRow key={account.account} account={account} />
                            ))}
                        </tbody>
                    </table>
                )}
            </Section>
        </>
    );
}

function AccountRow({account}: {readonly account: AccountState}): React.JSX.Element {
    const state = account.standby ? 'standby' : account.state;
    const look =
        state === 'ready' || state === 'standby'
            ? 'ready'
            : state === 'polling' || state === 'connecting'
              ? 'waiting'
              : 'bad';
    return (
        <tr>
            <th scope="row">{account.account}</th>
            <td>
                <span
                    className={`GangwayConsole__dot GangwayConsole__dot--${look}`}
                    aria-hidden="true"
                />
                <FormattedMessage id={`gangway.state.${state}`} defaultMessage={state} />
            </td>
            <td>
                {account.since > 0 ? (
                    <>
                        <FormattedDate value={account.since} month="short" day="numeric" />{' '}
                        <FormattedTime value={account.since} />
                    </>
                ) : null}
            </td>
            <td>{account.reconnects}</td>
        </tr>
    );
}

/** The state of the accounts, asked for again and again; undefined until the first answer. */
function useStatus(): readonly AccountState[] | undefined {
    const [accounts, setAccounts] = useState<readonly AccountState[] | undefined>(undefined);
    useEffect(() => {
        const controller = new AbortController();
        const look = (): void => {
            void askStatus(controller.signal).then((found) => {
                if (!controller.signal.aborted && found !== undefined) setAccounts(found);
            });
        };
        look();
        const timer = setInterval(look, POLL_MS);
        return () => {
            clearInterval(timer);
            controller.abort();
        };
    }, []);
    return accounts;
}
