/** The plugin's id, as plugin.json has it (a test compares). */
export const PLUGIN_ID = 'gangway';
