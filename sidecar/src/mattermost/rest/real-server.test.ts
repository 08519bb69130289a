import {describePlatform} from '../platform.contract.ts';
import {makeRestWorld} from './rest-world.contract.ts';

const {
    MATTERMOST_URL: url,
    MATTERMOST_ADMIN_USER: adminUser,
    MATTERMOST_ADMIN_PASSWORD: adminPassword,
} = process.env;

if (url !== undefined && adminUser !== undefined && adminPassword !== undefined) {
    describePlatform('REST and WebSocket on a real server', async () => {
        const world = await makeRestWorld({url, adminUser, adminPassword});
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
