import { getSystemErrorMap } from 'node:util';
import type { HashJob, HashOptions } from '../../engine.ts';
import { OmsError, quote } from '../../format/errors.ts';
import { type LoadedAlgorithm, loadAlgorithm } from './algorithms.ts';
import type { FileRange } from './hash-range.ts';
import { hashLocal, JobFailure } from './local-engine.ts';
import { FileChanged } from './open-file.ts';
import { ProgressMeter } from './progress.ts';
import type { Workers } from './workers.ts';

/**
 * Hashes files by their content: local ones on threads, and what is read through a function here.
 * @param workers those that were started ahead, if any; they stay the caller's to close
 */
export async function hashFiles(
  jobs: readonly HashJob[],
  options: HashOptions,
  workers: Workers | null,
): Promise<string[]> {
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
