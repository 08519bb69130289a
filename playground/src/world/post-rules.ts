import {ApiError} from '../api-error.ts';
import {isValidId} from '../identifiers.ts';
import type {JsonMap, PostRow} from './records.ts';
import type {ServerVersion} from './server-version.ts';

const maxPropsLength = 800_000;
const maxFileIdsLength = 300;
const longestStoredType = 26;
const otherTypes = new Set([
    '',
    'slack_attachment',
    'me',
    'reminder',
    'add_bot_teams_channels',
    'burn_on_read',
]);

const systemTypes = new Set(
    [
        'generic',
        'join_leave',
        'auto_responder',
        'add_remove',
        'join_channel',
        'guest_join_channel',
        'leave_channel',
        'join_team',
        'leave_team',
        'add_to_channel',
        'add_guest_to_chan',
        'remove_from_channel',
        'move_channel',
        'add_to_team',
        'remove_from_team',
        'header_change',
        'purpose_change',
        'displayname_change',
        'convert_channel',
        'channel_deleted',
        'channel_restored',
        'change_chan_privacy',
        'wrangler',
        'gm_to_channel',
    ].map((name) => `system_${name}`),
);

/** Counts code points, as the server counts. */
export function codePoints(text: string): number {
    let count = text.length;
    for (let at = 0; at < text.length; at++) {
        const unit = text.charCodeAt(at);
        if (unit >= 0xd800 && unit <= 0xdbff && isLowSurrogate(text.charCodeAt(at + 1))) {
            count--;
            at++;
        }
    }
    return count;
}

function isLowSurrogate(unit: number): boolean {
    return unit >= 0xdc00 && unit <= 0xdfff;
}

/** Refuses a row that the server would not store. @throws ApiError 400, or 500 for a long type */
export function refuseInvalid(
    post: Pick<PostRow, 'root_id' | 'message' | 'type' | 'file_ids' | 'props'>,
    {maxPostSize}: ServerVersion,
): void {
    if (post.root_id !== '' && !isValidId(post.root_id)) {
        throw new ApiError(400, 'model.post.is_valid.root_id.app_error');
    }
    if (post.message.length > maxPostSize && codePoints(post.message) > maxPostSize) {
        throw new ApiError(400, 'model.post.is_valid.message_length.app_error');
    }
    const known =
        otherTypes.has(post.type) || systemTypes.has(post.type) || post.type.startsWith('custom_');
    if (!known) {
        throw new ApiError(400, 'model.post.is_valid.type.app_error');
    }
    if (JSON.stringify(post.file_ids).length > maxFileIdsLength) {
        throw new ApiError(400, 'model.post.is_valid.file_ids.app_error');
    }
    refuseLongProps(post.props);
    if (post.type.length > longestStoredType) {
        throw new ApiError(500, 'app.post.save.app_error');
    }
}

/** The database takes no NUL, in the text or anywhere in the props. @throws ApiError 500 */
export function refuseNul(post: Pick<PostRow, 'message' | 'props'>, verb: 'save' | 'update'): void {
    if (post.message.includes('\0') || /(?<!\\)(?:\\\\)*\\u0000/.test(JSON.stringify(post.props))) {
        throw new ApiError(500, `app.post.${verb}.app_error`);
    }
}

function refuseLongProps(props: JsonMap): void {
    const text = JSON.stringify(props);
    if (text.length > maxPropsLength && codePoints(text) > maxPropsLength) {
        throw new ApiError(400, 'model.post.is_valid.props.app_error');
    }
}

/** What says that nobody was notified of a post. */
export const silentProp = 'silent_notification';

/** Whether nobody was notified of a post. */
export function isSilent({props}: Pick<PostRow, 'props'>): boolean {
    return props[silentProp] === true;
}

/** Whether a post is the server's own, for instance that somebody joined. */
export function isSystemPost(type: string): boolean {
    return type.startsWith('system_');
}

/** Whether a post tells of joining or leaving; those do not count as messages. */
export function isJoinLeave(type: string): boolean {
    return [
        'system_join_leave',
        'system_add_remove',
        'system_join_channel',
        'system_leave_channel',
        'system_join_team',
        'system_leave_team',
        'system_add_to_channel',
        'system_remove_from_channel',
        'system_add_to_team',
        'system_remove_from_team',
    ].includes(type);
}
