import React from 'react';
import type {User} from '../api/schemas.ts';
import {fullName, statusOf, useChat} from '../state/selectors.ts';
import {Icon} from './icon.tsx';

/** How many colours the stylesheet has for people. */
const hues = 8;

interface Props {
    readonly user: User | undefined;
    readonly size: 'small' | 'medium' | 'large';
    /** Shows whether the user is online. */
    readonly withStatus?: boolean;
    /** A picture that stands in for the user's own. */
    readonly picture?: string;
}

/** The picture of a person or a bot; initials where they have none. Decorative. */
export function Avatar({user, size, withStatus = false, picture}: Props) {
    const status = useChat((state) => (user === undefined ? 'offline' : statusOf(state, user.id)));
    return (
        <span className={`pg-avatar pg-avatar--${size}`} aria-hidden="true">
            <Face user={user} picture={picture ?? pictureOf(user)} />
            {withStatus && <span className={`pg-status pg-status--${status}`} />}
        </span>
    );
}

function Face({user, picture}: {user: User | undefined; picture: string | undefined}) {
    if (picture !== undefined) {
        return <img className="pg-avatar__face" src={picture} alt="" draggable={false} />;
    }
    if (user?.is_bot === true) {
        return (
            <span className="pg-avatar__face pg-avatar__face--bot">
                <Icon name="robot-happy" />
            </span>
        );
    }
    return (
        <span className={`pg-avatar__face pg-hue-${hueOf(user?.username ?? '')}`}>
            {user === undefined ? '' : initials(user)}
        </span>
    );
}

/** Only users who have set a picture have one that is worth a request. */
function pictureOf(user: User | undefined): string | undefined {
    return user === undefined || user.last_picture_update === 0
        ? undefined
        : `/api/v4/users/${encodeURIComponent(user.id)}/image?_=${user.last_picture_update}`;
}

function initials(user: User): string {
    const words = fullName(user).split(/\s+/);
    const letters = [words[0], words.length > 1 ? words.at(-1) : undefined];
    return letters
        .map((word) => String.fromCodePoint(word?.codePointAt(0) ?? 32).trim())
        .join('')
        .toUpperCase();
}

function hueOf(name: string): number {
    let sum = 7;
    for (const letter of name) {
        sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
    }
    return sum % hues;
}

/** The word beside the name of a bot. */
export function BotTag() {
    return <span className="pg-tag">Bot</span>;
}
