import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { defaultLimits } from '../../../suite/src/adapter/answer.ts';
import type { Capabilities } from '../../../suite/src/adapter/capabilities.ts';
import type { Adapter } from '../../../suite/src/adapter/command-session.ts';
import { connect } from '../../../suite/src/adapter/connect.ts';
import { LineSession } from '../../../suite/src/adapter/line-session.ts';
import { type Executions, holdTogether } from '../../../suite/src/run/conclude.ts';
import type { Judgement } from '../../../suite/src/run/judge.ts';
import { runVectors } from '../../../suite/src/run/run.ts';
import type { LoadedVector } from '../../../suite/src/vectors/load.ts';

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
  capabilities: Capabilities,
): Promise<Trial> {
  const { signal } = new AbortController();
  const executions = await runVectors({
    connected: { capabilities, open: (directory) => new LineSession(adapter, directory, signal) },
    vectors,
    all: new Map(vectors.map((loaded) => [loaded.vector.id, loaded])),
    jobs: 1,
    limits: { ...defaultLimits, seconds: LIMIT },
    replays: 0,
    signal,
  });
  const plain = vectors.map(({ vector }) => vector);
  return { executions, judgements: holdTogether(plain, executions) };
}

/** What a copy of ours says that it can do; every mutant says the same. */
export async function askCapabilities(adapter: Adapter): Promise<Capabilities> {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'oms-conformance-'));
  try {
    const { signal } = new AbortController();
    const options = { adapter, maxLevel: 2, reasons: null, limits: defaultLimits, directory, signal } as const;
    return (await connect(options)).capabilities;
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
