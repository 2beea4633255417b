// What a worker thread does: it waits for the shared table and takes jobs from it until there are none.
import { parentPort } from 'node:worker_threads';
import { loadAlgorithm } from './algorithms.ts';
import { JobRunner } from './job-runner.ts';
import { JobTable, type SharedTable } from './job-table.ts';
import { failureOf, type WorkerFailure } from './worker-failure.ts';
import { STARTED } from './worker-messages.ts';

/** A job that failed. */
export interface JobFailed extends WorkerFailure {
  readonly job: number;
}

async function work(table: JobTable): Promise<void> {
  const runner = new JobRunner(table, await loadAlgorithm(table.shared.algorithm), { mayReadAhead: false });
  parentPort?.postMessage(STARTED);
  try {
    for (const pending of runner.run()) {
      if (pending) await pending;
      if (table.stopped) break;
    }
  } catch (error) {
    table.stop();
    const failed: JobFailed = { job: runner.job, ...failureOf(error) };
    parentPort?.postMessage(failed);
  }
}

parentPort?.once('message', (table: SharedTable) => void work(new JobTable(table)));
