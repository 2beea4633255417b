import { getSystemErrorMap } from 'node:util';
import { OmsError, quote } from '../errors.ts';
import type { ModelFile } from '../model.ts';
import { isHashAlgorithm, type LoadedAlgorithm, loadAlgorithm, unknownAlgorithm } from './algorithms.ts';
import type { FileRange } from './hash-range.ts';
import { JobFailure, LocalEngine } from './local-engine.ts';
import { FileChanged } from './open-file.ts';
import { type Progress, ProgressMeter } from './progress.ts';

/** One digest to compute: over the bytes `[start, end)` of a file, with `end` null for the end of the file. */
export interface HashJob {
  readonly file: ModelFile;
  readonly start: number;
  readonly end: number | null;
}

export interface HashOptions {
  readonly algorithm: string;
  /** Threads to hash with, the calling one included. Default: one for each processor. */
  readonly threads?: number | undefined;
  /** Called at most ten times a second, and at the end. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** One hashing of a model, which can begin while its files are still being found. */
export interface Hashing {
  /**
   * Announces a file that is to be hashed whole in any case, so that its digest may be there already when it is asked for.
   * A failure to read it is told then.
   */
  begin(file: ModelFile): void;
  /**
   * Computes the digest of each job, in lowercase hexadecimal and in the order of the jobs. To be called once.
   * @throws {OmsError} `model/changed`, `manifest/algorithm-unsupported`
   * @throws {Error} a failing disk, with the name of the file and the system's code
   */
  hash(jobs: readonly HashJob[]): Promise<string[]>;
}

/**
 * Has work done that finds out which files to hash, and that hashes them. Threads start meanwhile where they are worth it;
 * whether it returns or throws, none is left.
 *
 * This is the only place that reads the bytes of a model, and the seam at which another engine can take over, native or on
 * many hosts: whatever takes these jobs and answers with these digests can stand here.
 * @param expected about how many files there are, as far as that is known
 */
export async function withHashing<T>(
  options: HashOptions,
  expected: number,
  work: (hashing: Hashing) => Promise<T>,
): Promise<T> {
  const { algorithm, threads, signal } = options;
  signal?.throwIfAborted();
  if (!isHashAlgorithm(algorithm)) throw unknownAlgorithm(algorithm);
  const hashing = new ModelHashing(new LocalEngine(algorithm, threads), options);
  try {
    await hashing.engine.expect(expected);
    return await work(hashing);
  } finally {
    await hashing.engine.end();
  }
}

/** Hashes jobs that are known. {@link withHashing} says the rest. */
export function hashFiles(jobs: readonly HashJob[], options: HashOptions): Promise<string[]> {
  return withHashing(options, 0, (hashing) => hashing.hash(jobs));
}

class ModelHashing implements Hashing {
  readonly engine: LocalEngine;
  readonly #options: HashOptions;
  /** The files that were announced, with their places among the engine's jobs. */
  readonly #begun = new Map<ModelFile, number>();

  constructor(engine: LocalEngine, options: HashOptions) {
    this.engine = engine;
    this.#options = options;
  }

  begin(file: ModelFile): void {
    if (!('path' in file.content) || this.#begun.has(file)) return;
    this.#begun.set(file, this.#begun.size);
    this.engine.begin(file.content.path);
  }

  async hash(jobs: readonly HashJob[]): Promise<string[]> {
    const { onProgress, signal } = this.#options;
    const algorithm = await loadAlgorithm(this.#options.algorithm, warnOnce);
    const meter = new ProgressMeter(jobs.length, onProgress);

    const begunJobs = this.engine.jobs;
    const placeOf = ({ file, start, end }: HashJob) =>
      (start === 0 && end === null ? this.#begun.get(file) : undefined) ?? Number.POSITIVE_INFINITY;
    const rest = jobs.filter((job) => isLocal(job) && placeOf(job) >= begunJobs);
    const computed = await this.engine
      .run(rest.length, rangesOf(rest), { algorithm, meter, signal })
      .catch((error: unknown) => {
        if (!(error instanceof JobFailure)) throw error;
        const file = error.job < begunJobs ? [...this.#begun.keys()][error.job] : rest[error.job - begunJobs]?.file;
        throw named(file as ModelFile, error.cause);
      });

    const digests: string[] = [];
    let next = begunJobs;
    for (const job of jobs) {
      const place = placeOf(job);
      if (place < begunJobs) digests.push(computed[place] as string);
      else digests.push(isLocal(job) ? (computed[next++] as string) : await hashStream(job, algorithm, meter, signal));
    }
    meter.finish();
    return digests;
  }
}

function isLocal({ file: { content } }: HashJob): boolean {
  return 'path' in content;
}

let warned = false;

function warnOnce(message: string): void {
  if (!warned) process.emitWarning(message);
  warned = true;
}

function* rangesOf(jobs: readonly HashJob[]): Generator<FileRange> {
  for (const { file, start, end } of jobs) {
    yield { path: (file.content as { path: string }).path, size: file.size, start, end };
  }
}

async function hashStream(
  { file, start, end }: HashJob,
  algorithm: LoadedAlgorithm,
  meter: ProgressMeter,
  signal: AbortSignal | undefined,
): Promise<string> {
  const { name, size, content } = file;
  const until = end ?? size;
  if (!('read' in content) || until === null) throw new TypeError(`the model gives no size for ${quote(name)}`);
  const hasher = algorithm.createHasher();
  let count = 0;
  for await (const chunk of content.read(start, until)) {
    signal?.throwIfAborted();
    hasher.update(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length));
    count += chunk.length;
    meter.add(chunk.length);
  }
  if (count !== until - start) {
    throw new OmsError('model/changed', `the file ${quote(name)} gave ${count} bytes of ${until - start}`);
  }
  meter.add(0, 1);
  return hasher.digest();
}

/** A failure with the name of its file: a verdict if the file changed, an ordinary error if the system failed. */
function named({ name }: ModelFile, cause: unknown): unknown {
  if (cause instanceof FileChanged) {
    return new OmsError('model/changed', `the file ${quote(name)} ${cause.message} while the model was read`, {
      cause,
    });
  }
  const { errno, code } = cause as NodeJS.ErrnoException;
  if (errno === undefined) return cause;
  const [, description = 'it failed'] = getSystemErrorMap().get(errno) ?? [];
  return Object.assign(new Error(`${quote(name)} cannot be read: ${description} (${code})`, { cause }), {
    errno,
    code,
  });
}
