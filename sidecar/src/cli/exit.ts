/**
 * Exit codes: all went well, something failed, the command line is wrong, the settings are wrong, the
 * plugin refuses the runner's token (starting again cannot help).
 */
export const EXIT = {ok: 0, failed: 1, usage: 2, settings: 3, refused: 4} as const;
