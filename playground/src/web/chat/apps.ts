import type {Api, CommandPlace} from '../api/client.ts';
import {ApiFailure, explain} from '../api/api_failure.ts';
import type {Dialog, OpenDialog, Submission} from '../api/dialog_schema.ts';
import type {CommandSuggestion} from '../api/schemas.ts';
import {warn} from '../log.ts';
import {myId} from '../state/selectors.ts';
import type {ChatStore} from '../state/store.ts';
import {attempt} from './outcome.ts';
import type {Outcome} from './outcome.ts';
import type {Written} from './writing.ts';

/** What a dialog's answer asks for. */
export type DialogOutcome =
    | {readonly kind: 'closed'}
    | {readonly kind: 'next'; readonly dialog: Dialog}
    | {
          readonly kind: 'wrong';
          /** About the whole form; ''. */
          readonly message: string;
          /** By element. */
          readonly fields: Readonly<Record<string, string>>;
      };

/** What integrations offer: buttons, dialogs, slash commands. */
export interface Apps {
    press(postId: string, action: {id: string; cookie: string}, choice?: string): Promise<Outcome>;
    submitDialog(open: OpenDialog, values: Submission): Promise<DialogOutcome>;
    cancelDialog(open: OpenDialog): Promise<void>;
    runCommand(written: Written): Promise<Outcome>;
    /** Suggestions for a half-typed command; none where the server gives none. */
    suggest(text: string, place: Omit<CommandPlace, 'teamId'>): Promise<CommandSuggestion[]>;
}

/** Creates {@link Apps} for one session. */
export function createApps(deps: {api: Api; store: ChatStore}): Apps {
    const {api, store} = deps;
    let hasSuggestions = true;
    const answer = (open: OpenDialog, submission: Submission, cancelled: boolean) => {
        const {channels, teams} = store.getState().entities;
        return api.submitDialog({
            url: open.url,
            callback_id: open.dialog.callback_id,
            state: open.dialog.state,
            user_id: myId(store.getState()),
            channel_id: channels.currentChannelId,
            team_id: teams.currentTeamId,
            submission,
            cancelled,
        });
    };
    return {
        press: (postId, action, choice = '') =>
            attempt(() =>
                api.runAction(postId, action.id, {selectedOption: choice, cookie: action.cookie}),
            ),
        async submitDialog(open, values) {
            try {
                const found = await answer(open, values, false);
                if (found.error !== '' || Object.keys(found.errors).length > 0) {
                    return {kind: 'wrong', message: found.error, fields: found.errors};
                }
                return found.type === 'form' && found.form !== null && found.form !== undefined
                    ? {kind: 'next', dialog: found.form}
                    : {kind: 'closed'};
            } catch (cause) {
                return {kind: 'wrong', message: explain(cause), fields: {}};
            }
        },
        async cancelDialog(open) {
            if (!open.dialog.notify_on_cancel) {
                return;
            }
            try {
                await answer(open, {}, true);
            } catch (cause) {
                // The form is gone for the user either way.
                warn('a closed dialog could not be reported', {}, cause);
            }
        },
        runCommand: (written) =>
            attempt(async () => {
                const {goto_location} = await api.runCommand({
                    command: written.message,
                    channel_id: written.channelId,
                    team_id: store.getState().entities.teams.currentTeamId,
                    root_id: written.rootId,
                });
                if (/^https?:\/\//.test(goto_location)) {
                    window.open(goto_location, '_blank', 'noopener,noreferrer');
                }
            }),
        async suggest(text, place) {
            if (!hasSuggestions) {
                return [];
            }
            try {
                const teamId = store.getState().entities.teams.currentTeamId;
                return await api.suggestCommands(text, {teamId, ...place});
            } catch (cause) {
                // 501: this server has none; asking at each key would be of no use.
                hasSuggestions = !(cause instanceof ApiFailure && cause.status === 501);
                return [];
            }
        },
    };
}
