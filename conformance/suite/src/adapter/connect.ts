import { CannotRun } from '../errors.ts';
import type { Limits } from './answer.ts';
import { bare, type Capabilities, type Level, parseCapabilities } from './capabilities.ts';
import { type Adapter, CommandSession } from './command-session.ts';
import { LineSession } from './line-session.ts';
import type { ReasonMap } from './reason-map.ts';
import { runProcess } from './run-process.ts';
import type { Session } from './session.ts';

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
  const found = await askCapabilities(options);
  const level = Math.min(found.level, maxLevel) as Level;
  const capabilities = { ...found, level };
  const open = (directory: string): Session =>
    level === 2 ? new LineSession(adapter, directory, signal) : new CommandSession({ adapter, level, reasons, signal });
  return { capabilities, open };
}

async function askCapabilities({ adapter, directory, limits, signal }: ConnectOptions): Promise<Capabilities> {
  const ended = await runProcess([...adapter, 'capabilities'] as unknown as Adapter, directory, limits, signal);
  if (ended.startError) {
    throw new CannotRun(`the adapter "${adapter[0]}" cannot be started: ${ended.startError.code}`);
  }
  if (ended.exitCode !== 0) return bare;
  let value: unknown;
  try {
    value = JSON.parse(ended.stdout);
  } catch {
    return bare;
  }
  try {
    return parseCapabilities(value);
  } catch (error) {
    throw new CannotRun(`the capabilities of the adapter cannot be used: ${(error as Error).message}`);
  }
}
