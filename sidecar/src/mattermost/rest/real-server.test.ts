import {describePlatform} from '../platform.contract.ts';
import {makeRestWorld, namedServer} from './rest-world.contract.ts';

const server = namedServer();

if (server !== undefined) {
    describePlatform('REST and WebSocket on a real server', async () => {
        const world = await makeRestWorld(server);
        return {
            ...world,
            close: async () => {
                await world.close();
                await world.leaveTidy();
            },
        };
    });
} else {
    describe('the platform contract on a real server', () => {
        it.skip('skipped: MATTERMOST_URL, MATTERMOST_ADMIN_USER, MATTERMOST_ADMIN_PASSWORD name none', () => {});
    });
}
