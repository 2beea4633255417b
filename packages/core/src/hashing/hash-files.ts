import { OmsError, quote } from '../errors.ts';
import type { ModelFile } from '../model.ts';
import { type Hasher, loadAlgorithm } from './algorithms.ts';
import { readRange } from './read-file.ts';

/** One digest to compute: over the bytes `[start, end)` of a file. */
export interface HashJob {
  readonly file: ModelFile;
  readonly start: number;
  readonly end: number;
}

export interface HashOptions {
  readonly algorithm: string;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How far hashing has come. */
export interface Progress {
  readonly bytes: number;
  readonly totalBytes: number;
  readonly jobs: number;
  readonly totalJobs: number;
}

/**
 * Computes the digest of each job, in lowercase hexadecimal and in the order of the jobs.
 *
 * This is the only place that reads the bytes of a model, and the seam at which a faster engine takes over: whatever takes
 * these jobs and answers with these digests can stand here.
 * @throws {OmsError} `model/changed`, `manifest/algorithm-unsupported`
 */
export async function hashFiles(jobs: readonly HashJob[], options: HashOptions): Promise<string[]> {
  const createHasher = await loadAlgorithm(options.algorithm);
  const totalBytes = jobs.reduce((sum, job) => sum + job.end - job.start, 0);
  const digests: string[] = [];
  let bytes = 0;

  const report = () => options.onProgress?.({ bytes, totalBytes, jobs: digests.length, totalJobs: jobs.length });
  for (const job of jobs) {
    options.signal?.throwIfAborted();
    const hasher = createHasher();
    await readJob(job, options.signal, (chunk) => {
      hasher.update(chunk);
      bytes += chunk.length;
      report();
    });
    digests.push(hasher.digest());
    report();
  }
  return digests;
}

async function readJob(
  { file, start, end }: HashJob,
  signal: AbortSignal | undefined,
  onChunk: Hasher['update'],
): Promise<void> {
  const { name, size, content } = file;
  if ('path' in content) return readRange({ name, path: content.path, size, start, end }, onChunk, signal);

  let left = end - start;
  for await (const chunk of content.read(start, end)) {
    signal?.throwIfAborted();
    left -= chunk.length;
    onChunk(chunk);
  }
  if (left !== 0) {
    throw new OmsError('model/changed', `the file ${quote(name)} gave ${end - start - left} bytes of ${end - start}`);
  }
}
