import { Command, InvalidArgumentError, Option } from 'commander';
import type { InspectFlags } from './commands/inspect.ts';
import type { HashFlags } from './commands/model.ts';
import type { SignKeyFlags } from './commands/sign.ts';
import type { VerifyKeyFlags } from './commands/verify.ts';
import type { Context } from './context.ts';
import { usageError } from './failure.ts';
import { logLevels, parseLogLevel } from './settings.ts';
import { parseSize } from './sizes.ts';

/** Runs what a command does, with the settings that its flags ask for. */
export type Run = (command: Command, work: (context: Context) => Promise<void>) => Promise<void>;

/** Signing methods of the format that this version does not have; hidden, so that they are named when they are typed. */
const futureMethods = {
  sign: ['sigstore', 'certificate', 'pkcs11-key', 'pkcs11-certificate'],
  verify: ['sigstore', 'certificate'],
} as const;

/** The tree of commands: what can be typed, and what it says of itself. What a command does is loaded when it runs. */
export function buildProgram(version: string, run: Run): Command {
  const program = new Command('model-signing')
    .description('Sign machine-learning models and verify their signatures (OpenSSF Model Signing 1.0).')
    .version(version, '--version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand(false)
    .configureHelp({ subcommandTerm })
    .enablePositionalOptions();
  addSign(program, run);
  addVerify(program, run);
  addDigest(program, run);
  addInspect(program, run);
  program.addHelpText(
    'after',
    examples(
      'sign key my-model --private-key key.pem',
      'verify key my-model --signature model.sig --public-key key.pub',
    ),
  );
  program.addHelpText('after', '\nExits with 0 done or verified, 1 rejected, 2 wrong command line, 3 could not run.');
  return program;
}

/** The commands about the shell, apart because they work on the tree of the others. */
export function addShellCommands(program: Command, version: string, run: Run): void {
  const others = () => withGlobalOptions(buildProgram(version, run));
  program
    .command('completion')
    .description('print a script that completes this command in a shell')
    .argument('<shell>', 'bash, zsh or fish')
    .addHelpText(
      'after',
      '\nExamples:\n  source <(model-signing completion bash)\n  model-signing completion fish > ~/.config/fish/completions/model-signing.fish',
    )
    .action((shell: string, _flags, command: Command) =>
      run(command, async (context) => {
        const { completion, shells } = await import('./commands/completion.ts');
        const known = shells.find((candidate) => candidate === shell);
        if (!known) throw usageError(`the shell ${JSON.stringify(shell)} is not one of ${shells.join(', ')}`);
        await completion(known, others(), context);
      }),
    );
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .action((words: string[], _flags, command: Command) =>
      run(command, async (context) => (await import('./commands/completion.ts')).complete(words, others(), context)),
    );
}

function addSign(program: Command, run: Run): void {
  const sign = addGroup(program, 'sign', 'sign a model');
  const command = modelCommand(sign, 'key', 'sign a model with a private key on P-256, P-384 or P-521');
  addRequired(command, '--private-key <file>', 'the private key, in PEM form');
  command
    .option('--passphrase-file <file>', 'a file that holds the passphrase of the key; "-" is standard input')
    .addOption(
      new Option('--password <text>', 'the passphrase itself, visible to other users').conflicts('passphraseFile'),
    )
    .option('--signature <file>', 'where the signature is written', 'model.sig');
  addHashOptions(command)
    .addHelpText(
      'after',
      examples(
        'sign key my-model --private-key key.pem',
        'sign key my-model --private-key key.pem --hash blake3 --shard-size 1GB --signature my-model.sig',
      ),
    )
    .action((model: string, flags: SignKeyFlags, called: Command) =>
      run(called, async (context) => (await import('./commands/sign.ts')).signWithKey(model, flags, context)),
    );
}

function addVerify(program: Command, run: Run): void {
  const verify = addGroup(program, 'verify', 'verify that a model is what was signed');
  const command = modelCommand(verify, 'key', 'verify a model that was signed with a private key');
  addRequired(command, '--signature <file>', 'the signature file');
  addRequired(command, '--public-key <file>', 'the public key that you trust, in PEM form');
  command
    .option('--ignore-unsigned-files', 'accept files that were not signed, and list them')
    .option('--no-ignore-unsigned-files', 'refuse files that were not signed (default)')
    .option('--strict', 'refuse whatever would be a warning');
  addModelOptions(command)
    .addHelpText(
      'after',
      examples(
        'verify key my-model --signature model.sig --public-key key.pub',
        'verify key my-model --signature model.sig --public-key key.pub --json',
      ),
    )
    .action((model: string, flags: VerifyKeyFlags, called: Command) =>
      run(called, async (context) => (await import('./commands/verify.ts')).verifyWithKey(model, flags, context)),
    );
}

function addDigest(program: Command, run: Run): void {
  addHashOptions(modelCommand(program, 'digest', 'print the digest of a model, without signing it'))
    .addHelpText('after', examples('digest my-model', 'digest my-model --ignore-paths my-model/model.sig'))
    .action((model: string, flags: HashFlags, command: Command) =>
      run(command, async (context) => (await import('./commands/digest.ts')).digest(model, flags, context)),
    );
}

function addInspect(program: Command, run: Run): void {
  program
    .command('inspect')
    .description('show what a signature file claims, without verifying anything')
    .argument('<signature>', 'the signature file')
    .option('--all', 'list every file, however many there are')
    .addHelpText('after', examples('inspect model.sig', 'inspect model.sig --json'))
    .action((signature: string, flags: InspectFlags, command: Command) =>
      run(command, async (context) => (await import('./commands/inspect.ts')).inspect(signature, flags, context)),
    );
}

function addGroup(program: Command, name: keyof typeof futureMethods, description: string): Command {
  const group = program.command(name).description(description).helpCommand(false).usage('<method>');
  group.addHelpText('after', `\nExamples:\n  model-signing ${name} key --help`);
  for (const method of futureMethods[name]) {
    group
      .command(method, { hidden: true })
      .helpOption(false)
      .allowUnknownOption()
      .allowExcessArguments()
      .action(() => {
        throw usageError(`the method ${method} is not available in this version: ${name} has the method key`);
      });
  }
  return group;
}

/** Checked after unknown flags are refused, so that a mistyped flag is not reported as a missing one. */
function addRequired(command: Command, flags: string, description: string): void {
  const option = new Option(flags, `${description} (required)`);
  command.addOption(option).hook('preAction', (called) => {
    if (called.getOptionValue(option.attributeName()) === undefined) called.error(`the option '${flags}' is required`);
  });
}

/** More threads than this only take memory. */
const MAX_JOBS = 256;

function modelCommand(parent: Command, name: string, description: string): Command {
  return parent.command(name).description(description).argument('<model>', 'the model: a directory or a file');
}

function addModelOptions(command: Command): Command {
  const collect = (value: string, previous: readonly string[] = []) => [...previous, value];
  return command
    .option('--ignore-paths <path>', 'leave out a file or directory of the model; can be repeated', collect)
    .option('--ignore-git-paths', 'leave out .git, .gitattributes, .github and .gitignore (default)')
    .option('--no-ignore-git-paths', 'treat them like other files')
    .option('--allow-symlinks', 'follow symbolic links')
    .option('--jobs <count>', 'threads to hash with (default: one for each processor)', jobs)
    .addOption(
      new Option('--allow-external-symlinks', 'follow them out of the model too').implies({ allowSymlinks: true }),
    );
}

function addHashOptions(command: Command): Command {
  return addModelOptions(command)
    .addOption(
      new Option('--hash <algorithm>', 'the digest algorithm')
        .choices(['sha256', 'blake2b', 'blake3'])
        .default('sha256'),
    )
    .option(
      '--shard-size <size>',
      'digest ranges of this size, such as 1GB or 512MiB, instead of whole files',
      shardSize,
    );
}

function jobs(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > MAX_JOBS) {
    throw new InvalidArgumentError(`A number of threads is a whole number from 1 to ${MAX_JOBS}.`);
  }
  return count;
}

function shardSize(text: string): number {
  const bytes = parseSize(text);
  if (bytes === null)
    throw new InvalidArgumentError('A size is a number of bytes, or a number with kB, MB, GB, KiB, MiB, GiB.');
  return bytes;
}

/** How a command is named in the list of its parent. */
function subcommandTerm(command: Command): string {
  return [command.name(), ...command.registeredArguments.map((argument) => `<${argument.name()}>`)].join(' ');
}

function examples(...lines: string[]): string {
  return `\nExamples:\n${lines.map((line) => `  model-signing ${line}`).join('\n')}`;
}

/** Gives the flags that every command has to a command and all below it, so that they can stand anywhere. */
export function withGlobalOptions(command: Command): Command {
  command
    .addOption(new Option('--json', 'print the result as one JSON object').helpGroup('Global options:'))
    .addOption(new Option('-q, --quiet', 'print nothing on success').helpGroup('Global options:'))
    .addOption(
      new Option('--log-level <level>', `${logLevels.join(', ')} (also MODEL_SIGNING_LOG_LEVEL)`)
        .argParser((level) => parseLogLevel(level))
        .helpGroup('Global options:'),
    );
  for (const child of command.commands) withGlobalOptions(child);
  return command;
}
