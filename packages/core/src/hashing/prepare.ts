import { defaultEngine } from '#engine';
import type { HashEngine, HashJob, HashOptions, PreparedEngine } from '../engine.ts';
import { unlessAborted } from '../format/abort.ts';
import { isObserved, observed } from '../observe.ts';
import type { ReadModelOptions } from './options.ts';
import { isWaitedFor } from './own-engines.ts';

/**
 * Prepares an engine for about `files` files, works with it, and disposes of it. Nothing is returned once the signal is aborted,
 * even if it is while the engine is disposed of.
 */
export async function withEngine<T>(
  files: number,
  options: ReadModelOptions,
  work: (engine: PreparedEngine) => Promise<T>,
): Promise<T> {
  const result = await workWith(files, options, work);
  options.signal?.throwIfAborted();
  return result;
}

async function workWith<T>(...[files, options, work]: Parameters<typeof withEngine<T>>): Promise<T> {
  const engine = await prepareEngine(files, options);
  try {
    return await work(engine);
  } finally {
    await engine[Symbol.asyncDispose]();
  }
}

/**
 * The caller's engine, or the platform's, prepared for about `files` files. An error of its disposal is ignored: it comes after
 * the verdict, and would otherwise take the verdict's place.
 *
 * Our own engines stop by themselves when the signal is aborted, and are waited for. Another one is not.
 */
async function prepareEngine(
  files: number,
  { engine = defaultEngine, threads, signal: given }: ReadModelOptions,
): Promise<PreparedEngine> {
  const signal = isWaitedFor(engine) ? undefined : given;
  const prepared = await unlessAborted(signal, () => startOf(engine, files, threads, signal));
  const dispose = prepared?.[Symbol.asyncDispose].bind(prepared); // if it is missing, this fails before anything is hashed
  return {
    hash: (jobs, options) =>
      hashObserved(jobs, options, (all) => unlessAborted(signal, () => (prepared ?? engine).hash(jobs, all))),
    async [Symbol.asyncDispose]() {
      try {
        const disposed = Promise.resolve(dispose?.());
        disposed.catch(() => {}); // it may reject when it is waited for no longer
        await unlessAborted(signal, () => disposed);
      } catch {}
    },
  };
}

/** Prepares an engine, and disposes of it if the signal was aborted in the meantime. */
async function startOf(
  engine: HashEngine,
  files: number,
  threads: number | undefined,
  signal: AbortSignal | undefined,
): Promise<PreparedEngine | undefined> {
  const prepared = await engine.prepare?.(files, { threads });
  if (signal?.aborted) await prepared?.[Symbol.asyncDispose]();
  return prepared;
}

/** Hashes, and says to an observer how many files and bytes it were. */
async function hashObserved(
  jobs: readonly HashJob[],
  options: HashOptions,
  hash: (options: HashOptions) => Promise<string[]>,
): Promise<string[]> {
  if (!isObserved()) return hash(options);
  return observed('hash_files', (facts) => {
    facts.hashAlgorithm = options.algorithm;
    facts.files = new Set(jobs.map(({ file }) => file)).size;
    const onProgress: HashOptions['onProgress'] = (progress) => {
      facts.bytes = progress.bytes;
      options.onProgress?.(progress);
    };
    return hash({ ...options, onProgress });
  });
}
