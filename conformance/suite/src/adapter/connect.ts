import { CannotRun } from '../errors.ts';
import { profiles } from '../vectors/vector.ts';
import type { Limits } from './answer.ts';
import { bare, type Capabilities, type Level, parseCapabilities } from './capabilities.ts';
import { type Adapter, CommandSession } from './command-session.ts';
import { LineSession } from './line-session.ts';
import type { ReasonMap } from './reason-map.ts';
import { runProcess, type Stop } from './run-process.ts';
import type { Session } from './session.ts';
import { startProblem } from './start-problem.ts';

export interface ConnectOptions {
  readonly adapter: Adapter;
  /** The highest level to use. */
  readonly maxLevel: Level;
  readonly reasons: ReasonMap | null;
  readonly limits: Limits;
  /** An empty directory to run in. */
  readonly directory: string;
  readonly signal: AbortSignal;
}

/** An adapter whose capabilities are known. */
export interface Connected {
  readonly capabilities: Capabilities;
  /** What the adapter did when it was asked for its capabilities, as text. */
  readonly introduction: string;
  /**
   * Opens another session; calls of different sessions may run at the same time.
   * @param directory where a persistent program runs
   */
  open(directory: string): Session;
}

/**
 * Asks the adapter for its capabilities. An adapter that does not know the subcommand is called at level 0.
 * @throws {CannotRun} if the adapter cannot be started or its capabilities cannot be read
 */
export async function connect(options: ConnectOptions): Promise<Connected> {
  const { adapter, maxLevel, reasons, signal } = options;
  const { found, introduction } = await askCapabilities(options);
  const level = Math.min(found.level, maxLevel) as Level;
  const capabilities = { ...found, level };
  const writesResult = level > 0 && capabilities.flags.includes('result-json');
  const open = (directory: string): Session =>
    level === 2
      ? new LineSession(adapter, directory, signal)
      : new CommandSession({ adapter, writesResult, reasons, signal });
  return { capabilities, introduction, open };
}

interface Introduction {
  readonly found: Capabilities;
  readonly introduction: string;
}

async function askCapabilities({ adapter, directory, limits, signal }: ConnectOptions): Promise<Introduction> {
  const ended = await runProcess([...adapter, 'capabilities'] as unknown as Adapter, directory, limits, signal);
  if (signal.aborted)
    throw new CannotRun('the run ended before the adapter had said what it can do, so nothing was judged');
  if (ended.startError) throw new CannotRun(startProblem(adapter[0], ended.startError.code));
  if (ended.stopped !== null) throw new CannotRun(noAnswer(ended.stopped, limits));
  if (ended.exitCode !== 0) {
    const how = ended.signal ? `was ended by ${ended.signal}` : `ended with the exit code ${ended.exitCode}`;
    return { found: bare, introduction: `"capabilities" ${how}, so it is called at level 0` };
  }
  let value: unknown;
  try {
    value = JSON.parse(ended.stdout);
  } catch {
    const printed =
      ended.stdout.trim() === '' ? 'printed nothing' : `printed what is not JSON: ${excerpt(ended.stdout)}`;
    return { found: bare, introduction: `"capabilities" ended with 0 and ${printed}; so it is called at level 0` };
  }
  try {
    const found = parseCapabilities(value);
    return { found, introduction: `"capabilities" declares level ${found.level}${unknownProfiles(found)}` };
  } catch (error) {
    throw new CannotRun(`the capabilities of the adapter cannot be used: ${(error as Error).message}`);
  }
}

/** A later suite may have more profiles than this one, but a misspelt one has to be noticed. */
function unknownProfiles({ profiles: declared }: Capabilities): string {
  const unknown = (declared ?? []).filter((name) => !profiles.some((one) => one === name));
  if (unknown.length === 0) return '';
  const named = unknown.slice(0, 5).map((name) => JSON.stringify(name.slice(0, 60)));
  return `, and ${named.join(', ')}, which is no profile of this suite (${profiles.join(', ')})`;
}

function noAnswer(stopped: Stop, { seconds }: Limits): string {
  const what =
    stopped === 'timeout'
      ? `did not end within ${seconds} seconds`
      : `${stopped === 'memory' ? 'used' : 'printed'} more than allowed`;
  return `the adapter ${what} when it was called with the one argument "capabilities"; one that does not know it ends with an exit code other than 0, without waiting for input`;
}

function excerpt(text: string): string {
  const [line = ''] = text.trim().split('\n');
  return JSON.stringify(line.length > 60 ? `${line.slice(0, 60)}…` : line);
}
