// What a worker thread does: it waits for the shared table and takes jobs from it until there are none.
import { parentPort } from 'node:worker_threads';
import { loadAlgorithm } from './algorithms.ts';
import { RangeHasher } from './hash-range.ts';
import { JobTable, type SharedTable } from './job-table.ts';
import { FileChanged } from './open-file.ts';

/** A job that failed, in a form that survives the way to another thread. */
export interface WorkerFailure {
  readonly job: number;
  /** Whether the file changed, as opposed to a failing disk or a bug. */
  readonly changed: boolean;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

async function work(table: JobTable): Promise<void> {
  const hasher = new RangeHasher(await loadAlgorithm(table.shared.algorithm));
  const onBytes = (count: number) => table.countBytes(count);
  for (const job of table.take()) {
    try {
      const steps = hasher.hash(table.range(job), onBytes);
      let step = steps.next();
      while (!step.done && !table.stopped) step = steps.next();
      if (!step.done) steps.return('');
      else table.finish(job, step.value);
    } catch (error) {
      table.stop();
      parentPort?.postMessage(failureOf(job, error));
      return;
    }
  }
}

function failureOf(job: number, error: unknown): WorkerFailure {
  const { message, ...details } =
    error instanceof Error ? { ...error, message: error.message } : { message: String(error) };
  return { job, changed: error instanceof FileChanged, message, details: { ...details } };
}

parentPort?.once('message', (table: SharedTable | null) => {
  if (table) void work(new JobTable(table));
});
