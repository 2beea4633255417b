import manifest from '../package.json' with { type: 'json' };
import { readCommandLine } from './command-line.ts';
import type { Run } from './context.ts';
import { ExitCode } from './exit-codes.ts';
import { failureOf, interruption } from './failure.ts';
import { refuseUndecodableFolder } from './file-names.ts';
import type { Command, FlagValues } from './grammar.ts';
import type { Call } from './hints.ts';
import { Interrupt, InterruptedError, onForcedExit } from './interrupt.ts';
import { Output } from './output.ts';
import { takeOwnSecrets } from './own-secrets.ts';
import { program } from './program.ts';
import { secretWords } from './secret-text.ts';
import { settingsBefore, settingsFrom } from './settings.ts';
import { isClosedPipe, standardStreams, stdoutWidth } from './standard-streams.ts';

const { version } = manifest;

/** What completion scripts call. It takes unfinished command lines, so it is not read like one. */
const COMPLETE = 'complete';

/** Where `@opentelemetry/api` keeps what a program has registered with it, such as an SDK that `node --import` loads. */
const OPEN_TELEMETRY = Symbol.for('opentelemetry.js.api.1');

/** What the command prints to. The settings replace it as soon as they are known, before anything is printed. */
interface Terminal {
  output: Output;
  /** What no message may repeat. */
  readonly secrets: readonly string[];
  /** The call, as soon as the command line is read. */
  call: Call | null;
}

/** Runs the command on the arguments and streams of this process, and sets the exit code. */
export async function main(): Promise<void> {
  const argv = process.argv.slice(2);
  const secrets = secretWords(argv, process.env);
  const settings = settingsBefore(argv, process.env);
  const terminal = { output: new Output(settings, standardStreams, secrets), secrets, call: null };
  process.on('uncaughtException', (error) => giveUp(error, terminal));
  process.exitCode = await runCommandLine(argv, terminal);
}

/** Node would exit with 1, which here means that a signature was rejected. */
function giveUp(error: unknown, { output, call }: Terminal): void {
  if (isClosedPipe(error)) return;
  output.failure(failureOf(error, call));
  process.exit(ExitCode.cannotRun);
}

async function runCommandLine(argv: readonly string[], terminal: Terminal): Promise<number> {
  const interrupt = new Interrupt();
  const forget = onForcedExit(() => terminal.output.failure(interruption(interrupt.exitCode)));
  const run: Run = async (flags, work) => {
    terminal.output = new Output(settingsFrom(flags, process.env), standardStreams, terminal.secrets);
    takeOwnSecrets();
    if (OPEN_TELEMETRY in globalThis) await (await import('./telemetry.ts')).reportOperations(terminal.output);
    return work({ output: terminal.output, signal: interrupt.signal });
  };
  try {
    await Promise.race([perform(argv, run, terminal), failWhenIdle()]);
    return ExitCode.done;
  } catch (error) {
    return report(error, terminal, interrupt);
  } finally {
    forget();
    interrupt.dispose();
  }
}

/** Node would exit with 0 when nothing is left that could settle the promise of the command. */
function failWhenIdle(): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  process.once('beforeExit', () => reject(new Error('the command ended before it was done')));
  return promise;
}

function report(error: unknown, { output, call }: Terminal, interrupt: Interrupt): number {
  if (interrupt.exitCode !== null) {
    output.failure(interruption(interrupt.exitCode, error instanceof InterruptedError ? error.message : undefined));
    return interrupt.exitCode;
  }
  const failure = failureOf(error, call);
  output.failure(failure);
  if (error instanceof Error) output.debug(error.stack ?? '');
  return failure.exitCode;
}

async function perform(argv: readonly string[], run: Run, terminal: Terminal): Promise<void> {
  const { output } = terminal;
  if (argv[0] === COMPLETE) {
    const words = argv.slice(argv[1] === '--' ? 2 : 1);
    (await import('./commands/completion.ts')).complete(words, program, output);
    return;
  }
  const request = readCommandLine(argv, program);
  if (request.kind === 'version') await printVersion(output, request.inDetail ?? false);
  else if (request.kind === 'help') {
    const text = (await import('./help.ts')).helpText(request.path, stdoutWidth());
    output.text('help', { text }, text);
  } else {
    const { command, operand, flags } = request;
    terminal.call = callOf(command, operand, flags);
    refuseUndecodableFolder();
    await run(flags, (context) => command.run(operand, flags as never, context));
  }
}

/** The version alone or, in detail and in JSON, also what it runs on. */
async function printVersion(output: Output, inDetail: boolean): Promise<void> {
  if (output.settings.json || inDetail) (await import('./commands/version.ts')).printDetails(version, output);
  else output.answer('version', { version }, () => [version]);
}

function callOf(command: Command, operand: string, given: FlagValues): Call {
  return { known: new Set([...command.flags, ...program.flags].map(({ name }) => name)), given, operand };
}
