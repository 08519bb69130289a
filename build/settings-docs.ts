// Writes docs/settings.md and docs/settings.schema.json. A test says when they are out of date.
import {writeFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {format, resolveConfig} from 'prettier';
import {settingsParser} from '../sidecar/src/host/settings-parser.ts';
import {renderSettingsPage} from './settings-page.ts';

const page = new URL('../docs/settings.md', import.meta.url);
const file = fileURLToPath(new URL('../docs/settings.schema.json', import.meta.url));
const schema = settingsParser().jsonSchema();
const style = await resolveConfig(file);
writeFileSync(page, renderSettingsPage(schema));
writeFileSync(file, await format(JSON.stringify(schema), {...style, filepath: file}));
