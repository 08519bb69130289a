import {spawn, type ChildProcess} from 'node:child_process';
import path from 'node:path';
import type {Browser} from 'playwright-core';
import {launchBrowser} from './web/testing/browser.ts';

const program = path.join(__dirname, 'main.ts');

/** What `make run` starts, on a free port; resolves with the address that it prints. */
async function run(
    ...args: string[]
): Promise<{child: ChildProcess; url: string; printed: string}> {
    const child = spawn(process.execPath, [program, ...args], {
        env: {...process.env, PORT: '0'},
        stdio: ['ignore', 'pipe', 'inherit'],
    });
    let printed = '';
    child.stdout.setEncoding('utf8');
    for await (const chunk of child.stdout) {
        printed += String(chunk);
        const url = /http:\/\/127\.0\.0\.1:\d+/.exec(printed)?.[0];
        if (url !== undefined && printed.includes('Ctrl+C')) return {child, url, printed};
    }
    throw new Error(`it ended without an address: ${printed}`);
}

async function stop(child: ChildProcess): Promise<number | null> {
    if (child.exitCode !== null) return child.exitCode;
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    return await ended;
}

describe('make run', () => {
    let browser: Browser;
    beforeAll(async () => {
        browser = await launchBrowser();
    });
    afterAll(async () => {
        await browser.close();
    });

    it('[INS-12] ends in a page where one can talk to the bot', async () => {
        const {child, url, printed} = await run();
        try {
            expect(printed).toContain('alice');
            expect(printed).toContain('Playground1!');
            const page = await (await browser.newContext()).newPage();
            await page.goto(url);
            await page.getByText('Alice').first().click();
            await page.getByRole('link', {name: 'Deck'}).or(page.getByText('Deck')).first().click();
            const composer = page.getByPlaceholder('Write to #Deck');
            await composer.fill('@gangway hello');
            await composer.press('Enter');
            await page.getByText('Welcome aboard, alice').waitFor({timeout: 60_000});
        } finally {
            expect(await stop(child)).toBe(0);
        }
    });

    it('[INS-12] says what to do when its port is taken', async () => {
        const first = await run();
        try {
            const port = new URL(first.url).port;
            const second = spawn(process.execPath, [program], {
                env: {...process.env, PORT: port},
                stdio: ['ignore', 'ignore', 'pipe'],
            });
            let said = '';
            for await (const chunk of second.stderr) said += String(chunk);
            expect(said).toContain(`Port ${port} is in use`);
        } finally {
            await stop(first.child);
        }
    });
});
