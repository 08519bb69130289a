import {silentLog} from '../contract/log.ts';
import {createOutbound} from './outbound.ts';

/** The way out of a process that knows no proxy, for tests. */
export const directOutbound = createOutbound({env: {}, log: silentLog});
