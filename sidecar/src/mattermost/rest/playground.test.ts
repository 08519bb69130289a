import {createPlayground} from '../../../../playground/src/playground.ts';
import {describePlatform} from '../platform.contract.ts';
import {makeRestWorld} from './rest-world.contract.ts';

describePlatform('REST and WebSocket on the playground', async () => {
    const playground = await createPlayground();
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
});
