import { AdapterUnusable } from '../adapter/connect.ts';
import { BadExpectations } from '../run/expected-failures.ts';
import { NothingSelected } from '../run/select.ts';
import { helpText } from './help.ts';
import { CannotRun, exit, UsageError } from './usage.ts';

type Command = (args: readonly string[], signal: AbortSignal) => Promise<number>;

/** What a command needs is loaded when it runs. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  run: async () => (await import('./run.ts')).run,
  list: async () => (await import('./list.ts')).list,
  show: async () => (await import('./show.ts')).show,
  matrix: async () => (await import('./matrix.ts')).matrix,
  report: async () => (await import('./report.ts')).report,
  attest: async () => (await import('./attest.ts')).attest,
};

/** The command `oms-conformance`; answers with its exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  process.stdout.on('error', ignoreClosedPipe);
  try {
    return await dispatch(argv, interruption.signal);
  } catch (error) {
    if (interruption.signal.aborted) {
      process.stderr.write('oms-conformance: interrupted\n');
      return exit.interrupted;
    }
    return reported(error);
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
  if (own.includes('--help') || own.includes('-h')) {
    process.stdout.write(helpText());
    return exit.done;
  }
  return (await load())(args, signal);
}

function reported(error: unknown): number {
  if (error instanceof UsageError || error instanceof NothingSelected || error instanceof BadExpectations) {
    process.stderr.write(`oms-conformance: ${error.message}\nSee oms-conformance --help.\n`);
    return exit.usage;
  }
  if (error instanceof CannotRun || error instanceof AdapterUnusable) {
    process.stderr.write(`oms-conformance: ${error.message}\n`);
    return exit.cannotRun;
  }
  throw error;
}

/** `oms-conformance list | head`: whoever reads has seen enough. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
