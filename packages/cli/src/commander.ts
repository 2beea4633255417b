import { Command as CommanderCommand, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { Run } from './context.ts';
import { withDefaultMethod } from './default-method.ts';
import { usageError } from './failure.ts';
import { normaliseFlags } from './flags.ts';
import { type Command, type Flag, type Group, InvalidValue, keyOf } from './grammar.ts';
import { globalFlags } from './options.ts';
import type { Output } from './output.ts';
import { commands, groups } from './program.ts';
import type { GlobalFlags } from './settings.ts';
import { stdoutWidth } from './standard-streams.ts';

/**
 * Reads any command line with Commander, which is loaded for it: those that ask for help, those that are wrong and are told
 * why, and those that only Commander's rules can tell apart.
 */
export async function parseWithCommander(
  argv: readonly string[],
  version: string,
  run: Run,
  output: Output,
): Promise<void> {
  // Where no command is named, nobody asks for the flags of one, and to declare them takes as long as all else.
  const named = argv.some((arg) => !arg.startsWith('-'));
  const program = buildProgram(version, run, named);
  let text = '';
  for (const command of allCommands(program)) {
    command
      .configureOutput({
        writeOut: (part) => (text += part),
        writeErr() {},
        ...appearance,
      })
      .exitOverride((error) => {
        throw error.exitCode === 0 ? error : asUsageError(error, command);
      });
  }
  const known = knownFlags(program);
  const isMethod = (group: string, name: string) =>
    program.commands.some((command) => command.name() === group && command.commands.some((c) => c.name() === name));
  const args = withDefaultMethod(normaliseFlags(argv, known), known, isMethod);
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.version') output.answer('version', { version }, () => [version]);
    else output.data(text);
  }
}

/** How help looks. Left to itself, Commander would have Node's streams loaded to find out. */
const appearance = {
  getOutHelpWidth: stdoutWidth,
  getErrHelpWidth: stdoutWidth,
  getOutHasColors: () => false,
  getErrHasColors: () => false,
};

/** The tree of all commands, for what has to be told of it. */
export function describedProgram(): CommanderCommand {
  return buildProgram('', async () => {});
}

function buildProgram(version: string, run: Run, withFlags = true): CommanderCommand {
  const program = buildCommands(version, run, withFlags);
  addShellCommands(program, version, run);
  return withGlobalFlags(program, withFlags);
}

function buildCommands(version: string, run: Run, withFlags = true): CommanderCommand {
  const program = new CommanderCommand('model-signing')
    .description('Sign machine-learning models and verify their signatures (OpenSSF Model Signing 1.0).')
    .version(version, '--version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand(false)
    .configureHelp({ subcommandTerm })
    .enablePositionalOptions();
  for (const group of groups) addGroup(program, group, run, withFlags);
  for (const command of commands) addCommand(program, command, run, withFlags);
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

function addGroup(program: CommanderCommand, group: Group, run: Run, withFlags: boolean): void {
  const { name, description, commands, future } = group;
  const added = program.command(name).description(description).helpCommand(false).usage('[method] <model>');
  added.addHelpText('after', `\nExamples:\n  model-signing ${name} key --help`);
  for (const command of commands) addCommand(added, command, run, withFlags);
  for (const method of future) {
    added
      .command(method, { hidden: true })
      .helpOption(false)
      .allowUnknownOption()
      .allowExcessArguments()
      .action(() => {
        throw usageError(`the method ${method} is not available in this version`);
      });
  }
}

function addCommand(parent: CommanderCommand, command: Command, run: Run, withFlags: boolean): void {
  const { name, description, operand, flags } = command;
  const added = parent
    .command(name)
    .description(description)
    .argument(`<${operand.name}>`, operand.description)
    .addHelpText('after', examples(...command.examples))
    .action((value: string, _flags, called: CommanderCommand) =>
      run(globalFlagsOf(called), (context) => command.run(value, called.opts() as never, context)),
    );
  if (withFlags) for (const flag of flags) addFlag(added, flag);
}

function addFlag(command: CommanderCommand, flag: Flag): void {
  const option = optionOf(flag);
  command.addOption(option);
  if (!flag.required) return;
  // Checked after unknown flags are refused, so that a mistyped flag is not reported as a missing one.
  command.hook('preAction', (called) => {
    if (called.getOptionValue(option.attributeName()) === undefined)
      called.error(`the option '${option.flags}' is required`);
  });
}

function optionOf({ name, short, value, description, required, ...flag }: Flag): Option {
  const names = `${short ? `-${short}, ` : ''}--${name}${value ? ` <${value}>` : ''}`;
  const option = new Option(names, required ? `${description} (required)` : description);
  if (flag.hidden) option.hideHelp();
  if (flag.preset !== undefined) option.default(flag.preset);
  if (flag.choices) option.choices(flag.choices);
  if (flag.conflicts) option.conflicts(flag.conflicts.map(keyOf));
  if (flag.implies !== undefined) option.implies({ [keyOf(flag.implies)]: true });
  const { parse } = flag;
  if (parse) option.argParser((text, previous) => inWordsOfCommander(() => parse(text, previous)));
  return option;
}

/** Commander says which flag it is whose value is refused, if it is told in its own class. */
function inWordsOfCommander<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw error instanceof InvalidValue ? new InvalidArgumentError(error.message) : error;
  }
}

/** The commands about the shell, apart because they work on the tree of the others. */
function addShellCommands(program: CommanderCommand, version: string, run: Run): void {
  const others = () => withGlobalFlags(buildCommands(version, run));
  program
    .command('completion')
    .description('print a script that completes this command in a shell')
    .argument('<shell>', 'bash, zsh or fish')
    .addHelpText(
      'after',
      '\nExamples:\n  source <(model-signing completion bash)\n  model-signing completion fish > ~/.config/fish/completions/model-signing.fish',
    )
    .action((shell: string, _flags, command: CommanderCommand) =>
      run(globalFlagsOf(command), async (context) => {
        const { completion, shells } = await import('./commands/completion.ts');
        const known = shells.find((candidate) => candidate === shell);
        if (!known) throw usageError(`the shell ${JSON.stringify(shell)} is not one of ${shells.join(', ')}`);
        await completion(known, others(), context);
      }),
    );
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .action((words: string[], _flags, command: CommanderCommand) =>
      run(globalFlagsOf(command), async (context) =>
        (await import('./commands/completion.ts')).complete(words, others(), context),
      ),
    );
}

/** Gives the flags that every command has to a command and all below it, so that they can stand anywhere. */
function withGlobalFlags(command: CommanderCommand, below = true): CommanderCommand {
  for (const flag of globalFlags) command.addOption(optionOf(flag).helpGroup('Global options:'));
  if (below) for (const child of command.commands) withGlobalFlags(child);
  return command;
}

/** The nearer to the command a flag stands, the more it counts. */
function globalFlagsOf(command: CommanderCommand | null): GlobalFlags {
  return command ? { ...globalFlagsOf(command.parent), ...command.opts<GlobalFlags>() } : {};
}

/** All long flags of all commands, with whether they take a value. */
function knownFlags(program: CommanderCommand): Map<string, boolean> {
  const options = allCommands(program).flatMap((command) => command.options);
  return new Map(options.flatMap(({ long, required }) => (long ? [[long, required] as const] : [])));
}

function allCommands(command: CommanderCommand): CommanderCommand[] {
  return [command, ...command.commands.flatMap(allCommands)];
}

/** How a command is named in the list of its parent. */
function subcommandTerm(command: CommanderCommand): string {
  return [command.name(), ...command.registeredArguments.map((argument) => `<${argument.name()}>`)].join(' ');
}

/** Lines of help that can be copied. */
function examples(...lines: string[]): string {
  return `\nExamples:\n${lines.map((line) => `  model-signing ${line}`).join('\n')}`;
}

/** Commander's words in our voice; the value of a flag that is refused may be a secret and is left out. */
function asUsageError({ code, message }: CommanderError, command: CommanderCommand): Error {
  const path = pathOf(command);
  const help = command.createHelp();
  const names = help
    .visibleCommands(command)
    .map((child) => child.name())
    .join(', ');
  if (code === 'commander.help')
    return usageError(`${path} must be followed by one of: ${names}`, `see ${path} --help`);

  const [problem = '', suggestion] = message.replace(/^error: /, '').split('\n');
  const hints = [...(suggestion ? [suggestion.replace(/^\(D(.*)\)$/, 'd$1')] : []), `see ${path} --help`];
  if (code === 'commander.unknownCommand' && command.parent) {
    return usageError(
      `${problem.replace('command', 'method')}: ${path} must be followed by one of: ${names}`,
      ...hints,
    );
  }
  return usageError(
    problem.replace(/^(unknown option '(?:--[^'=]*(?==)|-[^-'])).+$/s, "$1'").replace(/\.$/, ''),
    ...hints,
  );
}

function pathOf(command: CommanderCommand): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}
