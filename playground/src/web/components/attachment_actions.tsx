import React, {useState} from 'react';
import type {CSSProperties} from 'react';
import type {AttachmentAction} from '../api/attachment_schema.ts';
import {fullName, useChat} from '../state/selectors.ts';
import type {State} from '../state/shape.ts';
import type {Theme} from '../theme.ts';
import {Problem} from './problem.tsx';
import {useServices, useTheme} from './services.ts';

interface Props {
    readonly postId: string;
    readonly actions: readonly AttachmentAction[];
}

/** The buttons and menus of a card; what went wrong stands below them. */
export function AttachmentActions({postId, actions}: Props) {
    const {apps} = useServices();
    const [running, setRunning] = useState('');
    const [problem, setProblem] = useState('');
    const press = async (action: AttachmentAction, choice?: string): Promise<void> => {
        setRunning(action.id);
        setProblem('');
        const outcome = await apps.press(postId, action, choice);
        setRunning('');
        setProblem(outcome.kind === 'refused' ? outcome.message : '');
    };
    // Without an id there is no address to press it at.
    const usable = actions.filter(({id, name}) => id !== '' && name !== '');
    return usable.length === 0 ? null : (
        <>
            <div className="pg-actions">
                {usable.map((action) =>
                    action.type === 'select' ? (
                        <Choice
                            key={action.id}
                            action={action}
                            isBusy={running === action.id}
                            onChoose={(value) => void press(action, value)}
                        />
                    ) : (
                        <Button
                            key={action.id}
                            action={action}
                            isBusy={running === action.id}
                            onPress={() => void press(action)}
                        />
                    ),
                )}
            </div>
            <Problem hasIcon text={problem} />
        </>
    );
}

function Button(props: {action: AttachmentAction; isBusy: boolean; onPress: () => void}) {
    const {action, isBusy, onPress} = props;
    const theme = useTheme();
    const named = /^(?:primary|good|success|warning|danger)$/.exec(action.style)?.[0];
    return (
        <button
            type="button"
            className={`pg-action ${named === undefined ? '' : `pg-action--${named}`}`}
            style={named === undefined ? ownColour(action.style, theme) : undefined}
            disabled={action.disabled || isBusy}
            title={action.tooltip === '' ? undefined : action.tooltip}
            onClick={onPress}
        >
            {isBusy && <span className="pg-spinner" />}
            {action.name}
        </button>
    );
}

/** A style may also be `#rrggbb` or the name of a colour of the theme. */
function ownColour(style: string, theme: Theme): CSSProperties | undefined {
    const found = Object.entries(theme).find(([name]) => name === style);
    const colour: unknown = /^#[\da-f]{6}$/i.test(style) ? style : found?.[1];
    return typeof colour === 'string' && colour.startsWith('#')
        ? {color: colour, background: `${colour}14`}
        : undefined;
}

function Choice(props: {
    action: AttachmentAction;
    isBusy: boolean;
    onChoose: (value: string) => void;
}) {
    const {action, isBusy, onChoose} = props;
    const options = useChat((state) => optionsOf(state, action), sameOptions);
    const [chosen, setChosen] = useState(action.default_option);
    return (
        <select
            className="form-control pg-action-select"
            aria-label={action.name}
            disabled={action.disabled || isBusy}
            value={chosen}
            onChange={(event) => {
                setChosen(event.target.value);
                onChoose(event.target.value);
            }}
        >
            <option value="" disabled>
                {action.name}
            </option>
            {options.map(({text, value}) => (
                <option key={value} value={value}>
                    {text}
                </option>
            ))}
        </select>
    );
}

interface Option {
    readonly text: string;
    readonly value: string;
}

function optionsOf(state: State, action: AttachmentAction): readonly Option[] {
    switch (action.data_source) {
        case 'users':
            return userOptions(state);
        case 'channels':
            return channelOptions(state);
        default:
            return action.options;
    }
}

/** All known users, for menus that let one choose among them. */
export function userOptions(state: State): readonly Option[] {
    return Object.values(state.entities.users.profiles).map((user) => ({
        text: `${fullName(user)} (@${user.username})`,
        value: user.id,
    }));
}

/** All channels of the user, for menus that let one choose among them. */
export function channelOptions(state: State): readonly Option[] {
    return Object.values(state.entities.channels.channels)
        .filter(({type}) => type === 'O' || type === 'P')
        .map((channel) => ({text: channel.display_name, value: channel.id}));
}

/** Whether two lists of options offer the same. */
export function sameOptions(one: readonly Option[], other: readonly Option[]): boolean {
    return (
        one.length === other.length &&
        one.every((option, at) => {
            const twin = other[at];
            return option.text === twin?.text && option.value === twin.value;
        })
    );
}
