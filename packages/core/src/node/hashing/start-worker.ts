import { Worker, type WorkerOptions } from 'node:worker_threads';

/** The files of threads, without their endings. */
export type WorkerName = 'worker' | 'stream-worker' | 'range-worker';

/** The ending of the files beside this one, as source, as built, or as bundled. */
const ENDING = import.meta.url.slice(import.meta.url.lastIndexOf('.'));

/**
 * Starts a thread from a file beside this one. A program that is one file has another module in place of this one.
 * @throws {Error} if the system has not the files, threads or memory for it
 */
export function startWorker(name: WorkerName, options: WorkerOptions = {}): Worker {
  // A thread does not inherit flags of the process, such as those of a test runner or a debugger.
  return new Worker(new URL(`./${name}${ENDING}`, import.meta.url), { ...options, execArgv: [] });
}
