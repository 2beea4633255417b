import { checkEach, count } from '@model-signing/x509/options';
import { createYielder } from '#platform';
import type { HashJob, HashOptions } from '../engine.ts';
import { unlessAborted } from '../format/abort.ts';
import { OmsError } from '../format/errors.ts';
import { sizeOf } from '../format/manifest/plan.ts';
import { MAX_POINTER_BYTES, pointerKind } from '../format/pointer.ts';
import { quote } from '../format/text.ts';
import type { ModelFile } from '../model.ts';
import type { ProgressMeter } from './progress.ts';

/** Files that are read at the same time: more hide the latency of a network, and each has a chunk in memory. */
export const DEFAULT_CONCURRENCY = 8;

/** Computes the digest of one stream. */
export interface StreamHasher {
  /** Takes a copy of the bytes if it does not use them at once. What it returns is to be waited for. */
  update(bytes: Uint8Array): Promise<void> | undefined;
  /** Lowercase hexadecimal. */
  digest(): Promise<string>;
}

export interface StreamOptions {
  createHasher(): StreamHasher;
  readonly meter: ProgressMeter;
  readonly concurrency?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onPointer?: HashOptions['onPointer'];
}

/**
 * Hashes files that are read through a function, several at a time.
 *
 * The first failure stops all others: when this throws, every iterator has been told to close, and no pending promise is left
 * to reject.
 * @returns the digests in the order of the jobs, in lowercase hexadecimal
 * @throws {OmsError} `model/changed` for a file that gives more or fewer bytes than were listed
 */
export async function hashStreams(jobs: readonly HashJob[], options: StreamOptions): Promise<string[]> {
  const { concurrency = DEFAULT_CONCURRENCY, meter } = options;
  checkEach({ concurrency }, { concurrency: count });
  if (jobs.length === 0) return []; // true of every local model: avoids loading what an abort needs
  for (const job of jobs) meter.expect(lengthOf(job));

  const failure = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, failure.signal]) : failure.signal;
  const yielder = createYielder(signal);
  const digests = new Array<string>(jobs.length);
  const errors: unknown[] = [];
  const remaining = jobs.entries();
  const hashRemaining = async () => {
    try {
      for (const [index, job] of remaining) digests[index] = await hashStream(job, { ...options, signal }, yielder);
    } catch (error) {
      errors.push(error);
      failure.abort(error);
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, jobs.length) }, hashRemaining));
  if (errors.length > 0) throw errors[0];
  return digests;
}

/** The number of bytes in a job. */
export function lengthOf({ file, start, end }: HashJob): number {
  return (end ?? sizeOf(file)) - start;
}

async function hashStream(
  job: HashJob,
  { createHasher, meter, signal, onPointer }: StreamOptions & { readonly signal: AbortSignal },
  yielder: ReturnType<typeof createYielder>,
): Promise<string> {
  const { file, start } = job;
  const length = lengthOf(job);
  signal.throwIfAborted();
  const hasher = createHasher();
  const whole = onPointer && length === file.size && length <= MAX_POINTER_BYTES ? new Uint8Array(length) : null;
  let count = 0;
  for await (const chunk of readChunks(file, start, start + length, signal)) {
    count += chunk.length;
    if (count > length) break;
    whole?.set(chunk, count - chunk.length);
    const updated = hasher.update(chunk);
    if (updated) await unlessAborted(signal, () => updated);
    meter.add(chunk.length);
    if (yielder.shouldYield) await yielder.yieldNow();
  }
  if (count !== length) throw wrongLength(file, count, length);
  const kind = whole && pointerKind(whole);
  if (kind) onPointer?.(job, kind);
  const digest = await unlessAborted(signal, () => hasher.digest());
  meter.add(0, 1);
  return digest;
}

/** A file that gave other than the listed number of bytes. */
export function wrongLength({ name }: ModelFile, count: number, length: number): OmsError {
  const given = count > length ? `more than ${length} bytes` : `${count} bytes of ${length}`;
  return new OmsError('model/changed', `the file ${quote(name)} gave ${given}`);
}

/**
 * Reads a file through its function. Rejects as soon as the signal is aborted, and never waits for the source to close.
 * @throws {TypeError} if the function gives anything but chunks of bytes
 */
export async function* readChunks(
  { name, content }: ModelFile,
  start: number,
  end: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  if (!('read' in content)) throw new TypeError(`the file ${quote(name)} cannot be read through a function`);
  const source = iteratorOf(content.read(start, end, signal));
  if (!source) throw new TypeError(`what reads the file ${quote(name)} is not iterable`);
  for await (const chunk of abortable(source, signal)) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError(`the file ${quote(name)} is not read as Uint8Array`);
    yield chunk;
  }
}

/** The iterator that `for await` would use, whichever kind the source is; null if it is not iterable. */
function iteratorOf<T>(source: AsyncIterable<T> | Iterable<T | Promise<T>>): AsyncIterator<T> | null {
  if (source === null || source === undefined) return null;
  if (Symbol.asyncIterator in Object(source)) return (source as AsyncIterable<T>)[Symbol.asyncIterator]();
  return Symbol.iterator in Object(source) ? fromSync(source as Iterable<T | Promise<T>>) : null;
}

async function* fromSync<T>(source: Iterable<T | Promise<T>>): AsyncGenerator<T> {
  yield* source;
}

/**
 * Like the source, but rejects as soon as the signal is aborted. A source that is not read to its end is told to close, and this
 * does not wait until it has: what it waits for may never arrive, and its failure to close would not matter.
 */
async function* abortable<T>(iterator: AsyncIterator<T>, signal: AbortSignal | undefined): AsyncGenerator<T> {
  let isDone = false;
  try {
    for (;;) {
      const { done, value } = await unlessAborted(signal, () => iterator.next());
      if (done) {
        isDone = true;
        return;
      }
      yield value;
    }
  } finally {
    if (!isDone) void close(iterator);
  }
}

async function close(iterator: AsyncIterator<unknown>): Promise<void> {
  try {
    await iterator.return?.();
  } catch {}
}
