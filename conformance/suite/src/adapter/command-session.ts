import { rmSync } from 'node:fs';
import path from 'node:path';
import { CannotRun } from '../errors.ts';
import { type Answer, cut, type Limits, type Observation, parseResult } from './answer.ts';
import { readBoundedFile } from './bounded-file.ts';
import { type Call, commandWords } from './flags.ts';
import { mainLine } from './main-line.ts';
import type { ReasonMap } from './reason-map.ts';
import { type Ended, runProcess } from './run-process.ts';
import type { Session } from './session.ts';

/** The command of an adapter: a program and its first arguments. */
export type Adapter = readonly [string, ...string[]];

/** The name of an adapter in reports, different from those of earlier ones. */
export function adapterName(adapter: readonly string[], earlier: readonly string[]): string {
  const file = adapter.at(-1) as string;
  const isAdapter = /^adapter\.\w+$/.test(path.basename(file));
  const base = isAdapter ? path.basename(path.dirname(file)) : path.basename(file);
  return earlier.includes(base) ? `${base} (${earlier.length + 1})` : base;
}

export interface CommandSessionOptions {
  readonly adapter: Adapter;
  /** Whether the adapter declares `--result-json`; without it, the exit code is all there is. */
  readonly writesResult: boolean;
  readonly reasons: ReasonMap | null;
  readonly signal: AbortSignal;
}

/** Starts the adapter for each call and reads its exit code, and its result file if it writes one. */
export class CommandSession implements Session {
  readonly #options: CommandSessionOptions;

  constructor(options: CommandSessionOptions) {
    this.#options = options;
  }

  async call(call: Call, directory: string, limits: Limits): Promise<Observation> {
    const { adapter, writesResult, reasons, signal } = this.#options;
    const resultFile = path.join(directory, 'result.json');
    const asked = writesResult ? { ...call, args: { ...call.args, 'result-json': resultFile } } : call;
    const argv = [...adapter, ...commandWords(asked)] as const;
    rmSync(resultFile, { recursive: true, force: true });
    const ended = await runProcess(argv as Adapter, directory, limits, signal);
    const output = cut(`${ended.stdout}${ended.stderr}`);
    return {
      answer: writesResult ? answerWithResult(ended, resultFile) : answerOf(ended, reasons),
      command: argv.map(shellWord).join(' '),
      output,
      ended: endOf(ended),
      seconds: ended.seconds,
      peakMemory: ended.peakMemory,
    };
  }

  async close(): Promise<void> {}
}

/** Typical output of programs in several languages that crash. */
const stackTraces = [
  /^Traceback \(most recent call last\):/m,
  /^panic: /m,
  /^goroutine \d+ \[/m,
  /^thread '[^'\n]*' panicked at /m,
  /^Exception in thread "/m,
  /^Unhandled exception/m,
  /^ {4}at .{1,300}:\d+:\d+\)?$/m,
  /^fatal error: /m,
];

/** The answer for an exit code (PROTOCOL.md, level 0). */
function answerOf(ended: Ended, reasons: ReasonMap | null): Answer {
  const broken = breakdownOf(ended);
  if (broken) return broken;
  const { exitCode, stdout, stderr } = ended;
  if (exitCode === 0) return { kind: 'accept', details: null };
  const said = `${stdout}${stderr}`;
  if (exitCode === 2) return { kind: 'usage', message: `it took the call for a wrong command line: ${mainLine(said)}` };
  if (stackTraces.some((trace) => trace.test(said))) {
    return { kind: 'crash', message: `it printed a stack trace: ${mainLine(lastOf(said))}` };
  }
  return { kind: 'reject', reason: reasons?.classify(said) ?? null, message: mainLine(said), details: null };
}

/** The answer in a result file, which must agree with the exit code. */
function answerWithResult(ended: Ended, resultFile: string): Answer {
  const broken = breakdownOf(ended);
  if (broken) return broken;
  let answer: Answer;
  try {
    answer = parseResult(JSON.parse(readBoundedFile(resultFile).toString()));
  } catch (error) {
    if (ended.exitCode === 2) return { kind: 'usage', message: 'it took the call for a wrong command line' };
    return { kind: 'protocol', message: `its result file cannot be used: ${(error as Error).message}` };
  }
  if ((answer.kind === 'accept') !== (ended.exitCode === 0)) {
    return { kind: 'protocol', message: `its result says "${answer.kind}" and its exit code ${ended.exitCode}` };
  }
  return answer;
}

/** Errors that say nothing about the program. */
const hostLacks: ReadonlySet<string> = new Set(['EAGAIN', 'ENOMEM', 'EMFILE', 'ENFILE']);

/** The answer of a program that ended without a verdict; null if the way it ended allows one. */
function breakdownOf({ exitCode, signal, stopped, startError }: Ended): Answer | null {
  if (startError && hostLacks.has(startError.code ?? '')) {
    throw new CannotRun(
      `this system cannot start another program (${startError.code}): give it more memory, or use fewer --jobs`,
    );
  }
  if (startError)
    return { kind: 'protocol', message: `it cannot be started: ${startError.code ?? startError.message}` };
  switch (stopped) {
    case 'timeout':
      return { kind: 'timeout', message: 'it did not end within its time' };
    case 'memory':
      return { kind: 'resource', message: 'it used more memory than allowed' };
    case 'output':
      return { kind: 'resource', message: 'it printed more than allowed' };
    case 'cancelled':
      return { kind: 'protocol', message: 'the run was ended' };
  }
  if (signal) return { kind: 'crash', message: `it was ended by ${signal}` };
  if (exitCode === null || exitCode >= 128 || exitCode < 0) {
    return { kind: 'crash', message: `it ended with the exit code ${exitCode}` };
  }
  if (exitCode > 2)
    return { kind: 'protocol', message: `it ended with the exit code ${exitCode}, which means nothing` };
  return null;
}

function endOf({ exitCode, signal, stopped, seconds }: Ended): string {
  if (stopped !== null) return `stopped after ${Math.round(seconds)} seconds`;
  return signal ? `ended by ${signal}` : `exit code ${exitCode}`;
}

/** The last line, which has the error of a stack trace in most languages. */
function lastOf(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? '';
}

/** Quotes a word for a POSIX shell. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
