import { defaultEngine } from '#engine';
import type { PreparedEngine } from '../engine.ts';
import { checkCount, type ReadModelOptions } from './options.ts';

/**
 * The caller's engine, or the platform's, prepared for about `files` files. An error of its disposal is ignored: it comes after
 * the verdict, and `await using` would put it in the verdict's place.
 */
export async function prepareEngine(
  files: number,
  { engine = defaultEngine, threads, concurrency }: ReadModelOptions,
): Promise<PreparedEngine> {
  checkCount('threads', threads);
  checkCount('concurrency', concurrency);
  const prepared = await engine.prepare?.(files, { threads });
  const dispose = prepared?.[Symbol.asyncDispose].bind(prepared); // if it is missing, this fails before anything is hashed
  return {
    hash: (jobs, options) => (prepared ?? engine).hash(jobs, options),
    async [Symbol.asyncDispose]() {
      try {
        await dispose?.();
      } catch {}
    },
  };
}
