import { endPrograms } from '../adapter/run-process.ts';
import { CannotRun, UsageError } from '../errors.ts';
import { unknownName } from '../nearest.ts';
import { terminalLines } from '../report/escape.ts';
import { commandHelp, helpText } from './help.ts';
import { exit } from './usage.ts';

type Command = (args: readonly string[], signal: AbortSignal) => Promise<number>;

/** Each command is loaded when it runs. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  run: async () => (await import('./run.ts')).run,
  list: async () => (await import('./list.ts')).list,
  show: async () => (await import('./show.ts')).show,
  matrix: async () => (await import('./matrix.ts')).matrix,
  report: async () => (await import('./report.ts')).report,
  attest: async () => (await import('./attest.ts')).attest,
  bench: async () => (await import('./bench.ts')).bench,
};

/** The command `oms-conformance`; returns its exit code. */
export function main(argv: readonly string[]): Promise<number> {
  return runCommand('oms-conformance', (signal) => dispatch(argv, signal));
}

/** The signals that interrupt a command, with their exit codes. */
const interrupts = { SIGINT: exit.interrupted, SIGTERM: 143, SIGHUP: 129 } as const;

type Interrupt = keyof typeof interrupts;

/**
 * Runs a command until it ends or is interrupted, reports what it throws, and returns its exit code. The first signal lets the
 * command write what it has; the second one ends everything at once.
 */
export async function runCommand(name: string, command: (signal: AbortSignal) => Promise<number>): Promise<number> {
  const interruption = new AbortController();
  let by: Interrupt | null = null;
  const interrupt = (signal: Interrupt) => {
    if (by !== null) {
      endPrograms();
      process.exit(interrupts[signal]);
    }
    by = signal;
    interruption.abort();
  };
  const names = Object.keys(interrupts) as Interrupt[];
  for (const each of names) process.on(each, interrupt);
  // What a program left behind must not outlive an error either.
  process.off('exit', endPrograms).once('exit', endPrograms);
  process.stdout.off('error', stopWriting).on('error', stopWriting);
  process.stderr.off('error', ignoreClosedErrors).on('error', ignoreClosedErrors);
  try {
    const code = await command(interruption.signal);
    return by !== null && code === exit.interrupted ? interrupts[by as Interrupt] : code;
  } catch (error) {
    if (by !== null) {
      const why = error instanceof CannotRun ? `: ${terminalLines(error.message)}` : '';
      process.stderr.write(`${name}: interrupted${why}\n`);
      return interrupts[by as Interrupt];
    }
    return reported(name, error);
  } finally {
    for (const each of names) process.off(each, interrupt);
  }
}

async function dispatch([name, ...args]: readonly string[], signal: AbortSignal): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    const [about] = args;
    if (name === 'help' && about !== undefined) return dispatch([about, '--help'], signal);
    process.stdout.write(helpText());
    return name === undefined ? exit.usage : exit.done;
  }
  if (name === 'version' || name === '--version' || name === '-V') {
    process.stdout.write(`${(await import('../vectors/suite.ts')).suiteVersion()}\n`);
    return exit.done;
  }
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!load) throw new UsageError(unknownName(`there is no command "${name}"`, name, Object.keys(commands)));
  const own = args.slice(0, args.indexOf('--') === -1 ? args.length : args.indexOf('--'));
  if (name !== 'bench' && (own.includes('--help') || own.includes('-h'))) {
    process.stdout.write(commandHelp(name) ?? helpText());
    return exit.done;
  }
  return (await load())(args, signal);
}

function reported(name: string, error: unknown): number {
  if (error instanceof UsageError) {
    process.stderr.write(`${name}: ${terminalLines(error.message)}\nSee ${name} --help.\n`);
    return exit.usage;
  }
  if (error instanceof CannotRun) {
    process.stderr.write(`${name}: ${terminalLines(error.message)}\n`);
    return exit.cannotRun;
  }
  // The exit code of other errors would say that an implementation does not conform.
  const isOfSystem = error instanceof Error && 'syscall' in error && 'code' in error;
  const text = isOfSystem ? error.message : `an error of the suite itself: ${stackOf(error)}`;
  process.stderr.write(`${name}: ${terminalLines(text)}\n`);
  return exit.cannotRun;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** A reader may close the pipe, as in `oms-conformance list | head`; a full disk is an error. */
function stopWriting(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') return;
  process.stderr.write(`the output cannot be written: ${terminalLines(error.message)}\n`);
  process.exit(exit.cannotRun);
}

/** Without standard error, there is nowhere left to say what is wrong. */
function ignoreClosedErrors(): void {}
