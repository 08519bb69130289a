/** The routes of a runner, below `/plugins/gangway` in the plugin: one place for those who serve and those who ask. */
export const ROUTES = {
    /** What attached runners work with. */
    runner: '/api/v1/runner',
    /** The settings document, for admins. */
    settings: '/api/v1/settings',
    /** What an admin's page needs beside the settings. */
    admin: '/api/v1/admin',
    /** The text so far of answers that grow. */
    answers: '/api/v1/answers',
    /** Presses of buttons, as the Mattermost server posts them; followed by the account. */
    interactions: '/mattermost/interactions',
} as const;
