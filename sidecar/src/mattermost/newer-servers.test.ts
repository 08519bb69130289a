import {createPlayground} from '../../../playground/src/playground.ts';
import {describePlatformOnly} from './platform.contract.ts';
import {describeAbilities} from './platform-abilities.contract.ts';
import {describeSilence} from './platform-silence.contract.ts';
import {makePluginWorld} from './plugin-api/plugin-world.contract.ts';
import {makeRestWorld} from './rest/rest-world.contract.ts';

// The playground as servers of other versions: what depends on one is in these parts of the contract.
const parts = [describeAbilities, describeSilence];

describe.each(['11.1', '11.10', '12.1'])('a Mattermost %s', (serverVersion) => {
    describePlatformOnly(
        'REST and WebSocket',
        async () => {
            const playground = await createPlayground({serverVersion});
            playground.addUser('admin', {roles: 'system_admin system_user'});
            const world = await makeRestWorld({
                url: playground.url,
                adminUser: 'admin',
                adminPassword: 'Playground1!',
            });
            return {
                ...world,
                close: async () => {
                    await world.close();
                    await playground.close();
                },
            };
        },
        parts,
    );
    describePlatformOnly('the plugin API and hooks', () => makePluginWorld({serverVersion}), parts);
});
