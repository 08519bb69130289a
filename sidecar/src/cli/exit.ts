/** Exit codes: all went well, something failed, the command line is wrong, the settings are wrong. */
export const EXIT = {ok: 0, failed: 1, usage: 2, settings: 3} as const;
