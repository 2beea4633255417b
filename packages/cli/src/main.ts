import manifest from '../package.json' with { type: 'json' };
import { readCommandLine } from './command-line.ts';
import type { Run } from './context.ts';
import { ExitCode } from './exit-codes.ts';
import { failureOf } from './failure.ts';
import { Interrupt, InterruptedError } from './interrupt.ts';
import { Output } from './output.ts';
import { program } from './program.ts';
import { settingsFrom } from './settings.ts';
import { isClosedPipe, stdoutWidth } from './standard-streams.ts';

const { version } = manifest;

/** What completion scripts call. It takes unfinished command lines, so it is not read like one. */
const COMPLETE = 'complete';

/** Runs the command on the arguments and streams of this process, and sets the exit code. */
export async function main(): Promise<void> {
  process.on('uncaughtException', giveUp);
  process.exitCode = await runCommandLine(process.argv.slice(2));
}

/** Node would exit with 1, which here means that a signature was rejected. */
function giveUp(error: unknown): void {
  if (isClosedPipe(error)) return;
  new Output({ json: false, quiet: false, logLevel: 'info' }).failure(failureOf(error));
  process.exit(ExitCode.cannotRun);
}

async function runCommandLine(argv: readonly string[]): Promise<number> {
  const interrupt = new Interrupt();
  let output = new Output({ json: argv.includes('--json'), quiet: false, logLevel: 'info' });
  const run: Run = (flags, work) => {
    output = new Output(settingsFrom(flags, process.env));
    return work({ output, signal: interrupt.signal });
  };
  try {
    await Promise.race([perform(argv, run, output), failWhenIdle()]);
    return ExitCode.done;
  } catch (error) {
    return report(error, output, interrupt);
  } finally {
    interrupt.dispose();
  }
}

/** Node would exit with 0 when nothing is left that could settle the promise of the command. */
function failWhenIdle(): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  process.once('beforeExit', () => reject(new Error('the command ended before it was done')));
  return promise;
}

function report(error: unknown, output: Output, interrupt: Interrupt): number {
  if (interrupt.exitCode !== null) {
    const message = error instanceof InterruptedError ? `interrupted: ${error.message}` : 'interrupted';
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

async function perform(argv: readonly string[], run: Run, output: Output): Promise<void> {
  if (argv[0] === COMPLETE) {
    const words = argv.slice(argv[1] === '--' ? 2 : 1);
    (await import('./commands/completion.ts')).complete(words, program, output);
    return;
  }
  const request = readCommandLine(argv, program);
  if (request.kind === 'version') output.answer('version', { version }, () => [version]);
  else if (request.kind === 'help') output.data((await import('./help.ts')).helpText(request.path, stdoutWidth()));
  else {
    const { command, operand, flags } = request;
    await run(flags, (context) => command.run(operand, flags as never, context));
  }
}
