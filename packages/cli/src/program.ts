import { Command, Option } from 'commander';
import type { InspectFlags } from './commands/inspect.ts';
import type { HashFlags } from './commands/model.ts';
import { usageError } from './failure.ts';
import { addSignCertificate, addVerifyCertificate } from './methods/certificate.ts';
import { addSignKey, addVerifyKey } from './methods/key.ts';
import { addSignSigstore, addVerifySigstore } from './methods/sigstore.ts';
import { addHashOptions, examples, modelCommand, type Run } from './options.ts';
import { logLevels, parseLogLevel } from './settings.ts';

/** Signing methods of the format that this version does not have; hidden, so that they are named when they are typed. */
const futureMethods = {
  sign: ['pkcs11-key', 'pkcs11-certificate'],
  verify: [],
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
  const sign = addGroup(program, 'sign', 'sign a model');
  addSignSigstore(sign, run);
  addSignKey(sign, run);
  addSignCertificate(sign, run);
  const verify = addGroup(program, 'verify', 'verify that a model is what was signed');
  addVerifySigstore(verify, run);
  addVerifyKey(verify, run);
  addVerifyCertificate(verify, run);
  addDigest(program, run);
  addInspect(program, run);
  program.addHelpText(
    'after',
    examples(
      'sign my-model',
      'verify my-model --signature model.sig --identity me@example.com --identity-provider https://issuer.example',
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
  const group = program.command(name).description(description).helpCommand(false).usage('[method] <model>');
  group.addHelpText('after', `\nExamples:\n  model-signing ${name} key --help`);
  for (const method of futureMethods[name]) {
    group
      .command(method, { hidden: true })
      .helpOption(false)
      .allowUnknownOption()
      .allowExcessArguments()
      .action(() => {
        throw usageError(`the method ${method} is not available in this version`);
      });
  }
  return group;
}

/** How a command is named in the list of its parent. */
function subcommandTerm(command: Command): string {
  return [command.name(), ...command.registeredArguments.map((argument) => `<${argument.name()}>`)].join(' ');
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
