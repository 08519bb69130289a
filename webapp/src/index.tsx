import {PLUGIN_ID} from './manifest.ts';
import {plugin} from './plugin.tsx';

window.registerPlugin(PLUGIN_ID, plugin);
