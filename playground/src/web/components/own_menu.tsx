import React, {useRef, useState} from 'react';
import {fullName, me, useChat} from '../state/selectors.ts';
import {chooseAppearance, useAppearance} from './appearance.ts';
import {Avatar} from './avatar.tsx';
import {crew, seededPassword} from './crew.ts';
import {Icon} from './icon.tsx';
import {Menu} from './popover.tsx';
import type {MenuItem} from './popover.tsx';
import {useServices} from './services.ts';

const appearances = [
    {key: 'system', text: 'Like this device'},
    {key: 'light', text: 'Day'},
    {key: 'dark', text: 'Night'},
] as const;

/** Who is logged in, with the ways out. */
export function OwnMenu() {
    const {session} = useServices();
    const user = useChat(me);
    const chosen = useAppearance();
    const [isOpen, setOpen] = useState(false);
    const anchor = useRef<HTMLButtonElement>(null);
    if (user === undefined) {
        return null;
    }
    const groups: readonly (readonly MenuItem[])[] = [
        appearances.map(({key, text}) => ({
            key,
            text,
            isChosen: key === chosen,
            icon: key === chosen ? <Icon name="check" /> : undefined,
            onChoose: () => chooseAppearance(key),
        })),
        crew
            .filter(({username}) => username !== user.username)
            .map(({username, name}) => ({
                key: username,
                text: `Switch to ${name}`,
                icon: <Icon name="account-outline" />,
                onChoose: () => void session.switchTo(username, seededPassword),
            })),
        [
            {
                key: 'leave',
                text: 'Log out',
                icon: <Icon name="logout-variant" />,
                onChoose: () => void session.signOut(),
            },
        ],
    ];
    return (
        <div className="pg-own">
            <button
                ref={anchor}
                type="button"
                className="pg-own__button"
                aria-haspopup="menu"
                aria-expanded={isOpen}
                onClick={() => setOpen(!isOpen)}
            >
                <Avatar user={user} size="medium" withStatus />
                <span className="pg-own__names">
                    <span className="pg-own__name">{fullName(user)}</span>
                    <span className="pg-own__username">@{user.username}</span>
                </span>
                <Icon name="dots-vertical" />
            </button>
            {isOpen && anchor.current !== null && (
                <Menu
                    anchor={anchor.current}
                    label="Your menu"
                    groups={groups}
                    onClose={() => setOpen(false)}
                />
            )}
        </div>
    );
}
