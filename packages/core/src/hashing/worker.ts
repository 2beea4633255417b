// What a worker thread does: it waits for shared tables, one after another, and takes jobs from them until it is told to end.
import { parentPort } from 'node:worker_threads';
import { loadAlgorithm } from './algorithms.ts';
import { RangeHasher } from './hash-range.ts';
import { JobRunner } from './job-runner.ts';
import { JobTable, type SharedTable } from './job-table.ts';
import { FileChanged } from './open-file.ts';

/** A job that failed, in a form that survives the way to another thread. */
export interface WorkerFailure {
  /** Which of the tables, in the order in which they were given, and which of its jobs. */
  readonly table: number;
  readonly job: number;
  /** Whether the file changed, as opposed to a failing disk or a bug. */
  readonly changed: boolean;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

let hasher: RangeHasher | null = null;

async function work(table: JobTable, index: number): Promise<void> {
  hasher ??= new RangeHasher(await loadAlgorithm(table.shared.algorithm));
  const runner = new JobRunner(table, hasher, { leavesLong: false });
  try {
    for (const _ of runner.run()) if (table.stopped) return;
  } catch (error) {
    table.stop();
    parentPort?.postMessage(failureOf(index, runner.job, error));
  }
}

function failureOf(table: number, job: number, error: unknown): WorkerFailure {
  const { message, ...details } =
    error instanceof Error ? { ...error, message: error.message } : { message: String(error) };
  return { table, job, changed: error instanceof FileChanged, message, details: { ...details } };
}

let tables = 0;
let working = Promise.resolve();

/** Says that everything is done, since the end of a thread takes a while. */
function end(): void {
  parentPort?.postMessage(null);
  parentPort?.close();
}

parentPort?.on('message', (table: SharedTable | null) => {
  const index = tables++;
  working = working.then(() => (table ? work(new JobTable(table), index) : end()));
});
