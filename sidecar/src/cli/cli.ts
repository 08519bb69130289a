import {Command, CommanderError} from 'commander';
import {attach} from './attach.ts';
import {checkConfig} from './config-check.ts';
import {doctor} from './doctor.ts';
import {EXIT} from './exit.ts';
import type {Terminal} from './terminal.ts';
import {serve} from './serve.ts';
import {status} from './status.ts';

/**
 * Runs a command line (without the program's own name) and gives the exit code. `signal` is aborted when
 * the process is asked to end.
 */
export async function runCommandLine(
    args: readonly string[],
    terminal: Terminal,
    signal: AbortSignal,
): Promise<number> {
    let code: number = EXIT.ok;
    const program = new Command('gangway')
        .description('Brings AI agents aboard Mattermost.')
        .version(terminal.version)
        .showHelpAfterError('(gangway --help shows what there is)')
        .exitOverride()
        .configureOutput({writeOut: terminal.out, writeErr: terminal.err});

    program
        .command('serve')
        .description('Run the sidecar beside or far from the server, until it is stopped.')
        .option(
            '-c, --config <file>',
            'settings file (JSON5); without it the environment configures',
        )
        .option(
            '--attach <server>',
            'join the plugin of that Mattermost server as another runner; GANGWAY_RUNNER_TOKEN lets in',
        )
        .action(async (options: {config?: string; attach?: string}) => {
            code =
                options.attach === undefined
                    ? await serve({config: options.config}, terminal, signal)
                    : await attach(options.attach, terminal, signal);
        });

    program
        .command('status')
        .description('Ask a running Gangway how its accounts are.')
        .option('-c, --config <file>', 'settings file (JSON5) of the one on this machine')
        .option('--url <address>', 'where it answers; the plugin: <server>/plugins/gangway')
        .action(async (options: {config?: string; url?: string}) => {
            code = await status({config: options.config, url: options.url}, terminal, signal);
        });

    program
        .command('doctor')
        .description('Try what each account needs, and say how to mend what is not well.')
        .option('-c, --config <file>', 'settings file (JSON5)')
        .action(async (options: {config?: string}) => {
            code = await doctor({config: options.config}, terminal, signal);
        });

    const config = program.command('config').description('Look at settings.');
    config
        .command('check')
        .description('Say whether the settings are good, and what is wrong with them.')
        .option('-c, --config <file>', 'settings file (JSON5)')
        .action(async (options: {config?: string}) => {
            code = await checkConfig({config: options.config}, terminal, signal);
        });

    try {
        await program.parseAsync(args, {from: 'user'});
    } catch (error) {
        if (!(error instanceof CommanderError)) throw error;
        return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    }
    return code;
}
