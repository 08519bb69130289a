import React from 'react';
import {fullName} from '../state/selectors.ts';
import {Avatar, BotTag} from './avatar.tsx';
import {Icon} from './icon.tsx';
import type {Suggestion} from './suggestions.ts';

interface Props {
    readonly id: string;
    readonly items: readonly Suggestion[];
    readonly active: number;
    readonly onPoint: (index: number) => void;
    readonly onChoose: (suggestion: Suggestion) => void;
}

/** The completions above the field that is written in; the field keeps the focus. */
export function SuggestionList({id, items, active, onPoint, onChoose}: Props) {
    return (
        <ul id={id} className="pg-suggestions" role="listbox" aria-label="Suggestions">
            {items.map((suggestion, index) => (
                <li
                    key={suggestion.insert}
                    id={`${id}-${index}`}
                    role="option"
                    aria-selected={index === active}
                    className="pg-suggestion"
                    onPointerMove={() => onPoint(index)}
                    onPointerDown={(event) => {
                        event.preventDefault();
                        onChoose(suggestion);
                    }}
                >
                    <Line suggestion={suggestion} />
                </li>
            ))}
        </ul>
    );
}

function Line({suggestion}: {suggestion: Suggestion}) {
    switch (suggestion.kind) {
        case 'user':
            return (
                <>
                    <Avatar user={suggestion.user} size="small" withStatus />
                    <b>@{suggestion.user.username}</b>
                    <span className="pg-quiet">{fullName(suggestion.user)}</span>
                    {suggestion.user.is_bot && <BotTag />}
                </>
            );
        case 'everyone':
            return (
                <>
                    <Icon name="account-multiple-outline" />
                    <b>{suggestion.insert}</b>
                    <span className="pg-quiet">{suggestion.explanation}</span>
                </>
            );
        case 'emoji':
            return (
                <>
                    <span className="pg-suggestion__emoji">{suggestion.character}</span>
                    <span>{suggestion.insert}</span>
                </>
            );
        case 'command':
            return (
                <>
                    <Icon name="console" />
                    <b>{suggestion.insert}</b>
                    <span className="pg-quiet">
                        {[suggestion.command.Hint, suggestion.command.Description]
                            .filter((part) => part !== '')
                            .join(' · ')}
                    </span>
                </>
            );
    }
}
