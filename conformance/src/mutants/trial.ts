import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { defaultLimits } from '../adapter/answer.ts';
import type { Adapter } from '../adapter/command-session.ts';
import { connect } from '../adapter/connect.ts';
import { type Executions, holdTogether } from '../run/conclude.ts';
import type { Judgement } from '../run/judge.ts';
import { runVectors } from '../run/run.ts';
import type { LoadedVector } from '../vectors/load.ts';

/** What an implementation did with all vectors. */
export interface Trial {
  readonly executions: Executions;
  readonly judgements: ReadonlyMap<string, Judgement>;
}

/** A mutant may hang; the vectors that it is asked for take milliseconds. Seconds. */
const LIMIT = 5;

/** Runs an adapter of ours through vectors, in one process after another where it breaks down. */
export async function tryOut(
  adapter: Adapter,
  vectors: readonly LoadedVector[],
  vectorsDirectory: string,
  signal: AbortSignal,
): Promise<Trial> {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'oms-conformance-'));
  try {
    const limits = { ...defaultLimits, seconds: LIMIT };
    const connected = await connect({ adapter, maxLevel: 2, reasons: null, limits: defaultLimits, directory, signal });
    const executions = await runVectors({
      connected,
      vectors,
      all: new Map(vectors.map((loaded) => [loaded.vector.id, loaded])),
      vectorsDirectory,
      jobs: 1,
      limits,
      replays: 0,
      signal,
    });
    return {
      executions,
      judgements: holdTogether(
        vectors.map(({ vector }) => vector),
        executions,
      ),
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Does something with each item, several at a time, and answers in their order. */
export async function inParallel<T, R>(items: readonly T[], jobs: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const queue = [...items.entries()];
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) results[next[0]] = await work(next[1]);
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  return results;
}
