// Stands in for the module of core that starts threads from files: the scripts of threads are in the program itself.
import { getAsset } from 'node:sea';
import { Worker, type WorkerOptions } from 'node:worker_threads';
import type { WorkerName } from '../../../packages/core/src/node/hashing/start-worker.ts';

/** @throws {Error} if the system has not the threads or memory for it */
export function startWorker(name: WorkerName, options: WorkerOptions = {}): Worker {
  // The program ignores NODE_OPTIONS, and its threads would not.
  const { NODE_OPTIONS: _, ...env } = process.env;
  return new Worker(getAsset(`${name}.cjs`, 'utf8'), { ...options, env, execArgv: [], eval: true });
}
