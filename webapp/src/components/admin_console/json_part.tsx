import React, {useMemo, useState} from 'react';
import {FormattedMessage, useIntl} from 'react-intl';
import {parseJson} from '../../live/json.ts';
import {differences, isMap, pathText} from '../../settings/paths.ts';
import {Section, useConsole, useDraft} from './console_context.tsx';

/** The whole document as JSON: to read, to copy, and to replace by another. */
export function JsonPart(): React.JSX.Element {
    const {form, isDisabled} = useConsole();
    const {formatMessage} = useIntl();
    const draft = useDraft();
    const shown = useMemo(() => JSON.stringify(draft, undefined, 2), [draft]);
    const [typed, setTyped] = useState<string | undefined>(undefined);
    const parsed = typed === undefined ? undefined : parseJson(typed);
    const isUsable = isMap(parsed);
    const changed = isUsable ? differences(draft, parsed) : [];
    return (
        <Section
            title={<FormattedMessage id="gangway.json.title" defaultMessage="Settings as JSON" />}
            description={
                <FormattedMessage
                    id="gangway.json.description"
                    defaultMessage="The whole document. Stored secrets are shown as dots; sent back like that they stay."
                />
            }
        >
            <textarea
                className="form-control GangwayConsole__json"
                rows={24}
                spellCheck={false}
                aria-label={formatMessage({
                    id: 'gangway.json.title',
                    defaultMessage: 'Settings as JSON',
                })}
                value={typed ?? shown}
                disabled={isDisabled}
                onChange={({target}) => setTyped(target.value)}
            />
            {typed === undefined ? null : (
                <div className="GangwayConsole__json-foot" role="status">
                    {isUsable ? (
                        <FormattedMessage
                            id="gangway.json.changes"
                            defaultMessage="{count, plural, =0 {No change.} one {# setting changes: {list}} other {# settings change: {list}}}"
                            values={{
                                count: changed.length,
                                list: changed.slice(0, 10).map(pathText).join(', '),
                            }}
                        />
                    ) : (
                        <span className="GangwayConsole__problem">
                            <FormattedMessage
                                id="gangway.json.invalid"
                                defaultMessage="This is no JSON object yet."
                            />
                        </span>
                    )}
                    <div className="GangwayConsole__buttons">
                        <button
                            type="button"
                            className="btn btn-tertiary btn-sm"
                            onClick={() => setTyped(undefined)}
                        >
                            <FormattedMessage id="gangway.json.discard" defaultMessage="Discard" />
                        </button>
                        <button
                            type="button"
                            className="btn btn-primary btn-sm"
                            disabled={!isUsable}
                            onClick={() => {
                                form.replace(parsed);
                                setTyped(undefined);
                            }}
                        >
                            <FormattedMessage
                                id="gangway.json.apply"
                                defaultMessage="Use These Settings"
                            />
                        </button>
                    </div>
                </div>
            )}
        </Section>
    );
}
