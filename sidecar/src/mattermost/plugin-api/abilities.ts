import {abilitiesOf, type ServerAbilities} from '../abilities.ts';
import type {PluginApi} from './plugin-api.ts';

/**
 * Reads what the server allows from its version, settings and licence. It does not tell plugins how long a post may
 * be (`MaxPostSize` is only in the settings for clients), so that follows from the version.
 */
export async function loadAbilities(
    api: Pick<PluginApi, 'getConfig' | 'getServerVersion' | 'getLicence'>,
    signal: AbortSignal,
): Promise<ServerAbilities> {
    const [version, config, licence] = await Promise.all([
        api.getServerVersion(signal),
        api.getConfig(signal),
        api.getLicence(signal),
    ]);
    return abilitiesOf({version, ...config, licence});
}
