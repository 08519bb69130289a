import type {MagicCookie} from '../../rpc/go-plugin/handshake.ts';

/** What Mattermost sets in the environment of a plugin that it starts. */
export const MATTERMOST_COOKIE: MagicCookie = {
    key: 'MATTERMOST_PLUGIN',
    value: 'Securely message teams, anywhere.',
};
