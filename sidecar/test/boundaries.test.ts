import {spawnSync} from 'node:child_process';
import path from 'node:path';

const root = path.join(__dirname, '..', '..');

/** Judges a tree by the rules of `.dependency-cruiser.cjs`; gives what it says of violations. */
function cruise(...folders: string[]): {status: number | null; text: string} {
    const {status, stdout} = spawnSync(
        path.join(root, 'node_modules/.bin/depcruise'),
        ['--config', '.dependency-cruiser.cjs', ...folders],
        {cwd: root, encoding: 'utf8'},
    );
    return {status, text: stdout};
}

it('keeps the layers: imports point down, nothing goes in circles', () => {
    const {status, text} = cruise('sidecar/src', 'webapp/src', 'playground/src');
    expect({status, text}).toEqual({
        status: 0,
        text: expect.stringContaining('no dependency violations'),
    });
});
