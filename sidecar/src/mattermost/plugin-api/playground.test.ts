import {describePlatform} from '../platform.contract.ts';
import {makePluginWorld} from './plugin-world.contract.ts';

describePlatform('the plugin API and hooks on the playground', () => makePluginWorld());
