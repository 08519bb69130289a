import React from 'react';
import {FormattedMessage, useIntl} from 'react-intl';

/** The parts of the page. */
export const PARTS = ['overview', 'behaviour', 'access', 'agents', 'accounts', 'json'] as const;

/** One part of the page. */
export type Part = (typeof PARTS)[number];

/** The row of tabs; arrow keys move between them. Each part is a link: `#agents`. */
export function Tabs(props: {
    readonly chosen: Part;
    readonly onChoose: (part: Part) => void;
}): React.JSX.Element {
    const {formatMessage} = useIntl();
    const move = (event: React.KeyboardEvent, at: number): void => {
        const steps: Readonly<Record<string, number>> = {ArrowRight: 1, ArrowLeft: -1};
        const step = steps[event.key];
        if (step === undefined) return;
        event.preventDefault();
        const next = PARTS[(at + step + PARTS.length) % PARTS.length] ?? 'overview';
        props.onChoose(next);
        document.getElementById(`gangway-tab-${next}`)?.focus();
    };
    return (
        <div className="GangwayConsole__tabs">
            <ul
                role="tablist"
                aria-label={formatMessage({
                    id: 'gangway.console.parts',
                    defaultMessage: 'Parts of the settings',
                })}
            >
                {PARTS.map((part, at) => (
                    <li key={part} role="presentation">
                        <button
                            type="button"
                            role="tab"
                            id={`gangway-tab-${part}`}
                            className="GangwayConsole__tab"
                            aria-selected={part === props.chosen}
                            aria-controls="gangway-part"
                            tabIndex={part === props.chosen ? 0 : -1}
                            onClick={() => props.onChoose(part)}
                            onKeyDown={(event) => move(event, at)}
                        >
                            <FormattedMessage id={`gangway.part.${part}`} defaultMessage={part} />
                        </button>
                    </li>
                ))}
            </ul>
        </div>
    );
}

/** The part that an address names; the overview where it names none. */
export function partOf(hash: string): Part {
    return PARTS.find((part) => `#${part}` === hash) ?? 'overview';
}
