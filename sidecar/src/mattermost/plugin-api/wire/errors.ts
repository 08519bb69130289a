import {namedType} from '../../../rpc/gob/interface-value.ts';
import {bool, int, string, struct} from '../../../rpc/gob/schema.ts';

/** Mattermost's own error, the second result of most calls: present = the call failed. */
export const appError = struct('AppError', {
    Id: string,
    Message: string,
    DetailedError: string,
    RequestId: string,
    StatusCode: int,
    Where: string,
    SkipTranslation: bool,
});

/** An `AppError` where Go has the type `error`. */
export const appErrorValue = namedType('*model.AppError', appError);

/** Any other Go error: its text. The codes stand for errors of Go's database layer; ours is 0. */
export const errorString = namedType(
    '*plugin.ErrorString',
    struct('ErrorString', {Code: int, Err: string}),
);
