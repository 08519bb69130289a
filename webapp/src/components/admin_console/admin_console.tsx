import React, {useCallback, useEffect, useMemo, useRef, useState} from 'react';
import {FormattedMessage} from 'react-intl';
import type {Schema} from '../../settings/field_model.ts';
import type {Conflict} from '../../settings/merge.ts';
import {pathText} from '../../settings/paths.ts';
import {loadSettings, saveSettings, type Problem} from '../../settings/settings_client.ts';
import {createSettingsForm, type SettingsForm} from '../../settings/settings_form.ts';
import type {CustomSettingProps} from '../../types/mattermost_webapp.ts';
import {AccountsPart} from './accounts_part.tsx';
import {AgentsPart} from './agents_part.tsx';
import {Boundary} from './boundary.tsx';
import {ConsoleProvider} from './console_context.tsx';
import {JsonPart} from './json_part.tsx';
import {OverviewPart} from './overview_part.tsx';
import {SettingsPartPage} from './settings_part.tsx';
import {PluginMessage} from './plugin_message.tsx';
import {partOf, Tabs, type Part} from './tabs.tsx';

/** What the last save came to, where it needs words. */
type Notice =
    | {readonly kind: 'refused'; readonly problems: readonly Problem[]}
    | {readonly kind: 'merged'; readonly conflicts: readonly Conflict[]}
    | {readonly kind: 'failed'; readonly message: string};

/** The settings of Gangway in the System Console: one custom setting, with a save of its own. */
export function AdminConsole(props: CustomSettingProps): React.JSX.Element {
    return (
        <Boundary>
            <LoadedConsole {...props} />
        </Boundary>
    );
}

type Loading =
    | {readonly kind: 'loading'}
    | {readonly kind: 'failed'; readonly message: string}
    | {readonly kind: 'loaded'; readonly form: SettingsForm; readonly schema: Schema};

function LoadedConsole(props: CustomSettingProps): React.JSX.Element {
    const [state, setState] = useState<Loading>({kind: 'loading'});
    const [tries, setTries] = useState(0);
    useEffect(() => {
        const controller = new AbortController();
        setState({kind: 'loading'});
        void loadSettings(controller.signal).then((outcome) => {
            if (controller.signal.aborted) return;
            setState(
                outcome.kind === 'failed'
                    ? outcome
                    : {
                          kind: 'loaded',
                          form: createSettingsForm(outcome.held),
                          schema: outcome.schema,
                      },
            );
        });
        return () => controller.abort();
    }, [tries]);
    switch (state.kind) {
        case 'loading':
            return (
                <div className="GangwayConsole">
                    <FormattedMessage id="gangway.loading" defaultMessage="Loading..." />
                </div>
            );
        case 'failed':
            return (
                <div className="GangwayConsole">
                    <div className="GangwayConsole__notice GangwayConsole__notice--bad">
                        <PluginMessage text={state.message} />{' '}
                        <button
                            type="button"
                            className="btn btn-tertiary btn-sm"
                            onClick={() => setTries((count) => count + 1)}
                        >
                            <FormattedMessage id="gangway.try-again" defaultMessage="Try Again" />
                        </button>
                    </div>
                </div>
            );
        case 'loaded':
            return <Page {...props} form={state.form} schema={state.schema} />;
    }
}

function Page({
    form,
    schema,
    disabled,
    setSaveNeeded,
    registerSaveAction,
    unRegisterSaveAction,
}: CustomSettingProps & {readonly form: SettingsForm; readonly schema: Schema}): React.JSX.Element {
    const [part, setPart] = useState<Part>(() => partOf(window.location.hash));
    const [notice, setNotice] = useState<Notice | undefined>(undefined);
    const problems = notice?.kind === 'refused' ? notice.problems : NO_PROBLEMS;
    const top = useRef<HTMLDivElement>(null);

    useEffect(
        () =>
            form.subscribe(() => {
                if (form.isChanged()) setSaveNeeded();
            }),
        [form, setSaveNeeded],
    );
    const save = useCallback(async (): Promise<{error?: {message: string}}> => {
        if (!form.isChanged()) return {};
        const next = await saveAndMerge(form);
        setNotice(next);
        if (next === undefined) return {};
        // The host shows no error of a plugin's save: it stands at the top of the page.
        top.current?.scrollIntoView();
        top.current?.focus();
        return {error: {message: 'gangway'}};
    }, [form]);
    useEffect(() => {
        registerSaveAction(save);
        return () => unRegisterSaveAction(save);
    }, [save, registerSaveAction, unRegisterSaveAction]);
    const choose = (next: Part): void => {
        setPart(next);
        window.history.replaceState(window.history.state, '', `#${next}`);
    };
    const state = useMemo(
        () => ({form, schema, isDisabled: disabled === true, problems}),
        [form, schema, disabled, problems],
    );
    return (
        <ConsoleProvider value={state}>
            <div className="GangwayConsole" ref={top} tabIndex={-1}>
                <Tabs chosen={part} onChoose={choose} />
                {notice === undefined ? null : (
                    <NoticeOfSave
                        notice={notice}
                        form={form}
                        onClose={() => setNotice(undefined)}
                    />
                )}
                <div id="gangway-part" role="tabpanel" aria-labelledby={`gangway-tab-${part}`}>
                    <Boundary key={part}>
                        <PartOfPage part={part} />
                    </Boundary>
                </div>
            </div>
        </ConsoleProvider>
    );
}

const NO_PROBLEMS: readonly Problem[] = [];

/** Saves; where somebody else did meanwhile, lays the changes over that and saves again, unless both changed one thing. */
async function saveAndMerge(form: SettingsForm): Promise<Notice | undefined> {
    let isMerged = false;
    for (let tries = 0; tries < 3; tries += 1) {
        const outcome = await saveSettings(form.held().revision, form.draft());
        switch (outcome.kind) {
            case 'saved':
                form.saved(outcome.held);
                return isMerged ? {kind: 'merged', conflicts: []} : undefined;
            case 'refused':
                return outcome;
            case 'failed':
                return outcome;
            case 'conflict': {
                const conflicts = form.rebase(outcome.held);
                if (conflicts.length > 0) return {kind: 'merged', conflicts};
                isMerged = true;
            }
        }
    }
    return {kind: 'merged', conflicts: []};
}

function PartOfPage({part}: {readonly part: Part}): React.JSX.Element {
    switch (part) {
        case 'overview':
            return <OverviewPart />;
        case 'behaviour':
        case 'access':
            return <SettingsPartPage part={part} />;
        case 'agents':
            return <AgentsPart />;
        case 'accounts':
            return <AccountsPart />;
        case 'json':
            return <JsonPart />;
    }
}

function NoticeOfSave(props: {
    readonly notice: Notice;
    readonly form: SettingsForm;
    readonly onClose: () => void;
}): React.JSX.Element {
    const {notice, form} = props;
    const look =
        notice.kind === 'merged' && notice.conflicts.length === 0
            ? ''
            : ' GangwayConsole__notice--bad';
    return (
        <div className={`GangwayConsole__notice${look}`} role="alert">
            {notice.kind === 'failed' ? <PluginMessage text={notice.message} /> : null}
            {notice.kind === 'refused' ? (
                <>
                    <FormattedMessage
                        id="gangway.save.refused"
                        defaultMessage="Nothing was saved: {count, plural, one {one setting needs} other {# settings need}} another value."
                        values={{count: notice.problems.length}}
                    />
                    <ul>
                        {notice.problems.map(({path, text}) => (
                            <li key={path + text}>{text}</li>
                        ))}
                    </ul>
                </>
            ) : null}
            {notice.kind === 'merged' && notice.conflicts.length === 0 ? (
                <FormattedMessage
                    id="gangway.save.merged"
                    defaultMessage="Another admin had saved meanwhile. Your changes and theirs are both saved."
                />
            ) : null}
            {notice.kind === 'merged' && notice.conflicts.length > 0 ? (
                <>
                    <FormattedMessage
                        id="gangway.save.conflict"
                        defaultMessage="Another admin changed the same settings meanwhile. Nothing was saved; choose what shall hold, then save again."
                    />
                    <ul>
                        {notice.conflicts.map(({path, theirs}) => (
                            <li key={pathText(path)}>
                                <code>{pathText(path)}</code>{' '}
                                <button
                                    type="button"
                                    className="btn btn-tertiary btn-xs"
                                    onClick={() =>
                                        theirs === undefined
                                            ? form.unset(path)
                                            : form.set(path, theirs)
                                    }
                                >
                                    <FormattedMessage
                                        id="gangway.save.take-theirs"
                                        defaultMessage="Take Theirs"
                                    />
                                </button>
                            </li>
                        ))}
                    </ul>
                </>
            ) : null}{' '}
            <button type="button" className="btn btn-link" onClick={props.onClose}>
                <FormattedMessage id="gangway.close" defaultMessage="Close" />
            </button>
        </div>
    );
}
