import React, {useEffect, useState} from 'react';
import type {KeyboardEvent} from 'react';
import type {Channel, User} from '../api/schemas.ts';
import {warn} from '../log.ts';
import {channelTitle, fullName, myId, useChat} from '../state/selectors.ts';
import type {State} from '../state/shape.ts';
import {Avatar, BotTag} from './avatar.tsx';
import {Icon} from './icon.tsx';
import {Modal} from './modal.tsx';
import {useServices} from './services.ts';

type Choice =
    | {readonly kind: 'channel'; readonly key: string; readonly channel: Channel}
    | {readonly kind: 'user'; readonly key: string; readonly user: User};

const limit = 12;

/** Finds a channel, a person or a bot, and opens the talk with them. */
export function Switcher({onClose}: {onClose: () => void}) {
    const {conversations, people} = useServices();
    const [term, setTerm] = useState('');
    const [active, setActive] = useState(0);
    const choices = useChat((state) => choicesFor(state, term), sameChoices);

    useEffect(() => {
        setActive(0);
        const timer = setTimeout(() => {
            people.search(term).catch((cause: unknown) => {
                // Those who are known already are still found.
                warn('users could not be searched', {}, cause);
            });
        }, 150);
        return () => clearTimeout(timer);
    }, [people, term]);

    const choose = (choice: Choice | undefined): void => {
        if (choice === undefined) {
            return;
        }
        onClose();
        void (choice.kind === 'channel'
            ? conversations.open(choice.channel.id)
            : conversations.openDirect(choice.user.id));
    };
    const onKeyDown = (event: KeyboardEvent): void => {
        if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
            event.preventDefault();
            const step = event.key === 'ArrowDown' ? 1 : -1;
            setActive((active + step + choices.length) % Math.max(choices.length, 1));
        } else if (event.key === 'Enter') {
            event.preventDefault();
            choose(choices[active]);
        }
    };
    return (
        <Modal title="Find or start a talk" onClose={onClose} className="pg-switcher">
            <div className="pg-switcher__search">
                <Icon name="magnify" />
                <input
                    type="text"
                    role="combobox"
                    aria-expanded="true"
                    aria-controls="pg-switcher-list"
                    aria-activedescendant={`pg-choice-${active}`}
                    aria-label="Name of a channel, a person or a bot"
                    placeholder="Channel, person or bot"
                    value={term}
                    onChange={(event) => setTerm(event.target.value)}
                    onKeyDown={onKeyDown}
                />
            </div>
            <ul id="pg-switcher-list" className="pg-switcher__list" role="listbox">
                {choices.map((choice, index) => (
                    <li
                        key={choice.key}
                        id={`pg-choice-${index}`}
                        role="option"
                        aria-selected={index === active}
                        className="pg-switcher__choice"
                        onPointerMove={() => setActive(index)}
                        onClick={() => choose(choice)}
                    >
                        <ChoiceLine choice={choice} />
                    </li>
                ))}
                {choices.length === 0 && (
                    <li className="pg-switcher__none">Nobody and nothing has that name.</li>
                )}
            </ul>
        </Modal>
    );
}

function ChoiceLine({choice}: {choice: Choice}) {
    const title = useChat((state) =>
        choice.kind === 'channel' ? channelTitle(state, choice.channel) : fullName(choice.user),
    );
    if (choice.kind === 'channel') {
        return (
            <>
                <span className="pg-switcher__icon">
                    <Icon name={choice.channel.type === 'P' ? 'lock-outline' : 'pound'} />
                </span>
                <span>{title}</span>
            </>
        );
    }
    return (
        <>
            <Avatar user={choice.user} size="small" withStatus />
            <span>{title}</span>
            <span className="pg-switcher__username">@{choice.user.username}</span>
            {choice.user.is_bot && <BotTag />}
        </>
    );
}

function choicesFor(state: State, term: string): readonly Choice[] {
    const wanted = term
        .trim()
        .toLowerCase()
        .replace(/^[@#~]/, '');
    const fits = (...names: readonly string[]): boolean =>
        names.some((name) => name.toLowerCase().includes(wanted));
    const users = Object.values(state.entities.users.profiles)
        .filter((user) => user.delete_at === 0 && user.username !== 'system-bot')
        .filter((user) => fits(user.username, fullName(user)))
        .sort((one, other) => rank(state, one) - rank(state, other))
        .map((user): Choice => ({kind: 'user', key: user.id, user}));
    const channels = Object.values(state.entities.channels.channels)
        .filter((channel) => channel.type === 'O' || channel.type === 'P')
        .filter((channel) => channel.delete_at === 0 && fits(channel.name, channel.display_name))
        .map((channel): Choice => ({kind: 'channel', key: channel.id, channel}));
    return [...users, ...channels].slice(0, limit);
}

/** Bots first, as they are why one is here; oneself last. */
function rank(state: State, user: User): number {
    return user.id === myId(state) ? 2 : user.is_bot ? 0 : 1;
}

function sameChoices(one: readonly Choice[], other: readonly Choice[]): boolean {
    return one.length === other.length && one.every((choice, at) => choice.key === other[at]?.key);
}
