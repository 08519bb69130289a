import React, {useEffect, useRef, useState} from 'react';

/** One thing that can be chosen. */
export interface Choice {
    readonly value: string;
    readonly label: string;
    /** Shown in grey behind it. */
    readonly detail?: string;
}

/** Pause after a keystroke before the server is asked, ms. */
const PAUSE_MS = 200;

/** An input that suggests as one types; arrows and Enter choose, Escape closes. */
export function Combobox(props: {
    readonly id: string;
    readonly placeholder: string;
    readonly isDisabled: boolean;
    readonly describedBy?: string;
    readonly search: (typed: string, signal: AbortSignal) => Promise<readonly Choice[]>;
    readonly onChoose: (choice: Choice) => void;
}): React.JSX.Element {
    const {search} = props;
    const [typed, setTyped] = useState('');
    const [choices, setChoices] = useState<readonly Choice[]>([]);
    const [active, setActive] = useState(0);
    const [isOpen, setOpen] = useState(false);
    const latest = useRef(search);
    latest.current = search;

    useEffect(() => {
        if (typed.trim() === '') {
            setChoices([]);
            return undefined;
        }
        const controller = new AbortController();
        const timer = setTimeout(() => {
            void latest.current(typed.trim(), controller.signal).then((found) => {
                if (controller.signal.aborted) return;
                setChoices(found);
                setActive(0);
                setOpen(true);
            });
        }, PAUSE_MS);
        return () => {
            clearTimeout(timer);
            controller.abort();
        };
    }, [typed]);

    const isShown = isOpen && choices.length > 0;
    const choose = (choice: Choice | undefined): void => {
        if (choice === undefined) return;
        props.onChoose(choice);
        setTyped('');
        setOpen(false);
    };
    const onKey = (event: React.KeyboardEvent): void => {
        if (event.key === 'Enter') {
            // A form stands around the page, and Enter would send it.
            event.preventDefault();
            if (isShown) choose(choices[active]);
        } else if (event.key === 'Escape' && isShown) {
            event.stopPropagation();
            setOpen(false);
        } else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && isShown) {
            event.preventDefault();
            const step = event.key === 'ArrowDown' ? 1 : choices.length - 1;
            setActive((at) => (at + step) % choices.length);
        }
    };
    return (
        <div className="GangwayConsole__combobox">
            <input
                id={props.id}
                type="text"
                role="combobox"
                autoComplete="off"
                className="form-control"
                placeholder={props.placeholder}
                value={typed}
                disabled={props.isDisabled}
                aria-expanded={isShown}
                aria-controls={`${props.id}-list`}
                aria-autocomplete="list"
                aria-activedescendant={isShown ? `${props.id}-${active}` : undefined}
                aria-describedby={props.describedBy}
                onChange={({target}) => setTyped(target.value)}
                onKeyDown={onKey}
                onBlur={() => setOpen(false)}
            />
            {isShown ? (
                <ul className="GangwayConsole__choices" role="listbox" id={`${props.id}-list`}>
                    {choices.map((choice, at) => (
                        <li
                            key={choice.value}
                            id={`${props.id}-${at}`}
                            role="option"
                            aria-selected={at === active}
                            // Before the input loses the focus and the list closes.
                            onMouseDown={(event) => {
                                event.preventDefault();
                                choose(choice);
                            }}
                        >
                            {choice.label}
                            {choice.detail === undefined ? null : <small>{choice.detail}</small>}
                        </li>
                    ))}
                </ul>
            ) : null}
        </div>
    );
}
