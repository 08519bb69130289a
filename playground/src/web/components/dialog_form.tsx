import React, {useState} from 'react';
import type {FormEvent} from 'react';
import type {DialogElement, OpenDialog, Submission} from '../api/dialog_schema.ts';
import {useChat} from '../state/selectors.ts';
import {DialogField} from './dialog_field.tsx';
import {Markdown} from './markdown.tsx';
import {Modal} from './modal.tsx';
import {Problem} from './problem.tsx';
import {useServices} from './services.ts';

/** The form that an integration opened, if it did. */
export function DialogPlace() {
    const open = useChat((state) => state.views.dialog);
    return open === undefined ? null : <DialogForm key={JSON.stringify(open)} open={open} />;
}

function DialogForm({open}: {open: OpenDialog}) {
    const {apps, store} = useServices();
    const {dialog} = open;
    const [values, setValues] = useState<Submission>(() => defaults(dialog.elements));
    const [problems, setProblems] = useState<Readonly<Record<string, string>>>({});
    const [problem, setProblem] = useState('');
    const [isSending, setSending] = useState(false);
    const close = (): void => store.dispatch({type: 'DIALOG_CLOSED'});

    const cancel = (): void => {
        close();
        void apps.cancelDialog(open);
    };
    const submit = async (event: FormEvent): Promise<void> => {
        event.preventDefault();
        const missing = check(dialog.elements, values);
        setProblems(missing);
        setProblem('');
        if (Object.keys(missing).length > 0) {
            return;
        }
        setSending(true);
        const outcome = await apps.submitDialog(open, values);
        setSending(false);
        switch (outcome.kind) {
            case 'closed':
                close();
                return;
            case 'next':
                store.dispatch({
                    type: 'DIALOG_OPENED',
                    dialog: {url: open.url, dialog: outcome.dialog},
                });
                return;
            case 'wrong':
                setProblem(outcome.message);
                setProblems(outcome.fields);
                return;
        }
    };
    return (
        <Modal title={dialog.title} onClose={cancel}>
            <form onSubmit={(event) => void submit(event)} noValidate>
                <div className="pg-modal__body">
                    {dialog.introduction_text !== '' && (
                        <Markdown text={dialog.introduction_text} />
                    )}
                    {dialog.elements.map((element) => (
                        <DialogField
                            key={element.name}
                            element={element}
                            value={values[element.name] ?? null}
                            problem={problems[element.name] ?? ''}
                            onChange={(value) => setValues({...values, [element.name]: value})}
                        />
                    ))}
                    <Problem text={problem} />
                </div>
                <footer className="pg-modal__footer">
                    <button type="button" className="btn btn-tertiary" onClick={cancel}>
                        Cancel
                    </button>
                    <button type="submit" className="btn btn-primary" disabled={isSending}>
                        {isSending && <span className="pg-spinner" />}
                        {dialog.submit_label === '' ? 'Submit' : dialog.submit_label}
                    </button>
                </footer>
            </form>
        </Modal>
    );
}

function defaults(elements: readonly DialogElement[]): Submission {
    return Object.fromEntries(
        elements.map((element) => [
            element.name,
            element.type === 'bool'
                ? element.default.toLowerCase() === 'true'
                : element.multiselect
                  ? element.default.split(',').filter((one) => one !== '')
                  : element.default === ''
                    ? null
                    : element.default,
        ]),
    );
}

/** What is wrong before anything is sent, by element. */
function check(
    elements: readonly DialogElement[],
    values: Submission,
): Readonly<Record<string, string>> {
    const found: Record<string, string> = {};
    for (const element of elements) {
        const value = values[element.name];
        const isEmpty = value === null || value === undefined || value === '';
        if (isEmpty && !element.optional && element.type !== 'bool') {
            found[element.name] = 'This field is required.';
        } else if (typeof value === 'string' && value.length < element.min_length) {
            found[element.name] = `At least ${element.min_length} characters are needed.`;
        }
    }
    return found;
}
