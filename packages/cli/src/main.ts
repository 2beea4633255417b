import { readFileSync } from 'node:fs';
import { type Command, CommanderError } from 'commander';
import { withDefaultMethod } from './default-method.ts';
import { ExitCode } from './exit-codes.ts';
import { failureOf, usageError } from './failure.ts';
import { normaliseFlags } from './flags.ts';
import { Interrupt } from './interrupt.ts';
import type { Run } from './options.ts';
import { Output } from './output.ts';
import { addShellCommands, buildProgram, withGlobalOptions } from './program.ts';
import { type GlobalFlags, settingsFrom } from './settings.ts';

/** The command, on the arguments and streams of this process. Sets the exit code and lets the process end by itself. */
export async function main(): Promise<void> {
  process.on('uncaughtException', giveUp);
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreClosedPipe);
  process.exitCode = await runCommandLine(process.argv.slice(2));
}

/** `model-signing … | head`: whoever reads has seen enough, and the verdict stands. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') giveUp(error);
}

/** Left to itself, Node would exit with 1, which here means that a signature was rejected. */
function giveUp(error: unknown): never {
  new Output({ json: false, quiet: false, logLevel: 'info' }).failure(failureOf(error));
  process.exit(ExitCode.cannotRun);
}

async function runCommandLine(argv: readonly string[]): Promise<number> {
  const interrupt = new Interrupt();
  let output = new Output({ json: argv.includes('--json'), quiet: false, logLevel: 'info' });
  const run: Run = (command, work) => {
    output = new Output(settingsFrom(globalFlags(command), process.env));
    return work({ output, signal: interrupt.signal });
  };
  try {
    await parse(argv, run, output);
    return ExitCode.done;
  } catch (error) {
    return report(error, output, interrupt);
  } finally {
    interrupt.dispose();
  }
}

function report(error: unknown, output: Output, interrupt: Interrupt): number {
  if (interrupt.exitCode !== null) {
    const message = 'interrupted: nothing was written';
    output.failure({
      code: 'command/interrupted',
      stage: null,
      requirement: null,
      message,
      differences: [],
      hints: [],
      exitCode: interrupt.exitCode,
    });
    return interrupt.exitCode;
  }
  const failure = failureOf(error);
  output.failure(failure);
  if (error instanceof Error) output.debug(error.stack ?? '');
  return failure.exitCode;
}

/** The nearer to the command a flag stands, the more it counts. */
function globalFlags(command: Command | null): GlobalFlags {
  return command ? { ...globalFlags(command.parent), ...command.opts<GlobalFlags>() } : {};
}

async function parse(argv: readonly string[], run: Run, output: Output): Promise<void> {
  const version: string = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;
  const program = buildProgram(version, run);
  addShellCommands(program, version, run);
  withGlobalOptions(program);

  let text = '';
  for (const command of allCommands(program)) {
    command
      .configureOutput({
        writeOut: (part) => (text += part),
        writeErr() {},
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

/** All long flags of all commands, with whether they take a value. */
function knownFlags(program: Command): Map<string, boolean> {
  const options = allCommands(program).flatMap((command) => command.options);
  return new Map(options.flatMap(({ long, required }) => (long ? [[long, required] as const] : [])));
}

function allCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(allCommands)];
}

/** Commander's words in our voice; the value of a flag that is refused may be a secret and is left out. */
function asUsageError({ code, message }: CommanderError, command: Command): Error {
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

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}
