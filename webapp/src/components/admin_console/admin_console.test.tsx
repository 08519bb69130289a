import React from 'react';
import {act} from 'react-dom/test-utils';
import {render, screen, within} from '@testing-library/react';
import {IntlProvider} from 'react-intl';
import schema from '../../../../docs/settings.schema.json';
import de from '../../i18n/de.json';
import en from '../../i18n/en.json';
import type {SaveAction} from '../../types/mattermost_webapp.ts';
import {AdminConsole} from './admin_console.tsx';

interface Options {
    readonly settings?: object;
    readonly troubles?: readonly string[];
    readonly disabled?: boolean;
    readonly locale?: 'en' | 'de';
    readonly status?: number;
}

/** The page in a host that keeps what it registers; `put` answers its saves. */
async function show(part: string, options: Options = {}, put?: (body: string) => Response) {
    const sent: string[] = [];
    window.location.hash = part;
    const held = {
        revision: 3,
        settings: options.settings ?? {},
        troubles: options.troubles ?? [],
    };
    window.fetch = jest.fn(async (input: unknown, init?: RequestInit) => {
        const url = String(input);
        const body = typeof init?.body === 'string' ? init.body : '';
        if (url.endsWith('/settings/schema')) return answer(schema);
        if (url.endsWith('/settings') && init?.method === 'PUT') {
            sent.push(body);
            return put?.(body) ?? answer({...held, ...JSON.parse(body), revision: 4});
        }
        if (url.endsWith('/settings')) return answer(held, options.status ?? 200);
        if (url.endsWith('/readyz')) {
            return answer({
                accounts: [
                    {account: 'default', state: 'ready', since: 1, reconnects: 0, standby: false},
                ],
            });
        }
        return answer([]);
    });
    const saves = new Set<SaveAction>();
    let needed = 0;
    const locale = options.locale ?? 'en';
    await act(async () => {
        render(
            <IntlProvider locale={locale} messages={locale === 'de' ? de : en}>
                <AdminConsole
                    id="Settings"
                    disabled={options.disabled ?? false}
                    setSaveNeeded={() => {
                        needed += 1;
                    }}
                    registerSaveAction={(save) => void saves.add(save)}
                    unRegisterSaveAction={(save) => void saves.delete(save)}
                />
            </IntlProvider>,
        );
    });
    return {
        sent,
        needed: () => needed,
        save: async () => {
            const outcomes: object[] = [];
            await act(async () => {
                for (const save of saves) outcomes.push(await save());
            });
            return outcomes;
        },
    };
}

function answer(body: unknown, status = 200): Response {
    const text = JSON.stringify(body);
    return {ok: status < 300, status, text: async () => text} as Response;
}

beforeAll(() => {
    window.HTMLElement.prototype.scrollIntoView = () => undefined;
});

const radio = (name: RegExp) => screen.getByRole<HTMLInputElement>('radio', {name});
const click = async (element: HTMLElement): Promise<void> => {
    await act(async () => element.click());
};

describe('the page in the System Console', () => {
    it('[WEB-01] shows what holds, lights Save at a change, and sends the whole document', async () => {
        const page = await show('behaviour', {settings: {recovery: 'mark'}});
        expect(radio(/When mentioned/).checked).toBe(true);
        expect(page.needed()).toBe(0);
        await click(radio(/With a prefix/));
        expect(page.needed()).toBe(1);
        expect(await page.save()).toEqual([{}]);
        expect(JSON.parse(page.sent[0] ?? '')).toEqual({
            revision: 3,
            settings: {recovery: 'mark', channels: {mattermost: {chatmode: 'onchar'}}},
        });
        // Nothing is left to be saved.
        expect(await page.save()).toEqual([{}]);
        expect(page.sent).toHaveLength(1);
    });

    it('[WEB-01] shows admins who may only look everything, and lets them change nothing', async () => {
        await show('access', {
            disabled: true,
            settings: {channels: {mattermost: {allowFrom: ['role:system_user']}}},
        });
        expect(screen.getAllByText('All members').length).toBeGreaterThan(0);
        const controls = screen.getAllByRole<HTMLInputElement>('radio');
        expect(controls.length).toBeGreaterThan(5);
        expect(controls.every(({disabled}) => disabled)).toBe(true);
        expect(screen.queryByRole('button', {name: /^Remove/})).toBeNull();
    });

    it('[WEB-01] tells own values from inherited ones in an account', async () => {
        await show('behaviour', {
            settings: {
                channels: {mattermost: {chatmode: 'onmessage', accounts: {north: {}}}},
            },
        });
        await act(async () => {
            const scope = screen.getByLabelText<HTMLSelectElement>('Settings of:');
            scope.value = 'account:north';
            scope.dispatchEvent(new Event('change', {bubbles: true}));
        });
        const row = screen.getByRole('group', {name: 'Chat Mode:'});
        expect(radio(/Every message/).checked).toBe(true);
        expect(within(row).getByText('Inherited from channels.mattermost.chatmode')).not.toBeNull();
        await click(radio(/With a prefix/));
        await click(within(row).getByRole('button', {name: 'Reset to inherited'}));
        expect(radio(/Every message/).checked).toBe(true);
    });

    it('[SET-05] never shows a secret, and keeps the one that is stored', async () => {
        const main = {
            kind: 'openai-compatible',
            baseUrl: 'http://127.0.0.1:1/v1',
            model: 'm',
            apiKey: '••••••••',
        };
        const page = await show('agents', {settings: {agents: {main}}});
        const key = screen.getByLabelText<HTMLInputElement>('API Key:');
        expect(key.value).toBe('');
        expect(key.placeholder).toContain('A value is stored');
        await act(async () => {
            const model = screen.getByLabelText<HTMLInputElement>('Model:');
            const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set;
            set?.call(model, 'n');
            model.dispatchEvent(new Event('input', {bubbles: true}));
        });
        await page.save();
        expect(JSON.parse(page.sent[0] ?? '')).toMatchObject({
            settings: {agents: {main: {...main, model: 'n'}}},
        });
    });

    it('[WEB-01] says why nothing can be loaded or saved, in a sentence', async () => {
        await show('overview', {status: 403});
        expect(screen.getByText(/HTTP 403/)).not.toBeNull();
        document.body.replaceChildren();
        const page = await show('behaviour', {}, () => {
            throw new TypeError('away');
        });
        await click(radio(/Every message/));
        expect(await page.save()).toEqual([{error: {message: 'gangway'}}]);
        expect(screen.getByText(/The plugin did not answer/)).not.toBeNull();
        expect(radio(/Every message/).checked).toBe(true);
    });

    it('[WEB-01] [CON-10] says what needs an admin and how each account is', async () => {
        await show('overview', {troubles: ['The secret agents.main.apiKey cannot be decrypted.']});
        expect(screen.getByText(/cannot be decrypted/)).not.toBeNull();
        expect(screen.getByRole('row', {name: /default.*Ready/})).not.toBeNull();
    });

    it('[WEB-08] speaks German where the web client does', async () => {
        await show('behaviour', {locale: 'de'});
        expect(screen.getByRole('group', {name: 'Chatmodus:'})).not.toBeNull();
        expect(radio(/Jede Nachricht/)).not.toBeNull();
    });

    it('shows hostile names as text', async () => {
        const name = '"><img src=x onerror=alert(1)>';
        await show('json', {settings: {channels: {mattermost: {name}}}});
        expect(document.querySelector('img')).toBeNull();
        const json = screen.getByRole<HTMLTextAreaElement>('textbox').value;
        expect(JSON.parse(json)).toEqual({channels: {mattermost: {name}}});
    });
});
