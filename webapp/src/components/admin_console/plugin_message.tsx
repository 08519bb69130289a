import React from 'react';
import {FormattedMessage} from 'react-intl';

/** The plugin's own sentence, or one of ours where it is '' because nothing answered. */
export function PluginMessage({text}: {readonly text: string}): React.JSX.Element {
    return text === '' ? (
        <FormattedMessage
            id="gangway.error.unreachable"
            defaultMessage="The plugin did not answer. Check that it is enabled, and try again."
        />
    ) : (
        <>{text}</>
    );
}
