import React, {useEffect, useState} from 'react';
import {FormattedMessage, useIntl} from 'react-intl';
import {channelById, searchChannels} from '../../settings/directory.ts';
import {isMap, type Path} from '../../settings/paths.ts';
import {Combobox} from './combobox.tsx';
import {useSetting} from './console_context.tsx';

/** Whose settings are edited: those of all bots, of one account, or of one channel. */
export type Scope =
    | {readonly kind: 'all'}
    | {readonly kind: 'account'; readonly account: string}
    | {readonly kind: 'channel'; readonly channelId: string};

/** Where the block of all bots stands. */
export const ROOT: Path = ['channels', 'mattermost'];

/** Where a scope's own settings stand. */
export function placeOf(scope: Scope): Path {
    switch (scope.kind) {
        case 'all':
            return ROOT;
        case 'account':
            return [...ROOT, 'accounts', scope.account];
        case 'channel':
            return [...ROOT, 'groups', scope.channelId];
    }
}

/** Where a scope's values come from when it has none of its own, the nearest first. */
export function parentsOf(scope: Scope): readonly Path[] {
    switch (scope.kind) {
        case 'all':
            return [];
        case 'account':
            return [ROOT];
        case 'channel':
            return scope.channelId === '*' ? [ROOT] : [[...ROOT, 'groups', '*'], ROOT];
    }
}

/** Chooses the scope; channels are found by name. */
export function ScopePicker(props: {
    readonly scope: Scope;
    readonly onChange: (scope: Scope) => void;
}): React.JSX.Element {
    const {formatMessage} = useIntl();
    const accounts = useSetting([...ROOT, 'accounts']);
    const groups = useSetting([...ROOT, 'groups']);
    const accountNames = isMap(accounts) ? Object.keys(accounts) : [];
    const known = isMap(groups) ? Object.keys(groups).filter((id) => id !== '*') : [];
    const chosen = props.scope.kind === 'channel' ? [props.scope.channelId] : [];
    const channels = [...new Set([...known, ...chosen])].filter((id) => id !== '*');
    const names = useChannelNames(channels);
    return (
        <div className="GangwayConsole__scope">
            <label htmlFor="gangway-scope">
                <FormattedMessage id="gangway.scope" defaultMessage="Settings of:" />
            </label>
            <select
                id="gangway-scope"
                className="form-control"
                value={valueOf(props.scope)}
                onChange={({target}) => props.onChange(scopeOf(target.value))}
            >
                <option value="all">
                    {formatMessage({id: 'gangway.scope.all', defaultMessage: 'All bots'})}
                </option>
                {accountNames.map((name) => (
                    <option key={name} value={`account:${name}`}>
                        {formatMessage(
                            {id: 'gangway.scope.account', defaultMessage: 'Account {name}'},
                            {name},
                        )}
                    </option>
                ))}
                <option value="channel:*">
                    {formatMessage({id: 'gangway.scope.channels', defaultMessage: 'All channels'})}
                </option>
                {channels.map((id) => (
                    <option key={id} value={`channel:${id}`}>
                        {formatMessage(
                            {id: 'gangway.scope.channel', defaultMessage: 'Channel {name}'},
                            {name: names.get(id) ?? id},
                        )}
                    </option>
                ))}
            </select>
            <Combobox
                id="gangway-scope-channel"
                placeholder={formatMessage({
                    id: 'gangway.scope.find',
                    defaultMessage: 'Find another channel',
                })}
                isDisabled={false}
                search={async (typed, signal) =>
                    (await searchChannels(typed, signal)).map(({id, name, team}) => ({
                        value: id,
                        label: name,
                        detail: team,
                    }))
                }
                onChoose={({value}) => props.onChange({kind: 'channel', channelId: value})}
            />
        </div>
    );
}

function valueOf(scope: Scope): string {
    switch (scope.kind) {
        case 'all':
            return 'all';
        case 'account':
            return `account:${scope.account}`;
        case 'channel':
            return `channel:${scope.channelId}`;
    }
}

function scopeOf(value: string): Scope {
    if (value.startsWith('account:')) return {kind: 'account', account: value.slice(8)};
    if (value.startsWith('channel:')) return {kind: 'channel', channelId: value.slice(8)};
    return {kind: 'all'};
}

/** The names of channels by id, as far as the server tells them. */
function useChannelNames(ids: readonly string[]): ReadonlyMap<string, string> {
    const [names, setNames] = useState<ReadonlyMap<string, string>>(new Map());
    const asked = ids.join(' ');
    useEffect(() => {
        if (asked === '') return undefined;
        const controller = new AbortController();
        void Promise.all(asked.split(' ').map((id) => channelById(id, controller.signal))).then(
            (found) => {
                if (controller.signal.aborted) return;
                const entries = found.flatMap((channel): [string, string][] => {
                    if (channel === undefined) return [];
                    const {id, name, team} = channel;
                    return [[id, team === '' ? name : `${name} (${team})`]];
                });
                setNames(new Map(entries));
            },
        );
        return () => controller.abort();
    }, [asked]);
    return names;
}
