// What a worker thread does: it waits for the shared table and takes jobs from it until there are none.
import { parentPort } from 'node:worker_threads';
import { loadAlgorithm } from './algorithms.ts';
import { JobRunner } from './job-runner.ts';
import { JobTable, type SharedTable } from './job-table.ts';
import { FileChanged } from './open-file.ts';
import { STARTED } from './worker-messages.ts';

/** A job that failed, in a form that can be sent to another thread. */
export interface WorkerFailure {
  readonly job: number;
  /** Whether the file changed, as opposed to a failing disk or a bug. */
  readonly changed: boolean;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

async function work(table: JobTable): Promise<void> {
  const runner = new JobRunner(table, await loadAlgorithm(table.shared.algorithm), { leavesLong: false });
  parentPort?.postMessage(STARTED);
  try {
    for (const _ of runner.run()) if (table.stopped) break;
  } catch (error) {
    table.stop();
    parentPort?.postMessage(failureOf(runner.job, error));
  }
  // Reports completion before the thread ends, since ending it is slow and changes no digest.
  parentPort?.postMessage(null);
}

function failureOf(job: number, error: unknown): WorkerFailure {
  const { message, ...details } =
    error instanceof Error ? { ...error, message: error.message } : { message: String(error) };
  return { job, changed: error instanceof FileChanged, message, details: { ...details } };
}

parentPort?.once('message', (table: SharedTable | null) => {
  if (table) void work(new JobTable(table));
});
