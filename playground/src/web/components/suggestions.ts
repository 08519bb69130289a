import {useEffect, useMemo, useState} from 'react';
import type {CommandSuggestion, User} from '../api/schemas.ts';
import {warn} from '../log.ts';
import {findEmojis} from '../markdown/emoji.ts';
import {fullName, sameItems, useChat} from '../state/selectors.ts';
import type {State} from '../state/shape.ts';
import {useServices} from './services.ts';

/** What the word at the caret asks to be completed to. */
export type Suggestion =
    | {readonly kind: 'user'; readonly insert: string; readonly user: User}
    | {readonly kind: 'everyone'; readonly insert: string; readonly explanation: string}
    | {readonly kind: 'emoji'; readonly insert: string; readonly character: string}
    | {readonly kind: 'command'; readonly insert: string; readonly command: CommandSuggestion};

/** Completions with the part of the text that they stand for. */
export interface Suggestions {
    readonly items: readonly Suggestion[];
    readonly from: number;
    readonly to: number;
}

type Trigger =
    | {readonly kind: 'user' | 'emoji' | 'command'; readonly term: string; readonly from: number}
    | {readonly kind: 'none'};

interface Place {
    readonly channelId: string;
    readonly rootId: string;
}

const limit = 8;
const none: readonly never[] = [];

const everyone = [
    {name: 'channel', explanation: 'Notifies everybody in this channel'},
    {name: 'here', explanation: 'Notifies everybody here who is online'},
] as const;

/** The completions for a text with the caret at `caret`. */
export function useSuggestions(text: string, caret: number, place: Place): Suggestions {
    const trigger = triggerAt(text, caret);
    const term = trigger.kind === 'none' ? '' : trigger.term;
    const users = useChat(
        (state) => (trigger.kind === 'user' ? usersFor(state, term) : none),
        sameItems,
    );
    const commands = useCommands(trigger.kind === 'command' ? text : '', place);
    useUserSearch(trigger.kind === 'user' ? term : '');
    if (trigger.kind === 'none') {
        return {items: none, from: caret, to: caret};
    }
    return {items: itemsFor(trigger.kind, term, users, commands), from: trigger.from, to: caret};
}

function itemsFor(
    kind: 'user' | 'emoji' | 'command',
    term: string,
    users: readonly User[],
    commands: readonly CommandSuggestion[],
): readonly Suggestion[] {
    switch (kind) {
        case 'user':
            return [
                ...users.map((user): Suggestion => {
                    return {kind: 'user', insert: `@${user.username} `, user};
                }),
                ...everyone
                    .filter(({name}) => name.startsWith(term))
                    .map(({name, explanation}): Suggestion => {
                        return {kind: 'everyone', insert: `@${name} `, explanation};
                    }),
            ].slice(0, limit);
        case 'emoji':
            return findEmojis(term, limit).map(({name, character}) => {
                return {kind: 'emoji', insert: `:${name}: `, character};
            });
        case 'command':
            return commands.map((command) => {
                return {kind: 'command', insert: `/${command.Complete} `, command};
            });
    }
}

function triggerAt(text: string, caret: number): Trigger {
    const before = text.slice(0, caret);
    if (/^\/[^\n]*$/.test(text)) {
        return {kind: 'command', term: text, from: 0};
    }
    const user = /(?:^|[\s(])@([a-z0-9._-]*)$/i.exec(before);
    if (user?.[1] !== undefined) {
        return {kind: 'user', term: user[1].toLowerCase(), from: caret - user[1].length - 1};
    }
    const emoji = /(?:^|\s):([a-z0-9_+-]{2,})$/.exec(before);
    return emoji?.[1] === undefined
        ? {kind: 'none'}
        : {kind: 'emoji', term: emoji[1], from: caret - emoji[1].length - 1};
}

/** Those whose name begins with the term first, and of them the bots. */
function usersFor(state: State, term: string): readonly User[] {
    const rank = (user: User): number =>
        (user.username.startsWith(term) ? 0 : 2) + (user.is_bot ? 0 : 1);
    return Object.values(state.entities.users.profiles)
        .filter((user) => user.delete_at === 0 && user.username !== 'system-bot')
        .filter((user) => {
            return user.username.includes(term) || fullName(user).toLowerCase().startsWith(term);
        })
        .sort((one, other) => rank(one) - rank(other) || one.username.localeCompare(other.username))
        .slice(0, limit);
}

/** Lets the store learn of users that nobody here has met. */
function useUserSearch(term: string): void {
    const {people} = useServices();
    useEffect(() => {
        if (term === '') {
            return undefined;
        }
        const timer = setTimeout(() => {
            people.search(term).catch((cause: unknown) => {
                // Those who are known already are still suggested.
                warn('users could not be searched', {}, cause);
            });
        }, 200);
        return () => clearTimeout(timer);
    }, [people, term]);
}

function useCommands(text: string, {channelId, rootId}: Place): readonly CommandSuggestion[] {
    const {apps} = useServices();
    const [answer, setAnswer] = useState<{text: string; found: readonly CommandSuggestion[]}>();
    useEffect(() => {
        if (text === '') {
            setAnswer(undefined);
            return undefined;
        }
        let isWanted = true;
        const timer = setTimeout(() => {
            void apps.suggest(text, {channelId, rootId}).then((found) => {
                if (isWanted) {
                    setAnswer({text, found: found.filter(isOfUse).slice(0, limit)});
                }
            });
        }, 80);
        return () => {
            isWanted = false;
            clearTimeout(timer);
        };
    }, [apps, text, channelId, rootId]);
    return useMemo(() => {
        const found = answer?.found ?? none;
        // Until the next answer is there, those of the last one that still fit are shown.
        return answer?.text === text
            ? found
            : found.filter(({Complete}) => `/${Complete}`.startsWith(text));
    }, [answer, text]);
}

/** The server also suggests to send what is there, which Enter does anyway. */
function isOfUse({Complete}: CommandSuggestion): boolean {
    return !Complete.endsWith('_execute_current_command');
}
