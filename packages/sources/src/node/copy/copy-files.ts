import type { HashAlgorithm, Progress } from '@model-signing/core';
import { type CopiedFile, copyFile } from './copy-file.ts';
import type { PlannedFile } from './copy-plan.ts';
import { CopyProgress } from './copy-progress.ts';

/** Files that are copied at the same time: more hide the latency of a network, and each has a chunk in memory. */
const DEFAULT_CONCURRENCY = 8;

export interface CopyFilesOptions {
  readonly algorithm: HashAlgorithm;
  readonly concurrency?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/**
 * Copies files, several at a time. The first failure stops all others, which keep what they have. When this returns or throws, no
 * file is open any more.
 * @param partOf where a file is written
 */
export async function copyFiles(
  files: readonly PlannedFile[],
  partOf: (file: PlannedFile) => string,
  { algorithm, concurrency = DEFAULT_CONCURRENCY, onProgress, signal: given }: CopyFilesOptions,
): Promise<CopiedFile[]> {
  const failure = new AbortController();
  const signal = given ? AbortSignal.any([given, failure.signal]) : failure.signal;
  const totalBytes = files.reduce((sum, { size }) => sum + size, 0);
  const progress = new CopyProgress(totalBytes, files.length, onProgress);
  const onBytes = (bytes: number) => progress.add(bytes);
  const copied: CopiedFile[] = [];
  const errors: unknown[] = [];
  const remaining = suspectsFirst(files, algorithm).values();
  const copyRemaining = async () => {
    try {
      for (const file of remaining) {
        signal.throwIfAborted();
        copied.push(await copyFile(file, partOf(file), { algorithm, signal, onBytes }));
        progress.add(0, 1);
      }
    } catch (error) {
      errors.push(error);
      failure.abort(error);
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, files.length) }, copyRemaining));
  if (errors.length > 0) throw errors[0];
  progress.report();
  return copied;
}

/** Files that are advertised with another digest than the signed one come first: most likely they are wrong. */
function suspectsFirst(files: readonly PlannedFile[], algorithm: HashAlgorithm): PlannedFile[] {
  const isSuspect = ({ source, units }: PlannedFile) => {
    const { known } = source.content;
    return known?.algorithm === algorithm && units.length === 1 && known.digest !== units[0]?.digest;
  };
  return files.toSorted((a, b) => Number(isSuspect(b)) - Number(isSuspect(a)));
}
