import { CannotRun, UsageError } from '../errors.ts';
import { terminalLines } from '../report/escape.ts';
import { helpText } from './help.ts';
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

/** Runs a command until it ends or is interrupted, reports what it throws, and returns its exit code. */
export async function runCommand(name: string, command: (signal: AbortSignal) => Promise<number>): Promise<number> {
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  process.stdout.on('error', ignoreClosedPipe);
  try {
    return await command(interruption.signal);
  } catch (error) {
    if (interruption.signal.aborted) {
      process.stderr.write(`${name}: interrupted\n`);
      return exit.interrupted;
    }
    return reported(name, error);
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

async function dispatch([name, ...args]: readonly string[], signal: AbortSignal): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(helpText());
    return name === undefined ? exit.usage : exit.done;
  }
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!load) throw new UsageError(`there is no command "${name}"; there are ${Object.keys(commands).join(', ')}`);
  const own = args.slice(0, args.indexOf('--') === -1 ? args.length : args.indexOf('--'));
  if (name !== 'bench' && (own.includes('--help') || own.includes('-h'))) {
    process.stdout.write(helpText());
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
  throw error;
}

/** The reader closed the pipe, as in `oms-conformance list | head`. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
