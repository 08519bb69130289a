import {createRegistry, type Registry} from '../../../rpc/gob/interface-value.ts';
import {dynamicArgument, listArgument, textArgument} from './commands.ts';
import {appErrorValue, errorString} from './errors.ts';
import {attachmentsValue} from './posts.ts';

/**
 * The types that Mattermost has registered for interface values and that we may meet or send; others
 * that it has (`*pq.Error`, `*model.PreviewPost` …) are read as plain values.
 */
export const pluginApiRegistry: Registry = createRegistry([
    appErrorValue,
    errorString,
    attachmentsValue,
    textArgument,
    listArgument,
    dynamicArgument,
]);
