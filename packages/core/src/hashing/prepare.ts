import { defaultEngine } from '#engine';
import type { PreparedEngine } from '../engine.ts';
import type { ReadModelOptions } from './options.ts';

/** Prepares the caller's engine, or the platform's, for about `files` files. An engine without `prepare` is returned unchanged. */
export async function prepareEngine(
  files: number,
  { engine = defaultEngine, threads }: ReadModelOptions,
): Promise<PreparedEngine> {
  if (engine.prepare) return engine.prepare(files, { threads });
  return { hash: (jobs, options) => engine.hash(jobs, options), [Symbol.asyncDispose]: async () => {} };
}
