import { setImmediate } from 'node:timers/promises';
import { OmsError, quote } from '../errors.ts';
import type { ModelFile } from '../model.ts';
import { type Hasher, loadAlgorithm } from './algorithms.ts';
import { RangeReader } from './read-file.ts';

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

/** Short files are read without a pause; after this long, timers, signals and Ctrl-C get their turn. */
const PAUSE_AFTER_MS = 20;

/**
 * Computes the digest of each job, in lowercase hexadecimal and in the order of the jobs.
 *
 * This is the only place that reads the bytes of a model, and the seam at which a faster engine takes over: whatever takes
 * these jobs and answers with these digests can stand here.
 * @throws {OmsError} `model/changed`, `manifest/algorithm-unsupported`
 */
export async function hashFiles(jobs: readonly HashJob[], options: HashOptions): Promise<string[]> {
  const { onProgress, signal } = options;
  const createHasher = await loadAlgorithm(options.algorithm);
  const reader = new RangeReader(signal);
  const totalBytes = jobs.reduce((sum, job) => sum + job.end - job.start, 0);
  const digests: string[] = [];
  let bytes = 0;
  let lastPause = performance.now();

  const report = () => onProgress?.({ bytes, totalBytes, jobs: digests.length, totalJobs: jobs.length });
  for (const job of jobs) {
    const hasher = createHasher();
    const reading = readJob(reader, job, (chunk) => {
      hasher.update(chunk);
      bytes += chunk.length;
      report();
    });
    if (reading) await reading;
    digests.push(hasher.digest());
    report();
    if (performance.now() - lastPause > PAUSE_AFTER_MS) {
      await setImmediate();
      lastPause = performance.now();
    }
    signal?.throwIfAborted();
  }
  return digests;
}

function readJob(reader: RangeReader, job: HashJob, onChunk: Hasher['update']): Promise<void> | undefined {
  const { file, start, end } = job;
  const { name, size, content } = file;
  if ('path' in content) return reader.read({ name, path: content.path, size, start, end }, onChunk);
  return readStream(name, content.read(start, end), end - start, onChunk);
}

async function readStream(
  name: string,
  chunks: AsyncIterable<Uint8Array>,
  length: number,
  onChunk: Hasher['update'],
): Promise<void> {
  let count = 0;
  for await (const chunk of chunks) {
    count += chunk.length;
    onChunk(chunk);
  }
  if (count !== length) {
    throw new OmsError('model/changed', `the file ${quote(name)} gave ${count} bytes of ${length}`);
  }
}
