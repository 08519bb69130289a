import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {runCommandLine} from './cli.ts';

let folder: string;
beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'gangway-cli-'));
});
afterEach(async () => {
    await rm(folder, {recursive: true, force: true});
});

interface Ran {
    readonly code: number;
    readonly out: string;
    readonly err: string;
}

async function run(args: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
    let out = '';
    let err = '';
    const terminal = {
        version: '1.2.3',
        env,
        out: (text: string) => void (out += text),
        err: (text: string) => void (err += text),
        interactive: false,
    };
    const code = await runCommandLine(args, terminal, AbortSignal.timeout(60_000));
    return {code, out, err};
}

async function file(settings: unknown): Promise<string> {
    const name = path.join(folder, 'gangway.json5');
    await writeFile(name, JSON.stringify(settings));
    return name;
}

it('[INS-07] tells its version and how it is used', async () => {
    expect(await run(['--version'])).toEqual({code: 0, out: '1.2.3\n', err: ''});
    const help = await run(['--help']);
    expect(help.code).toBe(0);
    expect(help.out).toContain('serve');
    expect(help.out).toContain('config');
});

it('[INS-07] answers a wrong command line with code 2 and says what is wrong', async () => {
    for (const [args, says] of [
        [['sail'], 'sail'],
        [['serve', '--nonsense'], '--nonsense'],
        [['serve', '-c'], '--config'],
        [['config', 'chek'], 'chek'],
    ] as const) {
        const {code, err} = await run(args);
        expect({args, code}).toEqual({args, code: 2});
        expect(err).toContain(says);
    }
});

it('[INS-07][SET-03] answers wrong settings with code 3, path, reason and the nearest name', async () => {
    const name = await file({channels: {mattermost: {chatMode: 'oncall'}}});
    for (const command of [
        ['serve', '-c', name],
        ['config', 'check', '-c', name],
    ]) {
        const {code, err} = await run(command);
        expect(code).toBe(3);
        expect(err).toMatch(/channels\.mattermost\S*.*chatMode.*chatmode/s);
    }
    const missing = await run(['serve', '-c', path.join(folder, 'nowhere.json5')]);
    expect(missing.code).toBe(3);
    expect(missing.err).toContain('nowhere.json5');
});

it('[INS-07] does not serve where no account is set up, and says how to set one up', async () => {
    const {code, err} = await run(['serve']);
    expect(code).toBe(3);
    expect(err).toContain('MATTERMOST_URL');
});

it('[INS-07] does not call settings good that set up no account', async () => {
    const {code, out} = await run(['config', 'check', '-c', await file({})]);
    expect(code).toBe(0);
    expect(out).toContain('MATTERMOST_URL');
    expect(out).not.toContain('The settings are good.');
});

it('[INS-07] checks settings: which accounts there are, and what they lack', async () => {
    const name = await file({
        channels: {
            mattermost: {
                baseUrl: 'https://chat.example.com',
                botToken: 'a-secret-token',
                accounts: {other: {baseUrl: 'https://other.example.com'}, off: {enabled: false}},
            },
        },
    });
    const {code, out} = await run(['config', 'check', '-c', name]);
    expect(code).toBe(0);
    expect(out).toContain('https://chat.example.com');
    expect(out).toContain('The settings are good.');
    expect(out).not.toContain('a-secret-token');
});

it('[GATE-08] says what the policy "pairing" does until pairing is there, and nothing where another is set', async () => {
    const settings = (dmPolicy?: string) => ({
        channels: {mattermost: {baseUrl: 'https://chat.example.com', botToken: 't', dmPolicy}},
    });
    const unset = await run(['config', 'check', '-c', await file(settings())]);
    expect(unset.out).toMatch(/account default: dmPolicy is "pairing".*told to ask an admin/);
    const set = await run(['config', 'check', '-c', await file(settings('allowlist'))]);
    expect(set.out).not.toContain('pairing');
});
