/** The plugin's id in its manifest: the owner of its bot, and part of its URLs and events. */
export const PLUGIN_ID = 'gangway';
