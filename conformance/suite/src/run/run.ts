import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Limits } from '../adapter/answer.ts';
import type { Connected } from '../adapter/connect.ts';
import type { Session } from '../adapter/session.ts';
import type { PublicSchemas } from '../public-schemas/schemas.ts';
import type { LoadedVector } from '../vectors/load.ts';
import { type Execution, execute, type Stage, sameOutcome, summary, withoutAnswer } from './execute.ts';
import { controlsFirst } from './partial.ts';
import { findSupport } from './support.ts';

export interface RunOptions {
  readonly connected: Connected;
  /** The vectors to run; the ones named by their `after` are looked up in `all`. */
  readonly vectors: readonly LoadedVector[];
  readonly all: ReadonlyMap<string, LoadedVector>;
  readonly jobs: number;
  readonly limits: Limits;
  /** The number of cases that a persistent program runs again, each in a new process. */
  readonly replays: number;
  /** A directory in which the files of each vector are left. */
  readonly keep?: string | null;
  readonly signal: AbortSignal;
  /** The published schemas of the public text, if they are run. */
  readonly schemas?: PublicSchemas | undefined;
  onDone?(id: string, execution: Execution): void;
}

/** Runs vectors, several at a time, each in a directory of its own. A run that is interrupted returns what it has. */
export async function runVectors(options: RunOptions): Promise<Map<string, Execution>> {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'oms-conformance-'));
  try {
    const stage = await setStage(directory, options);
    const executions = new Map<string, Execution>();
    const queue = controlsFirst(options.vectors);
    const work = async () => {
      const session = options.connected.open(directory);
      try {
        for (let next = queue.shift(); next && !options.signal.aborted; next = queue.shift()) {
          const execution = await executeAfter(next, session, stage, options);
          // The end of the run ended this call, which so proves nothing.
          if (options.signal.aborted) break;
          executions.set(next.vector.id, execution);
          options.onDone?.(next.vector.id, execution);
        }
      } catch (error) {
        // The others would run on, for a result that has no use.
        queue.length = 0;
        throw error;
      } finally {
        await session.close();
      }
    };
    await Promise.all(Array.from({ length: Math.max(1, options.jobs) }, work));
    await replaySome(executions, stage, options);
    return executions;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Finds out which profiles are judged, before the cases are. */
async function setStage(
  directory: string,
  { connected, vectors, all, limits, signal, schemas }: RunOptions,
): Promise<Stage> {
  const { capabilities } = connected;
  const stage = { directory, capabilities, limits, support: new Map(), schemas };
  const session = connected.open(directory);
  const attempt = (loaded: LoadedVector) => {
    signal.throwIfAborted();
    return execute(loaded, session, stage);
  };
  try {
    return { ...stage, support: await findSupport(vectors, capabilities, all, attempt) };
  } catch (error) {
    if (!signal.aborted) throw error;
    return stage;
  } finally {
    await session.close();
  }
}

/** Runs the vectors that `after` names first, in the same session, so that state leaking from them is noticed. */
async function executeAfter(loaded: LoadedVector, session: Session, stage: Stage, { all, keep = null }: RunOptions) {
  for (const id of loaded.vector.after ?? []) {
    const earlier = all.get(id);
    if (earlier) await execute(earlier, session, stage);
  }
  return execute(loaded, session, { ...stage, keep });
}

/** Runs a sample again in new processes of a persistent program: no answer may depend on earlier calls. */
async function replaySome(executions: Map<string, Execution>, stage: Stage, options: RunOptions): Promise<void> {
  if (options.connected.capabilities.level !== 2) return;
  for (const loaded of sample(options.vectors, options.replays)) {
    if (options.signal.aborted) return;
    const { id } = loaded.vector;
    const before = executions.get(id);
    if (!before || loaded.vector.after) continue;
    const session = options.connected.open(stage.directory);
    const again = await execute(loaded, session, stage).finally(() => session.close());
    if (options.signal.aborted || sameOutcome(before, again)) continue;
    const detail = `its answer depends on earlier calls: ${summary(before)}; by itself: ${summary(again)}`;
    executions.set(id, { ...withoutAnswer({ state: 'protocol', detail }, before.observation), faults: before.faults });
  }
}

/** A sample that is evenly spread and the same each time. */
function sample<T>(items: readonly T[], count: number): T[] {
  const step = Math.max(1, Math.floor(items.length / Math.max(1, count)));
  return count === 0 ? [] : items.filter((_, index) => index % step === 0).slice(0, count);
}
