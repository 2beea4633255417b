import { checkEach, count, type Rule } from '@model-signing/x509/options';
import type { HashJob, HashOptions, PreparedEngine } from '../engine.ts';
import { unlessAborted } from '../format/abort.ts';
import type { HashAlgorithm } from '../format/algorithms.ts';
import type { OwnEngine } from '../hashing/own-engines.ts';
import { ProgressMeter } from '../hashing/progress.ts';
import { readRange } from '../hashing/read-range.ts';
import { hashStreams, lengthOf, type StreamHasher } from '../hashing/streams.ts';
import { StreamHashers } from './algorithms.ts';
import { type Chosen, chosenOf } from './blob-content.ts';
import { checkAlgorithm } from './checked-algorithm.ts';
import { type Bytes, hashBytes } from './hash-blob.ts';
import { explainFailure } from './read-failure.ts';
import { WholeReads } from './whole-reads.ts';
import { type BlobHasher, callingThread, type HashWorker, startWorker } from './workers.ts';

export interface WebEngineOptions {
  /**
   * Starts a worker with the script `@model-signing/core/web/hash-worker`, for a bundler that does not know the usual
   * `new Worker(new URL(…, import.meta.url))`, or for a page that holds all its scripts.
   */
  readonly createWorker?: (() => HashWorker) | undefined;
}

const aFunction: Rule = { expected: 'a function', accepts: (value) => typeof value === 'function' };

/** Models with less than this are hashed before a worker has started. */
const WORTH_A_WORKER = 4 * 1024 * 1024;

/** More workers than this only wait for the disk. */
const MAX_WORKERS = 8;

/**
 * The engine of browsers: the files of a chosen or dropped folder are hashed in workers, everything else on the calling thread. Without
 * workers, which a policy of the page may forbid, the calling thread hashes all.
 */
export function webEngine(options: WebEngineOptions = {}): OwnEngine {
  const { createWorker } = checkEach(options, { createWorker: aFunction });
  const prepare = async (): Promise<PreparedEngine> => {
    const pool = new WorkerPool(createWorker);
    return {
      hash: (jobs, hashOptions) => hashJobs(jobs, hashOptions, pool),
      [Symbol.asyncDispose]: async () => pool.close(),
    };
  };
  return {
    reportsPointers: true,
    prepare,
    async openReader({ algorithm }) {
      const createHasher = await streamHashers(algorithm);
      return {
        atOnce: 1, // everything is hashed on the calling thread
        allocate: (bytes) => new Uint8Array(bytes),
        read: (job, into, { signal }) => readRange(job, into, createHasher(), signal),
        [Symbol.asyncDispose]: async () => {},
      };
    },
    async hash(jobs, hashOptions) {
      const engine = await prepare();
      try {
        return await engine.hash(jobs, hashOptions);
      } finally {
        await engine[Symbol.asyncDispose]();
      }
    },
  };
}

/** The engine that is used unless the caller gives another one. */
export const defaultEngine: OwnEngine = webEngine();

/** Loads an algorithm, and returns what creates a hasher for each of several streams, on the calling thread. */
export async function streamHashers(name: HashAlgorithm): Promise<() => StreamHasher> {
  const hashers = new StreamHashers(checkAlgorithm(name));
  return () => hashers.createHasher();
}

/** Like {@link streamHashers}, for content that is in memory as a whole: the browser's own cryptography hashes it, if it can. */
export async function bytesHashers(name: HashAlgorithm): Promise<() => StreamHasher> {
  const algorithm = checkAlgorithm(name);
  return () => {
    let content: Uint8Array | undefined;
    return {
      update(bytes) {
        if (content !== undefined) throw new Error('the content is to be given in one piece');
        content = bytes;
        return undefined;
      },
      digest: () => hashBytes(content ?? new Uint8Array(), algorithm),
    };
  };
}

/** There are no paths in a browser. */
export async function readSmallFile(_path: string, _maxBytes: number): Promise<Uint8Array | null> {
  return null;
}

/** A job whose file is a blob. */
interface BlobJob {
  readonly index: number;
  readonly job: HashJob;
  readonly chosen: Chosen;
}

async function hashJobs(jobs: readonly HashJob[], options: HashOptions, pool: WorkerPool): Promise<string[]> {
  const { onProgress, signal, onPointer, concurrency } = options;
  checkEach(options, { threads: count, concurrency: count });
  signal?.throwIfAborted();
  const algorithm = checkAlgorithm(options.algorithm);
  const meter = new ProgressMeter(jobs.length, onProgress);
  const blobs: BlobJob[] = [];
  const streams: [index: number, job: HashJob][] = [];
  for (const [index, job] of jobs.entries()) {
    const chosen = chosenOf(job.file);
    if (chosen) blobs.push({ index, job, chosen });
    else streams.push([index, job]);
  }
  const digests = new Array<string>(jobs.length);
  await hashBlobs(blobs, digests, { ...options, algorithm, meter, pool });
  const hashers = new StreamHashers(algorithm);
  const createHasher = () => hashers.createHasher();
  const hashed = await hashStreams(
    streams.map(([, job]) => job),
    { createHasher, meter, concurrency, signal, onPointer },
  );
  for (const [at, [index]] of streams.entries()) digests[index] = hashed[at] as string;
  meter.finish();
  return digests;
}

type BlobOptions = HashOptions & { readonly meter: ProgressMeter; readonly pool: WorkerPool };

/** Hashes blobs on several threads. The first failure stops all of them. */
async function hashBlobs(jobs: readonly BlobJob[], digests: string[], options: BlobOptions): Promise<void> {
  const { pool, signal, meter, threads } = options;
  if (jobs.length === 0) return;
  const bytes = jobs.reduce((sum, { job }) => sum + lengthOf(job), 0);
  meter.expect(bytes);
  const queue = queueOf(jobs);
  const hashNext = async (hasher: BlobHasher, remaining: Iterable<BlobJob>) => {
    for (const next of remaining) {
      digests[next.index] = await hashOne(next, hasher, options);
      signal?.throwIfAborted();
      meter.add(0, 1);
    }
  };
  try {
    await unlessAborted(signal, async () => {
      const hashers = await pool.hashersFor(bytes, jobs.length, threads);
      const lanes = hashers.flatMap((hasher) => [
        hashNext(hasher, queue.all()),
        ...Array.from({ length: SMALL_AT_ONCE }, () => hashNext(hasher, queue.small())),
      ]);
      await Promise.all(lanes);
    });
  } catch (error) {
    queue.clear();
    pool.close(); // what a worker still hashes has no use any more
    throw error;
  }
}

/** A blob of this size takes longer to ask for than to hash, so that each thread has several of them at the same time. */
const SMALL_BYTES = 1024 * 1024;
const SMALL_AT_ONCE = 7;

/** Gives each job once: the largest first, so that no thread is left alone with one at the end. */
function queueOf(jobs: readonly BlobJob[]) {
  const sorted = jobs.toSorted((a, b) => lengthOf(a.job) - lengthOf(b.job));
  const firstLarge = sorted.findIndex(({ job }) => lengthOf(job) > SMALL_BYTES);
  const small = firstLarge === -1 ? sorted : sorted.slice(0, firstLarge);
  const large = firstLarge === -1 ? [] : sorted.slice(firstLarge);
  function* take(from: BlobJob[]): Generator<BlobJob> {
    for (let next = from.pop(); next; next = from.pop()) yield next;
  }
  return {
    *all() {
      yield* take(large);
      yield* take(small);
    },
    small: () => take(small),
    clear() {
      large.length = 0;
      small.length = 0;
    },
  };
}

async function hashOne({ job, chosen }: BlobJob, hasher: BlobHasher, options: BlobOptions): Promise<string> {
  const { algorithm, meter, onPointer, pool } = options;
  const blob = chosen.blob.slice(job.start, job.start + lengthOf(job)) as Bytes;
  const onBytes = (count: number) => meter.add(count);
  try {
    const { digest, pointer } = await pool.wholeReads.within(blob.size, (isWithin) =>
      hasher.hash(blob, algorithm, { inSlices: !isWithin, onBytes }),
    );
    if (pointer && blob.size === job.file.size) onPointer?.(job, pointer);
    return digest;
  } catch (error) {
    throw await explainFailure(job.file.name, chosen, error);
  }
}

/** The workers that hash one model. They are started once there is enough to hash. */
class WorkerPool {
  readonly #createWorker: (() => HashWorker) | undefined;
  #hashers: BlobHasher[] = [];
  #closing = new AbortController();
  #wholeReads = new WholeReads();

  constructor(createWorker: (() => HashWorker) | undefined) {
    this.#createWorker = createWorker;
  }

  /** As many hashers as `jobs` of so many bytes are worth; the calling thread if workers cannot be started. */
  async hashersFor(bytes: number, jobs: number, threads: number | undefined): Promise<readonly BlobHasher[]> {
    const here = [callingThread(this.#closing.signal)];
    if (bytes < WORTH_A_WORKER) return here;
    const processors = (globalThis.navigator as Partial<Navigator> | undefined)?.hardwareConcurrency ?? 2;
    const wanted = Math.min(threads ?? Math.min(processors, MAX_WORKERS), jobs);
    const missing = Math.max(0, wanted - this.#hashers.length);
    const started = await Promise.all(
      Array.from({ length: missing }, () => startWorker(this.#createWorker, this.#closing.signal)),
    );
    this.#hashers.push(...started.filter((hasher) => hasher !== null));
    return this.#hashers.length > 0 ? this.#hashers.slice(0, wanted) : here;
  }

  /** What the hashers read as a whole. */
  get wholeReads(): WholeReads {
    return this.#wholeReads;
  }

  close(): void {
    this.#closing.abort();
    this.#closing = new AbortController();
    this.#wholeReads = new WholeReads(); // a worker that is ended never says that it has read
    for (const hasher of this.#hashers) hasher.close();
    this.#hashers = [];
  }
}
