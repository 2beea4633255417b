import { defaultEngine } from '#engine';
import type { PreparedEngine } from '../engine.ts';
import type { ReadModelOptions } from './options.ts';

/**
 * Uses the caller's engine, or the platform's, prepared for about `files` files, and disposes of it afterwards. If the use fails,
 * its error is the one that counts: a verdict must not be hidden by an engine that cannot be disposed of.
 */
export async function withEngine<T>(
  files: number,
  options: ReadModelOptions,
  use: (engine: PreparedEngine) => Promise<T>,
): Promise<T> {
  const engine = await prepareEngine(files, options);
  const dispose = engine[Symbol.asyncDispose].bind(engine); // one that is missing fails here, before anything is hashed
  let result: T;
  try {
    result = await use(engine);
  } catch (error) {
    try {
      await dispose();
    } catch {}
    throw error;
  }
  await dispose();
  return result;
}

/** An engine without `prepare` hashes as it is. */
async function prepareEngine(
  files: number,
  { engine = defaultEngine, threads }: ReadModelOptions,
): Promise<PreparedEngine> {
  if (engine.prepare) return engine.prepare(files, { threads });
  return { hash: (jobs, options) => engine.hash(jobs, options), [Symbol.asyncDispose]: async () => {} };
}
