import { getSystemErrorMap } from 'node:util';
import { OmsError, quote } from '../../format/errors.ts';
import type { ModelFile } from '../../model.ts';
import { type LoadedAlgorithm, loadAlgorithm } from './algorithms.ts';
import type { FileRange } from './hash-range.ts';
import { hashLocal, JobFailure, startWorkers } from './local-engine.ts';
import { FileChanged } from './open-file.ts';
import { type Progress, ProgressMeter } from './progress.ts';
import type { Workers } from './workers.ts';

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

/**
 * Does work that still finds out which files to hash, about `files` of them. Where workers are worth their start, they start
 * meanwhile, and the {@link hashFiles} that the work is given has them. None is left when it returns or throws.
 */
export async function withWorkers<T>(
  files: number,
  { threads }: Pick<HashOptions, 'threads'>,
  work: (hash: typeof hashFiles) => Promise<T>,
): Promise<T> {
  const workers = await startWorkers(files, threads);
  try {
    return await work((jobs, options) => hashWith(workers, jobs, options));
  } finally {
    await workers?.dismiss();
  }
}

/**
 * Computes the digest of each job, in lowercase hexadecimal and in the order of the jobs.
 *
 * This is the only place that reads the bytes of a model, and the seam at which another engine can take over, native or on
 * many hosts: whatever takes these jobs and answers with these digests can stand here. Whether it returns or throws, none
 * of its threads is left.
 * @throws {OmsError} `model/changed`, `manifest/algorithm-unsupported`
 * @throws {Error} a failing disk, with the name of the file and the system's code
 */
export async function hashFiles(jobs: readonly HashJob[], options: HashOptions): Promise<string[]> {
  return hashWith(null, jobs, options);
}

async function hashWith(workers: Workers | null, jobs: readonly HashJob[], options: HashOptions): Promise<string[]> {
  const { threads, onProgress, signal } = options;
  signal?.throwIfAborted();
  const algorithm = await loadAlgorithm(options.algorithm, warnOnce);
  const meter = new ProgressMeter(jobs.length, onProgress);

  const isLocal = ({ file: { content } }: HashJob) => 'path' in content;
  const local = jobs.every(isLocal) ? jobs : jobs.filter(isLocal);
  const table = await hashLocal(local.length, rangesOf(local), { algorithm, threads, meter, signal, workers }).catch(
    (error: unknown) => {
      throw error instanceof JobFailure ? named(local[error.job] as HashJob, error.cause) : error;
    },
  );

  const computed = table.digests();
  const digests = local === jobs ? computed : [];
  if (local !== jobs) {
    let next = 0;
    for (const job of jobs) {
      digests.push(isLocal(job) ? (computed[next++] as string) : await hashStream(job, algorithm, meter, signal));
    }
  }
  meter.finish();
  return digests;
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
function named({ file: { name } }: HashJob, cause: unknown): unknown {
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
